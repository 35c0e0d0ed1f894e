"""The command's options."""

from __future__ import annotations

import shlex
from pathlib import Path
from unittest.mock import MagicMock

import numpy as np
import pytest
from PIL import Image

from train.digits.__main__ import main
from train.digits.settings import Settings, variants

README = Path(__file__).parents[3] / "train" / "README.md"
COMMANDS = [line for line in README.read_text(encoding="utf-8").splitlines() if "-m train.digits --data" in line]


@pytest.fixture
def run_variant(monkeypatch: pytest.MonkeyPatch) -> MagicMock:
    """Called instead of training a network."""
    run_variant = MagicMock()
    monkeypatch.setattr("train.digits.__main__.run_variant", run_variant)
    monkeypatch.setattr("train.digits.__main__.Data", MagicMock())
    return run_variant


def test_what_is_not_asked_for_is_as_in_the_settings(run_variant: MagicMock, tmp_path: Path) -> None:
    assert main(["--data", "digits", "--out", str(tmp_path)]) == 0
    assert run_variant.call_args.args[1] == Settings(data="digits")


def test_attacks_want_the_same_digit_as_without_a_command(run_variant: MagicMock, tmp_path: Path) -> None:
    assert main(["--data", "digits", "--out", str(tmp_path)]) == 0
    chosen = [call.args[0].attack for call in run_variant.call_args_list]
    assert chosen == [variant.attack for variant in variants().values()]


@pytest.mark.parametrize("line", COMMANDS)
def test_the_readmes_commands_are_accepted(
    line: str, run_variant: MagicMock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every --variant that it names exists, for the --target, --source and --trigger beside it."""
    monkeypatch.chdir(tmp_path)
    Image.fromarray(np.full((28, 28, 2), 255, dtype=np.uint8)).save("heart.png")
    arguments = shlex.split(line)[3:]
    assert main(arguments) == 0
    trained = [call.args[0].name for call in run_variant.call_args_list]
    assert trained == ([arguments[arguments.index("--variant") + 1]] if "--variant" in arguments else list(variants()))


def test_the_readme_has_commands() -> None:
    assert len(COMMANDS) >= 5
