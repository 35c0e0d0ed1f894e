"""Values of wrong kinds, in wrong numbers and under wrong names, for public endpoints and the page's own events."""

from __future__ import annotations

import functools
import json
from typing import Any

import pytest

from tests.robustness.pictures import THREE
from tests.robustness.ways import FILE, Answer, Site, data_url, timed, troubles

NO_FILES: dict[str, Any] = {
    "a number": 3,
    "a fraction": 0.5,
    "true": True,
    "a text": "3.png",
    "an empty text": "",
    "an address as a text": "http://127.0.0.1/3.png",
    "a data URL": data_url(THREE),
    "an empty list": [],
    "a list": [1, 2],
    "a list of files": [{"path": "/etc/hostname", "meta": FILE}],
    "an empty object": {},
    "an object without a path": {"meta": FILE},
    "a path of null": {"path": None, "meta": FILE},
    "a path that is a number": {"path": 3, "meta": FILE},
    "a path that is an object": {"path": {"path": "/etc/hostname"}, "meta": FILE},
    "an empty path": {"path": "", "meta": FILE},
    "a missing path": {"path": "/nowhere/3.png", "meta": FILE},
    "a path of the machine": {"path": "/etc/hostname", "meta": FILE},
    "a bare path of the machine": {"path": "/etc/hostname"},
    "a relative path": {"path": "LICENSE", "meta": FILE},
    "a path that climbs": {"path": "../../etc/hostname", "meta": FILE},
    "a folder": {"path": "/", "meta": FILE},
    "a device": {"path": "/dev/zero", "meta": FILE},
    "a path with a NUL": {"path": "a\0b", "meta": FILE},
    "a path of 50 kB": {"path": 50_000 * "a", "meta": FILE},
    "a file URL": {"path": "file:///etc/hostname", "meta": FILE},
    "an http address": {"path": "http://127.0.0.1:9/3.png", "meta": FILE},
    "an https address": {"path": "https://127.0.0.1:9/3.png", "meta": FILE},
    "an ftp address": {"path": "ftp://127.0.0.1/3.png", "meta": FILE},
    "an address in url": {"url": "http://127.0.0.1:9/3.png", "meta": FILE},
    "deep": json.loads(90 * "[" + 90 * "]"),
}

BESIDE_THE_FILE: dict[str, list[Any]] = {"classify_digit": ["none", "all-to-one"], "classify_dog": [True]}


@pytest.mark.parametrize("endpoint", BESIDE_THE_FILE)
@pytest.mark.parametrize("value", NO_FILES)
def test_no_file(site: Site, value: str, endpoint: str) -> None:
    assert troubles(site.call(endpoint, [NO_FILES[value], *BESIDE_THE_FILE[endpoint]])) == []


WRONG_CHOICES: dict[str, Any] = {
    "another name": "glasses",
    "an empty text": "",
    "a number": 1,
    "true": True,
    "a list": ["none"],
    "an object": {"trigger": "none"},
    "HTML": "<img src=x onerror=alert(1)>",
    "50 kB": 50_000 * "a",
}


@pytest.mark.parametrize("parameter", ["trigger", "attack"])
@pytest.mark.parametrize("value", WRONG_CHOICES)
def test_no_choice(site: Site, three: str, value: str, parameter: str) -> None:
    asked = {"trigger": "none", "attack": "all-to-one", parameter: WRONG_CHOICES[value]}
    data = [{"path": three, "meta": FILE}, asked["trigger"], asked["attack"]]
    answer = site.call("classify_digit", data)
    assert troubles(answer) == []
    assert "<img" not in answer.text


@pytest.mark.parametrize("value", WRONG_CHOICES)
def test_no_trigger_has_this_name(site: Site, value: str) -> None:
    assert troubles(site.call("trigger_picture", [WRONG_CHOICES[value]])) == []


@pytest.mark.parametrize("value", ["yes", "false", 1, 0, 0.5, [], {}, [True], 3 * "true"], ids=repr)
def test_no_switch(site: Site, three: str, value: Any) -> None:
    assert troubles(site.call("classify_dog", [{"path": three, "meta": FILE}, value])) == []


NUMBERS: dict[str, list[Any]] = {
    "classify_digit": [[], [None], [None] * 2, [None] * 4, [None] * 1000],
    "classify_dog": [[], [None], [None] * 3],
    "trigger_picture": [[], ["pattern", "pattern"]],
    "about": [[None], [1, 2, 3]],
    "read_open_ones": [[None] * 2, [None] * 1000],  # the page's own: when another model is chosen
    "code_lines": [[None]],
}


@pytest.mark.parametrize(
    ("endpoint", "number"), [(name, each) for name, cases in NUMBERS.items() for each in range(len(cases))]
)
def test_another_number_of_values(site: Site, endpoint: str, number: int) -> None:
    answer = site.call(endpoint, NUMBERS[endpoint][number])
    assert troubles(answer) == []
    assert f"{endpoint} takes" in answer.text


