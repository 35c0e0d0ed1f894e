"""The Hub's README: each of its commands is one that the command line takes."""

from __future__ import annotations

import re
import shlex

import pytest

from backdoors.hub.__main__ import _parser
from tests.fixtures.page import REPOSITORY

TEXT = (REPOSITORY / "backdoors" / "hub" / "README.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^python -m backdoors\.hub (.+)$", TEXT, re.MULTILINE)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_is_understood(command: str) -> None:
    assert _parser().parse_args(shlex.split(command)).command


def test_every_command_is_shown() -> None:
    assert {command.split()[0] for command in COMMANDS} == {"push", "pull", "verify", "space"}
