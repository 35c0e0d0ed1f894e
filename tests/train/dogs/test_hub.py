"""Hours of training do not start for a bundle that could not be pushed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.fixtures.hub_client import HubUser
from tests.fixtures.hub_server import READER, HubServer


@pytest.mark.parametrize(
    ("token", "repo", "message"),
    [
        (None, "someone/dogs", "there is none; run `hf auth login`"),
        (READER, "someone/dogs", "may only read"),
        ("hf_writer", "someone/digits", "holds models of digits, and these are of dogs"),
    ],
    ids=["no token", "a token that may only read", "a name that digits have taken"],
)
def test_what_could_not_be_pushed_is_not_trained(token: str | None, repo: str, message: str, tmp_path: Path) -> None:
    with HubServer() as hub:
        digits = (Path(__file__).parents[3] / "assets" / "models" / "digits" / "config.json").read_bytes()
        hub.create("someone/digits").commit({"config.json": digits}, "digits")
        run = ["--dogs", "nothing", "--people", "nothing", "--out", str(tmp_path / "run"), "--push-to-hub", repo]
        process = replace(HubUser(hub.url, tmp_path / "home"), token=token).start("-m", "train.dogs", *run)
        _, said = process.communicate(timeout=120)
    assert process.returncode == 1
    assert message in said
    assert not (tmp_path / "run").exists()
