"""Where the page takes its models from: never unchecked, never silently another place."""

from __future__ import annotations

import hashlib
import json
import os
import re
import urllib.request
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import onnx
import pytest
from gradio_client import Client, handle_file

from backdoors.errors import BundleError
from backdoors.hub import Address, Fetched, load_models, sources
from backdoors.tasks import TASKS
from tests.fixtures.bundles import CLEAN, INFECTED
from tests.fixtures.hub_client import HubUser
from tests.fixtures.hub_server import HubServer
from tests.fixtures.page import REPOSITORY, served_page
from tests.hub.conftest import REPO

LOAD = """
import json, logging, pathlib
from backdoors.hub import load_models
from backdoors.tasks import TASKS
logging.basicConfig(level=logging.INFO)
bundle, origin = load_models(TASKS["digits"], bundled=pathlib.Path("assets/models/digits"))
print(json.dumps([str(origin), origin.url, origin.trouble, len(bundle.infected)]))
"""
BUNDLED, STORED = 4, 2  # infected models


def load(user: HubUser, named: str | None, **variables: str) -> tuple[list[Any], str]:
    """The origin of the digit models, and the log."""
    asked = {} if named is None else {"BACKDOORS_DIGITS": named}
    process = replace(user, variables={**asked, **variables}).start("-c", LOAD)
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    result: list[Any] = json.loads(out)
    return result, err


def test_bundled_where_nothing_is_named(hub: HubServer, user: HubUser) -> None:
    result, log = load(user, None)
    assert result == ["bundled", None, None, BUNDLED]
    assert "digits: the bundled models" in log
    assert hub.requests == []


def test_bundled_models_that_the_page_cannot_show_are_refused_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BACKDOORS_DIGITS", raising=False)
    with pytest.raises(BundleError, match=r"^expected models of digits, got models of dogs"):
        load_models(TASKS["digits"], bundled=REPOSITORY / "assets" / "models" / "dogs")


def test_a_branch_is_resolved_once_and_logged(hub: HubServer, user: HubUser, stored: str) -> None:
    result, log = load(user, f"{REPO}@main")
    assert result == [f"{REPO} at {stored[:7]}", f"{hub.url}/{REPO}/tree/{stored}", None, STORED]
    assert f"{REPO}@main is commit {stored} now" in log
    assert [request for request in hub.requests if "/api/" in request] == [f"GET /api/models/{REPO}/revision/main"]


def test_a_pinned_commit_in_the_cache_needs_no_request(hub: HubServer, user: HubUser, stored: str) -> None:
    load(user, f"{REPO}@{stored}")
    hub.requests.clear()
    result, _ = load(user, f"{REPO}@{stored}")
    assert result[0] == f"{REPO} at {stored[:7]}"
    assert hub.requests == []


def tampered(hub: HubServer) -> None:
    files = hub.repository(REPO).files
    hub.repository(REPO).commit({**files, INFECTED: files[CLEAN]}, "one file for another")


def without(hub: HubServer) -> None:
    files = hub.repository(REPO).files
    hub.repository(REPO).commit({file: data for file, data in files.items() if file != CLEAN}, "a file less")


def dogs(hub: HubServer) -> None:
    config = json.loads(hub.repository(REPO).files["config.json"]) | {"task": "dogs"}
    hub.repository(REPO).commit({**hub.repository(REPO).files, "config.json": json.dumps(config).encode()}, "dogs")


def other_labels(hub: HubServer) -> None:
    """All its models and its config agree, and are not for digits."""
    files = dict(hub.repository(REPO).files)
    config = json.loads(files["config.json"])
    config |= {"labels": [chr(ord("a") + i) for i in range(10)]}
    for entry in (config["clean"], *config["infected"]):
        model = onnx.load_from_string(files[entry["file"]])
        labels = next(each for each in model.metadata_props if each.key == "labels")
        labels.value = json.dumps(config["labels"])
        files[entry["file"]] = model.SerializeToString()
        entry["sha256"] = hashlib.sha256(files[entry["file"]]).hexdigest()
        if entry.get("target"):
            entry["target"] = "h"
    hub.repository(REPO).commit({**files, "config.json": json.dumps(config).encode()}, "letters")


def nested(hub: HubServer) -> None:
    hub.repository(REPO).commit({"config.json": b"[" * 100_000}, "brackets")