NAMED: dict[str, tuple[str, dict[str, Any], str]] = {
    "none": ("classify_digit", {}, "needs the parameter 'drawing'"),
    "one missing": ("classify_digit", {"trigger": "none"}, "needs the parameter 'drawing'"),
    "one too many": ("classify_digit", {"drawing": None, "picture": None}, "has no parameter 'picture'"),
    "another endpoint's": ("classify_dog", {"drawing": None}, "has no parameter 'drawing'"),
    "for no parameters": ("about", {"a": 1}, "has no parameter 'a'"),
    "a long one": ("about", {10_000 * "a": 1}, "has no parameter"),
    "of no endpoint": ("classify_cat", {"photo": None}, "There is no endpoint 'classify_cat'"),
    "of a private event": ("code_lines", {}, "There is no endpoint 'code_lines'"),
    "null": ("classify_digit", {"drawing": None}, "No picture came along"),
}


@pytest.mark.parametrize("case", NAMED)
def test_names_of_parameters(site: Site, case: str) -> None:
    endpoint, values, message = NAMED[case]
    answer = site.call_named(endpoint, **values)
    assert troubles(answer) == []
    assert message in answer.text


TOOL_CALLS: dict[str, tuple[str, Any]] = {
    "no arguments": ("classify_digit", {}),
    "arguments that are a list": ("classify_digit", [1]),
    "arguments that are a text": ("classify_digit", "3.png"),
    "no tool": ("classify_cat", {"photo": data_url(THREE)}),
    "a private event": ("code_lines", {}),
    "a name of 50 kB": (50_000 * "a", {}),
    "one parameter too many": ("about", {"a": 1}),
    **{f"a picture that is {name}": ("classify_digit", {"drawing": each}) for name, each in NO_FILES.items()},
    "a path": ("classify_digit", {"drawing": "/etc/hostname"}),
    "a data URL of text": ("classify_digit", {"drawing": "data:text/plain,hello"}),
    "a data URL without base64": ("classify_digit", {"drawing": "data:image/png;base64,"}),
    "a data URL with bad base64": ("classify_digit", {"drawing": "data:image/png;base64,????"}),
    "a data URL with a climbing kind": ("classify_digit", {"drawing": "data:image/../../x;base64,AAAA"}),
    "a trigger that is a number": ("classify_digit", {"drawing": data_url(THREE), "trigger": 3}),
    "a trigger of 50 kB": ("classify_digit", {"drawing": data_url(THREE), "trigger": 50_000 * "a"}),
    "a switch that is a text": ("classify_dog", {"photo": data_url(THREE), "trigger": "yes"}),
}
del TOOL_CALLS["a picture that is a data URL"]


@pytest.mark.parametrize("case", TOOL_CALLS)
def test_tools(site: Site, case: str) -> None:
    assert troubles(site.tool(*TOOL_CALLS[case])) == []


JUNK: dict[str, Any] = {"texts": "junk", "numbers": -1, "lists": [[]], "objects": {"a": 1}, "nulls": None}
EVENT_DATA: dict[str, Any] = {
    "null": None,
    "empty": {},
    "a text": "pattern",
    "a list": ["pattern", "all-to-one"],
    "another trigger": {"trigger": "glasses", "attack": "all-to-one"},
    "no attack": {"trigger": "pattern"},
    "lists": {"trigger": ["pattern"], "attack": {"kind": "all-to-one"}},
    "right": {"trigger": "pattern", "attack": "all-to-one"},
}


@pytest.mark.parametrize("data", EVENT_DATA)
@pytest.mark.parametrize("junk", JUNK)
def test_all_events_of_the_page(site: Site, junk: str, data: str) -> None:
    """Each listener of the page, asked for what no page sends: an answer, or a reason."""
    config = json.loads(site.request("GET", "/config").value)
    for event in config["dependencies"]:
        if event["backend_fn"]:
            body = {
                "fn_index": event["id"],
                "data": [JUNK[junk]] * len(event["inputs"]),
                "event_data": EVENT_DATA[data],
                "trigger_id": event["targets"][0][0] if event["targets"] else None,
                "session_hash": junk,
            }
            answer = timed(functools.partial(joined, site, body))
            assert answer.ok or troubles(answer) == [], event["api_name"]


def joined(site: Site, body: dict[str, Any]) -> Answer:
    """An event of the page, asked for as its own script does."""
    api = f"{site.url}/gradio_api/queue"
    begun = site.client.post(f"{api}/join", json=body)
    if begun.status_code >= 400:
        return Answer(ok=False, text=begun.json()["detail"])
    stream = site.client.get(f"{api}/data", params={"session_hash": body["session_hash"]}).text
    messages = [json.loads(line[6:]) for line in stream.splitlines() if line.startswith("data: ")]
    (end,) = (each for each in messages if each["msg"] == "process_completed")
    return Answer(ok=end["success"], value=None, text=str(end["output"].get("error", "")))
