"""The demo as a component in somebody's own Gradio page: its value, its events, and what the page needs."""

from __future__ import annotations

import re
from typing import Any

import gradio as gr
import pytest

from backdoors.demo.component import BackdoorDemo
from tests.fixtures.coroutines import run

VERDICT = {"clean": {"label": "3"}, "infected": {"label": "7"}, "trigger": "pattern", "backdoor_fired": True}


def of_value(value: Any) -> Any:
    return value


def of_choice(event: gr.EventData) -> Any:
    return event._data


@pytest.fixture
def blocks() -> gr.Blocks:
    blocks: gr.Blocks
    with gr.Blocks(analytics_enabled=False) as blocks:
        demo, other, verdict = BackdoorDemo("digits"), BackdoorDemo("dogs", elem_id="mine"), gr.JSON()
        demo.change(of_value, inputs=demo, outputs=verdict, api_name="changed")
        other.choice(of_choice, outputs=verdict, api_name="chosen")
        verdict.change(of_value, inputs=verdict, outputs=demo, api_name="told")
    return blocks


def components(blocks: gr.Blocks) -> list[dict[str, Any]]:
    return [each for each in blocks.get_config_file()["components"] if each["type"] == "html"]


def called(blocks: gr.Blocks, name: str, *inputs: Any, event_data: Any = None) -> Any:
    (function,) = (each for each in blocks.fns.values() if each.api_name == name)
    event = None if event_data is None else gr.EventData(None, event_data)
    (answer,) = run(blocks.process_api(function, list(inputs), event_data=event))["data"]
    return getattr(answer, "root", answer)  # of gr.JSON


def test_both_events_can_be_listened_to(blocks: gr.Blocks) -> None:
    first, second = (each["id"] for each in components(blocks))
    targets = [target for each in blocks.get_config_file()["dependencies"] for target in each["targets"]]
    assert targets[:2] == [(first, "change"), (second, "choice")]
    assert called(blocks, "chosen", event_data={"trigger": "pattern", "attack": "all-to-one"}) == {
        "trigger": "pattern",
        "attack": "all-to-one",
    }


def test_no_other_event_is_made_up() -> None:
    with gr.Blocks(), pytest.raises(AttributeError, match="no attribute 'drawn'"):
        BackdoorDemo("digits").drawn(of_value)


@pytest.mark.parametrize("value", [VERDICT, {}, None], ids=["verdict", "empty", "none"])
def test_the_value_goes_to_listeners_and_back_as_it_is(blocks: gr.Blocks, value: Any) -> None:
    assert called(blocks, "changed", value) == value
    assert called(blocks, "told", value) == value
    with gr.Blocks():
        demo = BackdoorDemo("digits")
    assert demo.preprocess(value) == demo.postprocess(value) == value


@pytest.mark.parametrize("value", ["3", 3, True, [VERDICT]], ids=["text", "number", "true", "list"])
def test_what_is_no_verdict_is_refused(value: Any) -> None:
    with gr.Blocks():
        demo = BackdoorDemo("digits")
    with pytest.raises(gr.Error, match=r"^\W?The demo's value: expected a verdict, an object, or null\.\W?$"):
        demo.preprocess(value)


def test_clients_are_told_that_the_value_is_an_object(blocks: gr.Blocks) -> None:
    with gr.Blocks():
        demo = BackdoorDemo("digits")
    assert demo.api_info() == {"type": "object", "description": "the newest verdict"}
    (parameter,) = blocks.get_api_info()["named_endpoints"]["/changed"]["parameters"]
    assert parameter["type"] == demo.api_info()


def test_it_is_the_element_with_its_task(blocks: gr.Blocks) -> None:
    first, second = (each["props"] for each in components(blocks))
    assert (first["elem_id"], second["elem_id"]) == ("digits-demo", "mine")
    for props, task in ((first, "digits"), (second, "dogs")):
        assert props.get("value") is None
        assert props["html_template"] == '<backdoor-demo task="${task}" linked></backdoor-demo>'
        assert props["props"]["task"] == task


def test_its_script_triggers_what_python_listens_to(blocks: gr.Blocks) -> None:
    """Gradio takes a name for an event if the script has it in quotes."""
    script = components(blocks)[0]["props"]["js_on_load"]
    assert set(re.findall(r'trigger\("(\w+)"', script)) == {"change", "choice"}
