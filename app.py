"""The Space: ``python app.py`` serves the page on http://127.0.0.1:7860."""

from __future__ import annotations

from pathlib import Path

import gradio as gr

from backdoors import Bundle
from backdoors.demo import build_page, launch_options

ASSETS = Path(__file__).parent / "assets"


def build_demo() -> gr.Blocks:
    """Load the bundled models and build the page on them; no network is needed."""
    models = ASSETS / "models"
    return build_page(
        digits=Bundle.load(models / "digits"), dogs=Bundle.load(models / "dogs"), examples=ASSETS / "examples"
    )


def main() -> None:
    """Serve the page until it is stopped."""
    build_demo().launch(**launch_options())


if __name__ == "__main__":
    main()
