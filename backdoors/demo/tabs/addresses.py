"""Tabs with addresses of their own: ``/?tab=dogs`` opens that tab at once, and no other is loaded before.

Gradio mounts a tab's components when the tab is opened, but it fetches the code of all of them at the start. So the
script beside this file changes the page's configuration before Gradio builds the page: it selects the tab that the
address names, and hides the large components of the other tabs until they are opened.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import gradio as gr
from gradio.blocks import Block, BlockContext

_SCRIPT = Path(__file__).with_suffix(".js")
_ID = "tabs"

_LARGE = (gr.Code,)  # whose code is fetched with their tab: 0.2 MB


def build_tabs(labels: Mapping[str, str]) -> dict[str, gr.Tab]:
    """Lay out empty tabs inside the current Blocks; ``with tabs[name]:`` fills one.

    Args:
        labels: what the tabs are called, by the name that the address has.

    Returns:
        The tabs by name. Their buttons have the ids ``tab-NAME-button``, their panels ``tab-NAME``.
    """
    # Gradio's menu for tabs that do not fit has no ids on its buttons; the style sheet lets the row scroll instead.
    with gr.Tabs(elem_id=_ID, overflow_behavior="wrap"):
        tabs = {}
        for name, label in labels.items():
            with gr.Tab(label, id=name, elem_id=f"tab-{name}") as tabs[name]:
                pass
    return tabs


def fetch_late(tabs: Mapping[str, gr.Tab]) -> None:
    """Show the tabs' large components when their tab is opened; call it once the tabs are filled."""
    for tab in tabs.values():
        large = [block for block in _inside(tab) if isinstance(block, _LARGE)]
        if large:
            shown = json.dumps([{"__type__": "update", "visible": True}] * len(large))
            tab.select(None, js=f"() => {shown}", outputs=large, show_progress="hidden", api_visibility="private")


def tabs_head(names: list[str]) -> str:
    """What the page's head needs, so that addresses lead to tabs."""
    filled = {
        "__ID__": _ID,
        "__NAMES__": json.dumps(names),
        "__LARGE__": json.dumps([kind.__name__.lower() for kind in _LARGE]),
    }
    script = _SCRIPT.read_text(encoding="utf-8")
    for name, value in filled.items():
        script = script.replace(name, value)
    return f"<script>{script}</script>"


def _inside(block: Block) -> Iterator[Block]:
    yield block
    if isinstance(block, BlockContext):
        for child in block.children:
            yield from _inside(child)
