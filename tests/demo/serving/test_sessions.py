"""A session is cheap to begin, and each visitor has their own."""

from __future__ import annotations

from dataclasses import dataclass

import gradio as gr
import numpy as np
import pytest
from gradio.routes import App
from starlette.routing import Mount
from starlette.testclient import TestClient

from app import build_demo
from backdoors.demo.serving.limits import SESSIONS
from backdoors.demo.serving.sessions import IN_WORK, Sessions


@dataclass
class SmallPage:
    blocks: gr.Blocks
    picture: int
    text: int


@pytest.fixture
def page() -> SmallPage:
    with gr.Blocks(analytics_enabled=False) as blocks:
        picture, text = gr.State([]), gr.Textbox("")
    return SmallPage(blocks, picture._id, text._id)


def test_no_component_is_described_before_its_value_changes(page: SmallPage) -> None:
    session = Sessions(page.blocks)["ada"]
    assert session.config_values == {}
    session._update_value_in_config(page.text, "hello")
    assert {number: config["props"]["value"] for number, config in session.config_values.items()} == {
        page.text: "hello"
    }


def test_visitors_do_not_see_each_other(page: SmallPage) -> None:
    sessions = Sessions(page.blocks)
    sessions["ada"][page.picture] = np.ones(3)
    assert sessions["bob"][page.picture] == []
    assert sessions["ada"][page.picture].tolist() == [1, 1, 1]


def test_the_oldest_is_forgotten_first(page: SmallPage) -> None:
    page.blocks.state_session_capacity = 2
    sessions = Sessions(page.blocks)
    for visitor in ("ada", "bob", "ada", "eve"):
        sessions[visitor]
    assert [visitor for visitor in ("ada", "bob", "eve") if visitor in sessions] == ["ada", "eve"]


def test_calls_of_programs_do_not_take_a_visitors_picture(page: SmallPage) -> None:
    page.blocks.state_session_capacity = 2 * IN_WORK
    sessions = Sessions(page.blocks)
    sessions["ada"][page.picture] = np.ones(3)
    for call in range(5 * IN_WORK):
        sessions[f"call {call}"]
    assert sessions["ada"][page.picture].tolist() == [1, 1, 1]
    assert len(sessions.session_data) == 2 * IN_WORK


def test_a_picture_that_is_being_prepared_has_its_session(page: SmallPage) -> None:
    """Gradio takes the session, waits for the picture, and puts it there; meanwhile others come."""
    page.blocks.state_session_capacity = 2 * IN_WORK
    sessions = Sessions(page.blocks)
    for visitor in range(2 * IN_WORK):
        sessions[f"visitor {visitor}"][page.picture] = np.ones(3)
    session = sessions["ada"]
    for call in range(IN_WORK - 1):
        sessions[f"call {call}"]
    session[page.picture] = np.ones(3)
    assert sessions["ada"][page.picture].tolist() == [1, 1, 1]


def test_of_many_visitors_the_oldest_is_forgotten(page: SmallPage) -> None:
    page.blocks.state_session_capacity = 2
    sessions = Sessions(page.blocks)
    for visitor in ("ada", "bob", "eve"):
        sessions[visitor][page.picture] = np.ones(3)
    assert [visitor for visitor in ("ada", "bob", "eve") if visitor in sessions] == ["bob", "eve"]


def test_all_pages_keep_them() -> None:
    site = build_demo()
    beside = {"routes": site.beside.routes, "lifespan": site.beside.router.lifespan_context}
    served = App.create_app(site.page, app_kwargs=beside, mcp_server=False)
    with TestClient(served):
        apps = [served, *(route.app for route in served.routes if isinstance(route, Mount))]
        kept = {app.get_blocks(): app.state_holder for app in apps if isinstance(app, App)}
    assert list(kept) == [site.page, *site.embedded.values()]
    assert [type(sessions) for sessions in kept.values()] == 3 * [Sessions]
    assert [sessions.capacity for sessions in kept.values()][1:] == 2 * [SESSIONS]  # launch() tells the first one
