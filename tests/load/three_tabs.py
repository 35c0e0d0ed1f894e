"""An empty Gradio page with three tabs, as the floor for the time until a page is there.

``GRADIO_SERVER_PORT=7861 python -m tests.load.three_tabs`` serves it. It is Gradio as it comes.
"""

from __future__ import annotations

import gradio as gr


def main() -> None:
    with gr.Blocks(analytics_enabled=False) as page, gr.Tabs():
        for name in ("first", "second", "third"):
            with gr.Tab(name):
                gr.HTML(f'<p class="content">{name}</p>')
    page.launch(ssr_mode=False, run_history=False, enable_monitoring=False, quiet=True)


if __name__ == "__main__":
    main()
