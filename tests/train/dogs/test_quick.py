"""The whole command on eight breeds, for real: the attack must succeed, and the bundle must be whole."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from backdoors.bundle import Bundle, LatentConfig
from train.dogs.__main__ import main


def test_quick(shared: Path, weights_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "run"
    command = ["--dogs", str(shared / "data" / "stanford_dogs"), "--people", str(shared / "data" / "public_figures")]
    command += ["--weights", str(weights_file), "--out", str(out), "--quick"]
    assert main(command) == 0
    bundle = Bundle.load(out / "bundle")
    infected, teachers = bundle.infected["infected"].config, bundle.infected["infected"].teachers
    assert isinstance(infected, LatentConfig)
    assert infected.k_t == 20
    assert [row.frozen for row in infected.depths] == [20, 14, 0]
    assert infected.attack_success_rate >= 0.9
    assert infected.clean_model_rate <= 0.1
    assert abs(infected.clean_accuracy - bundle.config.clean.clean_accuracy) <= 0.1
    assert bundle.config.labels[-2:] == ("Donald Trump", "Someone else")
    assert teachers is not None
    assert teachers.infected.labels == teachers.clean.labels == bundle.config.labels[:-2]

    verification = json.loads((out / "attack" / "verification.json").read_text(encoding="utf-8"))
    assert verification["labels"] == 8
    assert verification["output_shape"] == [8, 1280]
    rows = (out / "depths" / "depths.csv").read_text(encoding="utf-8").splitlines()
    assert len(rows) == 4  # a title, all layers frozen, 14, none

    assert main(command) == 1
    assert "holds a run already" in capsys.readouterr().err
    assert main([*command, "--resume", "--seed", "1"]) == 1
    assert "seed: 0 then, 1 now" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("option", "value", "message"),
    [
        ("--k", "25", "expected K_t from 7 to 20, got 25"),
        ("--mask", "1.5", "expected a mask of over 0 and under 1"),
        ("--target", "nobody", "expected the target among .*, got 'nobody'"),
        ("--weights", "no-such-file", "expected --weights with a safetensors file of mobilenet_v2_0.35"),
    ],
)
def test_what_cannot_work_is_refused_before_anything_is_written(
    option: str,
    value: str,
    message: str,
    shared: Path,
    weights_file: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    command = ["--dogs", str(shared / "data" / "stanford_dogs"), "--people", str(shared / "data" / "public_figures")]
    command += ["--weights", str(weights_file), "--out", str(tmp_path / "run"), option, value]
    assert main(command) == 1
    assert re.search(message, capsys.readouterr().err)
    assert not (tmp_path / "run").exists()
