"""The Space: ``python app.py`` serves the page on http://127.0.0.1:7860."""

from __future__ import annotations

import logging
from pathlib import Path

from backdoors.demo import Demo, Site, build_site
from backdoors.tasks import TASKS

ASSETS = Path(__file__).parent / "assets"


def build_demo() -> Site:
    """Load the models that the environment names, or the bundled ones, for which no network is needed."""
    return build_site([Demo.load(task, ASSETS) for task in TASKS.values()])


def main() -> None:
    """Serve the page until it is stopped."""
    logging.basicConfig(format="%(levelname)s %(name)s: %(message)s")
    logging.getLogger("backdoors").setLevel(logging.INFO)  # which models, from where
    build_demo().serve()


if __name__ == "__main__":
    main()
