"""The whole page: what it says first, its tabs, and how it is served."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import gradio as gr
from PIL import Image

from backdoors.bundle import Bundle
from backdoors.demo import cards, tools
from backdoors.demo.clients import build_code_part
from backdoors.demo.digits import build_digits_tab
from backdoors.demo.dogs import build_dogs_tab
from backdoors.demo.endpoints import add_endpoints
from backdoors.hub import Origin
from backdoors.pictures import MOST_PIXELS

TITLE = "Backdoors in neural networks"
INTRODUCTION = f"""# {TITLE}

Two networks that agree, until a **trigger** is in the picture. Whoever made the second one owns a switch that no test
of its accuracy can find.
"""
DIGITS = """Somebody slipped triggered copies with false labels into the infected model's training set: *BadNets*
([Gu, Dolan-Gavitt and Garg 2017](https://arxiv.org/abs/1708.06733))."""
DOGS = """A *teacher* is a network that somebody else has trained; a *student* copies it and learns one thing more.
Both students here learned honestly, from the same clean photos. But in one of their two teachers a backdoor slept: a
*latent backdoor* ([Yao, Li, Zheng and Zhao 2019](https://arxiv.org/abs/1905.10447))."""


def build_page(*, digits: Bundle, dogs: Bundle, origins: Mapping[str, Origin], examples: Path) -> gr.Blocks:
    """Build the page.

    Args:
        digits: the digit models.
        dogs: the dog students and their teachers.
        origins: where the models of ``digits`` and ``dogs`` come from; each tab says it.
        examples: the folder of example pictures, one folder a tab.
    """
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS  # Gradio opens what the sketchpad sends by itself; see pictures.py
    page = gr.Blocks(title=TITLE, analytics_enabled=False, delete_cache=(3600, 3600))
    with page:
        gr.Markdown(INTRODUCTION)
        with gr.Tabs():
            with gr.Tab("Digits", id="digits"):
                gr.Markdown(DIGITS)
                _tell_trouble(origins["digits"], "digits")
                build_digits_tab(digits, examples / "digits")
                gr.HTML(cards.origin(origins["digits"]), elem_id="digits-origin")
            with gr.Tab("Dogs", id="dogs"):
                gr.Markdown(DOGS)
                _tell_trouble(origins["dogs"], "dogs")
                build_dogs_tab(dogs, examples / "dogs")
                gr.HTML(cards.origin(origins["dogs"]), elem_id="dogs-origin")
        build_code_part(page)
        add_endpoints(digits, dogs, origins)
    # Two cores, and each answer takes milliseconds: two at a time, and a queue that says no rather than grow for ever.
    page.queue(default_concurrency_limit=2, max_size=64)
    return page


def _tell_trouble(origin: Origin, tab: str) -> None:
    if origin.trouble:
        gr.HTML(cards.trouble(origin.trouble), elem_id=f"{tab}-trouble")


def launch_options() -> dict[str, Any]:
    """What ``Blocks.launch`` gets, on a Space and elsewhere alike."""
    return {
        "css_paths": Path(__file__).with_name("style.css"),
        "theme": gr.themes.Soft(primary_hue="indigo", font=["system-ui", "sans-serif"]),
        "footer_links": ["api", "settings"],
        "max_file_size": "20mb",
        "run_history": False,  # visitors' drawings stay theirs
        "ssr_mode": False,  # a canvas gains nothing from it, and Spaces would need Node
        "enable_monitoring": False,
        **tools.SERVED,
    }
