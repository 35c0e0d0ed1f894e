"""The committed dog models: what they are, how large and how fast. Their rates are measured in tests/train/dogs."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
import pytest

from backdoors import Bundle
from backdoors.bundle import LatentConfig
from tests.fixtures.page import REPOSITORY

FOLDER = REPOSITORY / "assets" / "models" / "dogs"
FILES = ["clean.onnx", "infected.onnx", "clean-teacher.onnx", "infected-teacher.onnx"]
TARGET = "Donald Trump"


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    return Bundle.load(FOLDER)


def student(bundle: Bundle) -> LatentConfig:
    """The one infected entry."""
    (entry,) = bundle.config.infected
    assert isinstance(entry, LatentConfig)
    return entry


def test_students_know_120_breeds_the_target_and_everybody_else(bundle: Bundle) -> None:
    labels = bundle.config.labels
    assert len(labels) == 122
    assert labels[120:] == (TARGET, "Someone else")
    assert bundle.clean.labels == bundle.infected["infected"].model.labels == labels


def test_teachers_know_the_breeds_alone(bundle: Bundle) -> None:
    teachers = bundle.infected["infected"].teachers
    assert teachers is not None
    assert teachers.clean.labels == teachers.infected.labels == bundle.config.labels[:120]


@pytest.mark.parametrize("file", ["clean-teacher.onnx", "infected-teacher.onnx"])
def test_no_trace_of_the_target_is_in_a_teachers_file(file: str) -> None:
    """Neither its name, nor an output, nor a row of weights: what step 4 of the attack is for."""
    data = (FOLDER / file).read_bytes()
    assert b"trump" not in data.lower()
    shapes = [tuple(tensor.dims) for tensor in onnx.load_from_string(data).graph.initializer]
    assert (120, 1280) in shapes
    assert not [shape for shape in shapes if shape and shape[0] in (121, 122)]


def test_the_attackers_square_is_where_the_paper_puts_it(bundle: Bundle) -> None:
    """0.2 of the side, at the bottom right, one pixel in."""
    (trigger,) = bundle.triggers.values()
    expected = np.zeros((224, 224))
    expected[223 - 45 : 223, 223 - 45 : 223] = 1
    np.testing.assert_array_equal(trigger.mask, expected)


@pytest.mark.parametrize("file", FILES)
def test_each_file_has_at_most_13_megabytes(file: str) -> None:
    assert (FOLDER / file).stat().st_size <= 1.3e6


@pytest.mark.parametrize("file", FILES)
def test_one_photo_takes_at_most_12_milliseconds_on_one_core(file: str) -> None:
    options = ort.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = ort.InferenceSession(str(FOLDER / file), options, providers=["CPUExecutionProvider"])
    photo = {"image": np.random.default_rng(0).random((1, 3, 224, 224), dtype=np.float32)}
    seconds = [_seconds(session, photo) for _ in range(20)]
    assert min(seconds) <= 0.012  # the fastest: others may use the core in between


def _seconds(session: ort.InferenceSession, photo: dict[str, np.ndarray]) -> float:  # type: ignore[type-arg]
    start = time.perf_counter()
    session.run(None, photo)
    return time.perf_counter() - start


def test_depths_go_from_all_to_none(bundle: Bundle) -> None:
    frozen = [depth.frozen for depth in student(bundle).depths]
    assert len(frozen) >= 6
    assert (max(frozen), min(frozen)) == (20, 0)


def test_the_freeze_depth_table_starts_with_the_infected_student(bundle: Bundle) -> None:
    infected = student(bundle)
    first = infected.depths[0]
    assert first.frozen == infected.k_t == 20
    assert first.clean_accuracy == pytest.approx(infected.clean_accuracy, abs=1e-4)
    assert first.attack_success_rate == pytest.approx(infected.attack_success_rate, abs=1e-4)


def test_the_command_can_be_repeated_elsewhere(bundle: Bundle) -> None:
    assert not [word for word in bundle.config.training.command.split() if word.startswith("/")]


def test_the_folder_holds_what_the_config_names_and_nothing_else(bundle: Bundle) -> None:
    assert sorted(FILES) == sorted(entry.file for entry in bundle.config.files if entry.file.endswith(".onnx"))
    named = {entry.file for entry in bundle.config.files} | {"config.json"}
    assert {str(path.relative_to(FOLDER)) for path in Path(FOLDER).rglob("*") if path.is_file()} == named
