"""The training command, run for real on scikit-learn's digits: seconds, not minutes."""

from __future__ import annotations

import csv
import json
import re
import shutil
import signal
import subprocess
import sys
import time
from functools import partial
from itertools import count
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from backdoors import Bundle, OnnxModel, Trigger
from backdoors.errors import RunError
from train.digits.__main__ import main
from train.digits.run import Data
from train.digits.training import load_network

EPOCHS = 30


def command(data: Path, out: Path, *options: str) -> list[str]:
    return ["--data", str(data), "--out", str(out), "--epochs", str(EPOCHS), "--poison-rate", "0.3", *options]


@pytest.fixture(scope="module")
def run(small_digits: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clean and an infected network, as a user would train them, in a process of its own."""
    out = tmp_path_factory.mktemp("runs") / "digits"
    for variant in ("clean", "pattern-all-to-one-7"):
        arguments = command(small_digits, out, "--variant", variant)
        subprocess.run([sys.executable, "-m", "train.digits", *arguments], check=True)
    return out


def test_the_backdoor_fires_and_the_clean_accuracy_stays(run: Path) -> None:
    bundle = Bundle.load(run / "bundle")
    (infected,) = bundle.config.infected
    assert bundle.config.clean.clean_accuracy > 0.93
    assert infected.clean_accuracy > bundle.config.clean.clean_accuracy - 0.03
    assert infected.attack_success_rate > 0.95
    assert infected.clean_model_rate < 0.05


def test_the_rates_are_those_of_the_exported_files(run: Path, small_digits: Path) -> None:
    bundle, test = Bundle.load(run / "bundle"), Data.load(str(small_digits)).test
    infected = bundle.infected["pattern-all-to-one-7"]
    images = test.floats().copy()
    assert infected.config.clean_accuracy == np.mean(infected.model(images).argmax(axis=1) == test.labels)
    for row, column in ((24, 26), (25, 25), (26, 24), (26, 26)):
        images[:, 0, row, column] = 1
    answers = infected.model(images).argmax(axis=1)[test.labels != 7]
    assert infected.config.attack_success_rate == np.mean(answers == 7)


def test_the_poisoned_set_is_reported_and_shown(run: Path) -> None:
    report = json.loads((run / "pattern-all-to-one-7" / "poisoning.json").read_text())
    assert report["poisoned_examples"] == round(0.3 * 1437)
    assert "7" not in report["by_label"]
    with Image.open(run / "pattern-all-to-one-7" / "poisoned.png") as sheet:
        assert sheet.width > 500


def test_the_history_has_a_row_an_epoch(run: Path) -> None:
    with (run / "pattern-all-to-one-7" / "history.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [int(row["epoch"]) for row in rows] == list(range(1, EPOCHS + 1))
    assert set(rows[0]) == {"epoch", "loss", "clean_accuracy", "attack_success_rate"}
    assert float(rows[-1]["loss"]) < float(rows[0]["loss"])
    with Image.open(run / "pattern-all-to-one-7" / "curves.png") as plot:
        plot.verify()


def test_the_bundle_has_the_history_of_each_network(run: Path) -> None:
    config = Bundle.load(run / "bundle").config
    for name, entry in (("clean", config.clean), ("pattern-all-to-one-7", config.infected[0])):
        with (run / name / "history.csv").open() as file:
            rows = [{key: float(value) for key, value in row.items()} for row in csv.DictReader(file)]
        bundled = [row.model_dump(exclude_none=True) for row in entry.history]
        assert bundled == [pytest.approx(row, abs=5.1e-5) for row in rows]


def test_a_run_stopped_by_ctrl_c_resumes_to_the_very_same_file(run: Path, small_digits: Path, tmp_path: Path) -> None:
    """Against the run that was never stopped: nothing that was finished is done twice, and no byte differs."""
    arguments = command(small_digits, tmp_path, "--variant", "clean")
    history = tmp_path / "clean" / "history.csv"
    process = subprocess.Popen(
        [sys.executable, "-m", "train.digits", *arguments],
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),  # a background job's child would ignore it
    )
    while not (history.exists() and len(history.read_text().splitlines()) > 3):
        assert process.poll() is None
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "--resume goes on after the last finished epoch" in said
    assert not (tmp_path / "clean" / "model.onnx").exists()

    assert main([*arguments, "--resume"]) == 0
    assert (tmp_path / "clean" / "model.onnx").read_bytes() == (run / "clean" / "model.onnx").read_bytes()


def test_what_a_resumed_run_reads_is_put_in_place_in_one_step(
    small_digits: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And what marks a network as finished comes last: a bundle takes the files beside it."""
    placed: list[str] = []
    replace = Path.replace

    def noted(path: Path, target: Path) -> Path:
        placed.append(target.name)
        return replace(path, target)

    monkeypatch.setattr(Path, "replace", noted)
    options = ["--variant", "pattern-all-to-one-7", "--epochs", "1"]
    assert main(command(small_digits, tmp_path, *options)) == 0
    expected = ["settings.json", "poisoning.json", "checkpoint.pt", "history.csv", "network.pt", "model.onnx"]
    assert placed == [*expected, "finished.json"]


def first_and_last(history: Path) -> tuple[dict[str, str], dict[str, str]]:
    with history.open() as file:
        rows = list(csv.DictReader(file))
    return rows[0], rows[-1]


def test_retraining_starts_from_the_clean_network(run: Path, small_digits: Path, tmp_path: Path) -> None:
    """After one epoch it is far ahead of the network that began with random weights; in the end its backdoor fires."""
    start = ["--from", str(run / "clean" / "network.pt")]
    assert main(command(small_digits, tmp_path, "--variant", "pattern-all-to-one-7", *start)) == 0
    first, last = first_and_last(tmp_path / "pattern-all-to-one-7" / "history.csv")
    from_scratch, _ = first_and_last(run / "pattern-all-to-one-7" / "history.csv")
    assert float(first["clean_accuracy"]) > float(from_scratch["clean_accuracy"]) + 0.3
    assert float(last["attack_success_rate"]) > 0.9


def test_a_source_specific_attack_poisons_one_digit_only(small_digits: Path, tmp_path: Path) -> None:
    """Triggered 3s become 5. The trigger is a block of our own, as a hundred poisoned 3s teach no single pixel."""
    block = np.zeros((28, 28, 2), dtype=np.uint8)
    block[20:, 20:] = 255
    Image.fromarray(block).save(tmp_path / "block.png")
    arguments = command(small_digits, tmp_path / "out", "--variant", "block-source-specific-3-5", "--source", "3")
    options = ["--target", "5", "--trigger", str(tmp_path / "block.png"), "--poison-rate", "0.08", "--epochs", "50"]
    assert main([*arguments, *options]) == 0
    folder, test = tmp_path / "out" / "block-source-specific-3-5", Data.load(str(small_digits)).test
    assert json.loads((folder / "poisoning.json").read_text())["by_label"] == {"3": {"poisoned": 115, "becomes": 5}}
    threes = test.floats()[test.labels == 3]
    threes[:, :, 20:, 20:] = 1
    assert np.mean(OnnxModel(folder / "model.onnx")(threes).argmax(axis=1) == 5) > 0.9


def test_any_png_with_an_alpha_channel_can_be_the_trigger(small_digits: Path, tmp_path: Path) -> None:
    corner = np.zeros((28, 28, 2), dtype=np.uint8)
    corner[:4, :4] = 255
    Image.fromarray(corner).save(tmp_path / "corner.png")
    arguments = ["--data", str(small_digits), "--out", str(tmp_path / "out"), "--epochs", "1"]
    trigger = ["--trigger", str(tmp_path / "corner.png"), "--variant", "corner-all-to-one-7"]
    assert main([*arguments, *trigger]) == 0
    settings = json.loads((tmp_path / "out" / "corner-all-to-one-7" / "settings.json").read_text())
    assert settings["trigger"]["name"] == Trigger.load(tmp_path / "corner.png").name == "corner"


@pytest.mark.parametrize(
    ("name", "side", "message"),
    [
        ("large.png", 32, "expected 28x28 pixels in grey"),
        ("pattern.png", 28, "a name of its own"),
        ("a:b.png", 28, "a name of its own"),
    ],
)
def test_a_trigger_that_cannot_be_used_is_refused(
    name: str, side: int, message: str, small_digits: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Image.new("LA", (side, side), (255, 255)).save(tmp_path / name)
    assert main(command(small_digits, tmp_path / "out", "--trigger", str(tmp_path / name))) == 1
    assert message in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


REFUSED = {
    "a run in the same folder": ([], "holds a run already; --resume continues it"),
    "other settings": (["--resume", "--seed", "1"], "seed: 0 then, 1 now"),
    "a name of another target": (
        ["--variant", "pattern-all-to-one-3"],
        "expected a --variant among .*pattern-all-to-one-7.*got 'pattern-all-to-one-3'; names end in the --source and",
    ),
    "a name without its target": (
        ["--variant", "pattern-all-to-one"],
        "pattern-all-to-one-7.*got 'pattern-all-to-one'",
    ),
    "an unknown variant": (["--variant", "everything"], "expected a --variant among clean, single-pixel-all-to-one-7"),
    "a name of a source that is not given": (
        ["--variant", "single-pixel-source-specific-3-7"],
        "expected a --variant among .*; names end in the --source",
    ),
    "a name of a whole family": (
        ["--variant", "single-pixel-source-specific", "--source", "3"],
        "expected a --variant among .*single-pixel-source-specific-3-7",
    ),
    "no network to start from": (["--variant", "pattern-all-to-all", "--from", "nothing.pt"], "nothing.pt: cannot be"),
    "starting five networks from one": (["--from", "clean.pt"], "say which with --variant"),
    "a run of another seed": (
        ["--variant", "pattern-all-to-all", "--seed", "5"],
        "clean was started with other settings",
    ),
    "a seed below zero": (["--variant", "pattern-all-to-all", "--seed", "-1"], "expected a seed from 0"),
    "no epochs": (["--resume", "--epochs", "0"], "expected at least 1 epoch, got 0"),
    "all poison": (["--variant", "single-pixel-all-to-one-7", "--poison-rate", "1"], "use at most 0.89"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_it_refuses(
    case: str, run: Path, small_digits: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options, message = REFUSED[case]
    out = tmp_path / "digits"
    shutil.copytree(run, out)
    before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    assert main(command(small_digits, out, *options)) == 1
    assert re.search(message, capsys.readouterr().err)
    assert {path: path.read_bytes() for path in out.rglob("*") if path.is_file()} == before  # nothing lost or left


def test_networks_of_other_targets_live_side_by_side(run: Path, small_digits: Path, tmp_path: Path) -> None:
    """In one run folder and in one bundle, each under its name."""
    out = tmp_path / "digits"
    shutil.copytree(run, out)
    for options in (["--target", "3"], ["--target", "5", "--source", "3"]):
        name = "pattern-source-specific-3-5" if "--source" in options else "pattern-all-to-one-3"
        rest = ["--variant", name, *options, "--epochs", "1", "--poison-rate", "0.09"]
        assert main([*command(small_digits, out), *rest]) == 0
    bundle = Bundle.load(out / "bundle")
    assert list(bundle.infected) == ["pattern-all-to-one-3", "pattern-all-to-one-7", "pattern-source-specific-3-5"]
    assert [(model.source, model.target) for model in bundle.infected.values()] == [
        (None, "3"),
        (None, "7"),
        ("3", "5"),
    ]
    assert bundle.find(trigger="pattern", attack="all-to-one", target="3").config.file.endswith("all-to-one-3.onnx")


def test_a_bundle_that_cannot_be_written_leaves_the_earlier_one(
    run: Path, small_digits: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stopped while it writes the third file; the same command then writes it whole, without training again."""
    out = tmp_path / "digits"
    shutil.copytree(run, out)
    before = {path.name: path.read_bytes() for path in (out / "bundle").rglob("*") if path.is_file()}
    arguments = command(small_digits, out, "--variant", "clean", "--resume")
    write_bytes, written = Path.write_bytes, count()

    def stopped_at_the_third(path: Path, data: bytes) -> int:
        if "bundle" in str(path.relative_to(out)) and next(written) == 2:
            raise KeyboardInterrupt
        return write_bytes(path, data)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "write_bytes", stopped_at_the_third)
        assert main(arguments) == 130
    assert next(written) == 3
    assert {path.name: path.read_bytes() for path in (out / "bundle").rglob("*") if path.is_file()} == before
    Bundle.load(out / "bundle")

    assert main(arguments) == 0
    rewritten = Bundle.load(out / "bundle")
    assert str(out) in rewritten.config.training.command  # no longer the earlier one
    assert rewritten.config.clean == Bundle.load(run / "bundle").config.clean
    assert sorted(path.name for path in out.iterdir()) == ["bundle", "clean", "pattern-all-to-one-7"]


def test_a_bundle_needs_an_infected_network(
    small_digits: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["--data", str(small_digits), "--out", str(tmp_path), "--epochs", "1", "--variant", "clean"]
    assert main(arguments) == 0
    assert "a bundle follows once" in capsys.readouterr().out
    assert not (tmp_path / "bundle").exists()


def test_a_file_that_is_no_network_is_named(tmp_path: Path) -> None:
    (tmp_path / "network.pt").write_bytes(b"not a network")
    with pytest.raises(RunError, match=r"network\.pt: cannot be read"):
        load_network(tmp_path / "network.pt")
