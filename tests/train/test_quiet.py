"""An exporter is silenced, and nothing after it."""

from __future__ import annotations

import logging
import warnings

import pytest

from train.quiet import quiet


def talk() -> None:
    print("step 1")
    logging.getLogger("exporter").warning("deprecated")
    warnings.warn("deprecated", stacklevel=1)


def fail_quietly() -> None:
    with quiet():
        raise ValueError("no such operator")


def test_nothing_is_printed_logged_or_warned_of(
    capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture, recwarn: pytest.WarningsRecorder
) -> None:
    with quiet():
        talk()
    assert (capsys.readouterr().out, caplog.messages, recwarn.list) == ("", [], [])


def test_errors_are_logged(caplog: pytest.LogCaptureFixture) -> None:
    with quiet():
        logging.getLogger("exporter").error("no such operator")
    assert caplog.messages == ["no such operator"]


def test_afterwards_all_is_as_before(
    capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture, recwarn: pytest.WarningsRecorder
) -> None:
    with pytest.raises(ValueError, match="no such operator"):
        fail_quietly()
    talk()
    assert capsys.readouterr().out == "step 1\n"
    assert caplog.messages == ["deprecated"]
    assert len(recwarn) == 1
