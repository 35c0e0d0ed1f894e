"""What a command does with errors and with Ctrl-C."""

from __future__ import annotations

import pytest

from backdoors.commands import exit_status
from backdoors.errors import BackdoorsError, RunError


def test_a_command_that_works_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_status(lambda: None, stopped="go on") == 0
    assert capsys.readouterr() == ("", "")


def fails_with(error: BaseException) -> None:
    raise error


def test_the_projects_own_error_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_status(lambda: fails_with(RunError("expected this, got that")), stopped="go on") == 1
    assert capsys.readouterr().err == "error: expected this, got that\n"


def test_ctrl_c_says_how_to_go_on(capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_status(lambda: fails_with(KeyboardInterrupt()), stopped="go on with --resume") == 130
    assert capsys.readouterr().err == "\nstopped; go on with --resume\n"


@pytest.mark.parametrize("error", [ValueError("a bug"), OSError("another one")])
def test_a_bug_shows_where_it_is(error: Exception) -> None:
    assert not isinstance(error, BackdoorsError)
    with pytest.raises(type(error), match=str(error)):
        exit_status(lambda: fails_with(error), stopped="go on")