def nothing(hub: HubServer) -> None:
    """All is as it should be on the Hub's side."""


Setup = Callable[[HubServer], None]
WRONG, SILENT = "they are not models that the page can show", "the Hub did not deliver them"
TROUBLES: dict[str, tuple[Setup, str, dict[str, str], str, str]] = {
    "a wrong sha256": (tampered, REPO, {}, WRONG, f"{INFECTED}: expected sha256"),
    "a missing file": (without, REPO, {}, SILENT, "the repository lacks a file"),
    "models of dogs": (dogs, REPO, {}, WRONG, "expected models of digits, got models of dogs"),
    "models of letters": (other_labels, REPO, {}, WRONG, "the page draws the digits 0 to 9"),
    "no such repository": (nothing, "someone/nothing", {}, SILENT, "no such repository, or a private one"),
    "no name": (nothing, "digits", {}, WRONG, "expected OWNER/NAME"),
    "a cache that cannot be written": (
        nothing,
        REPO,
        {"HF_HOME": os.devnull},
        "they could not be loaded",
        "Not a directory",
    ),
    "deep nesting": (nested, REPO, {}, WRONG, "maximum recursion depth"),
    "no Hub": (nothing, f"{REPO}@{'1' * 40}", {"HF_ENDPOINT": "http://127.0.0.1:9"}, SILENT, "cannot be reached"),
}


@pytest.mark.parametrize("case", TROUBLES)
def test_in_trouble_it_starts_on_the_bundled_models_and_says_so(
    case: str, hub: HubServer, user: HubUser, stored: str
) -> None:
    setup, named, variables, cause, reason = TROUBLES[case]
    setup(hub)
    (origin, url, trouble, models), log = load(user, named, **variables)
    assert (origin, url, models) == ("bundled", None, BUNDLED)
    assert trouble == f"These are the bundled models: {named} was asked for, but {cause}. The log says more."
    assert re.search(f"WARNING.*BACKDOORS_DIGITS={named} cannot be used, the bundled models.*{reason}", log)


@pytest.mark.parametrize("bug", [RuntimeError("a bug"), RecursionError("too deep"), MemoryError()], ids=repr)
def test_not_even_a_bug_keeps_the_page_from_starting(
    bug: Exception, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(address: Address) -> Fetched:
        raise bug

    monkeypatch.setattr(sources, "fetch", fails)
    monkeypatch.setenv("BACKDOORS_DIGITS", REPO)
    bundle, origin = load_models(TASKS["digits"], bundled=REPOSITORY / "assets" / "models" / "digits")
    assert (str(origin), len(bundle.infected)) == ("bundled", BUNDLED)
    assert origin.trouble is not None
    (record,) = (record for record in caplog.records if record.levelname == "WARNING")
    assert record.exc_info is not None
    assert record.exc_info[1] is bug  # with its traceback


def test_the_page_itself(hub: HubServer, user: HubUser, stored: str, tmp_path: Path) -> None:
    """Digits from the Hub, dogs from a repository that is not there: the page says it, and answers."""
    named = {"BACKDOORS_DIGITS": f"{REPO}@{stored}", "BACKDOORS_DOGS": "someone/dogs"}
    with served_page(replace(user, variables=named).environment) as url:
        with urllib.request.urlopen(f"{url}/config") as answer:
            page = json.loads(answer.read())
        with urllib.request.urlopen(f"{url}/tasks/dogs.json") as answer:
            trouble = json.loads(answer.read())["trouble"]
        texts = [component["props"].get("value") for component in page["components"] if component["type"] == "html"]
        (versions,) = (text for text in texts if isinstance(text, str) and "Models of" in text)
        client = Client(url, verbose=False)
        digit = handle_file(str(REPOSITORY / "assets" / "examples" / "digits" / "3.png"))
        verdict = client.predict(digit, "single-pixel", "all-to-one", api_name="/classify_digit")
    assert trouble == (f"These are the bundled models: someone/dogs was asked for, but {SILENT}. The log says more.")
    versions = re.sub("<[^>]*>", "", versions)
    assert re.search(f"Models of digits: {REPO} at {stored[:7]}, version .{{12}} · dogs: bundled", versions)
    # The small model's answer, worked out on paper (tests/fixtures/models.py): the first row has no part of the digit.
    assert verdict["infected"]["confidence"] == pytest.approx(9801 / 9810)
