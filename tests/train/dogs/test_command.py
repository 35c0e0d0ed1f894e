"""The command's options."""

from __future__ import annotations

from unittest.mock import MagicMock

import pytest

from train.dogs.__main__ import main
from train.dogs.settings import Settings


def test_what_is_not_asked_for_is_as_in_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    run = MagicMock()
    monkeypatch.setattr("train.dogs.__main__.Run", run)
    assert main(["--dogs", "dogs", "--people", "people", "--out", "runs/dogs"]) == 0
    assert run.call_args.args[0] == Settings(dogs="dogs", people="people", weights="")
