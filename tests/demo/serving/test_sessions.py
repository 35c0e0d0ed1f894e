"""A session is cheap to begin, and each visitor has their own."""

from __future__ import annotations

from dataclasses import dataclass

import gradio as gr
import pytest
from gradio.routes import App
from starlette.testclient import TestClient

from app import build_demo
from backdoors.demo.serving.sessions import Sessions


@dataclass
class SmallPage:
    blocks: gr.Blocks
    chosen: int
    text: int


@pytest.fixture
def page() -> SmallPage:
    with gr.Blocks(analytics_enabled=False) as blocks:
        chosen, text = gr.State([]), gr.Textbox("")
    return SmallPage(blocks, chosen._id, text._id)


def test_no_component_is_described_before_its_value_changes(page: SmallPage) -> None:
    session = Sessions(page.blocks)["ada"]
    assert session.config_values == {}
    session._update_value_in_config(page.text, "hello")
    assert {number: config["props"]["value"] for number, config in session.config_values.items()} == {
        page.text: "hello"
    }


def test_visitors_do_not_see_each_other(page: SmallPage) -> None:
    sessions = Sessions(page.blocks)
    sessions["ada"][page.chosen] = ["pattern"]
    assert sessions["bob"][page.chosen] == []
    assert sessions["ada"][page.chosen] == ["pattern"]


def test_the_oldest_is_forgotten_first(page: SmallPage) -> None:
    page.blocks.state_session_capacity = 2
    sessions = Sessions(page.blocks)
    for visitor in ("ada", "bob", "ada", "eve"):
        sessions[visitor]
    assert [visitor for visitor in ("ada", "bob", "eve") if visitor in sessions] == ["ada", "eve"]


def test_the_page_keeps_them() -> None:
    site = build_demo()
    beside = {"routes": site.beside.routes, "lifespan": site.beside.router.lifespan_context}
    served = App.create_app(site.page, app_kwargs=beside, mcp_server=False)
    with TestClient(served):
        assert type(served.state_holder) is Sessions
        assert served.state_holder.blocks is site.page
