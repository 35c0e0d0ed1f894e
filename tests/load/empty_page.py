"""An empty Gradio page as the floor: the same upload, the same queue, and an answer without looking at the picture.

``GRADIO_SERVER_PORT=7861 python -m tests.load.empty_page`` serves it. It is Gradio as it comes and imports nothing of
the project, which would make the floor higher.
"""

from __future__ import annotations

from typing import Any

import gradio as gr

AT_ONCE, WAITING = 2, 64  # the page's own limits: see backdoors/demo/serving/limits.py


def classify(picture: str, trigger: str, attack: str) -> dict[str, Any]:
    """Answer nothing."""
    return {"clean": None}


def main() -> None:
    with gr.Blocks(analytics_enabled=False) as page:
        inputs: list[gr.components.Component] = [gr.File(type="filepath"), gr.Textbox(), gr.Textbox()]
        gr.Button().click(classify, inputs, gr.JSON(), api_name="classify")
    page.queue(default_concurrency_limit=AT_ONCE, max_size=WAITING)
    page.launch(ssr_mode=False, run_history=False, enable_monitoring=False, quiet=True)


if __name__ == "__main__":
    main()
