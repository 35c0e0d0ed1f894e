"""Large weights in 16 bits: worked out by hand and in NumPy, the answers, and the size of the committed files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from numpy.typing import NDArray
from onnx import numpy_helper

from backdoors import OnnxModel
from backdoors.errors import ModelError, ParityError
from tests.fixtures.models import linear, pictures_of, reader
from train.compact import MOST_KEPT, compact
from train.parity import largest_rounding

COMMITTED = Path(__file__).parents[2] / "assets" / "models"
LARGEST = {"digits": 0.6e6, "dogs": 1.3e6}  # bytes
FILES = [str(file.relative_to(COMMITTED)) for file in sorted(COMMITTED.glob("*/*.onnx"))]


def tensors_of(data: bytes) -> dict[str, NDArray[Any]]:
    return {tensor.name: numpy_helper.to_array(tensor) for tensor in onnx.load_from_string(data).graph.initializer}


def large_model() -> bytes:
    """784 x 10 weights, of very different sizes from channel to channel."""
    rng = np.random.default_rng(0)
    weights: NDArray[np.float32] = rng.normal(size=(1, 28, 28, 10)).astype(np.float32)
    return linear(weights * np.logspace(-6, 0, 28, dtype=np.float32).reshape(1, 28, 1, 1))


def test_by_hand() -> None:
    """``linear`` has a channel a pixel. A channel whose largest weight is 32767 has steps of 1; rows of zeros stay."""
    weights = np.zeros((1, 28, 28, 10), dtype=np.float32)
    weights[0, 0, 0, :5] = [32767, -32767, 100.4, -0.6, 0.4]
    weights[0, 0, 1, :3] = [65534, 1, 3.5]
    stored = tensors_of(compact(linear(weights)))
    assert stored["weights.int16"].dtype == np.int16
    np.testing.assert_array_equal(stored["weights.int16"][0, :5], [32767, -32767, 100, -1, 0])
    np.testing.assert_array_equal(stored["weights.int16"][1, :3], [32767, 0, 2])  # halves go to the even side
    np.testing.assert_array_equal(stored["weights.scale"][:3], [[1], [2], [1]])
    assert not stored["weights.int16"][2:].any()


def test_each_weight_is_half_a_step_away_at_most() -> None:
    """Computed from the stored numbers in NumPy, in the order of the file's nodes."""
    full = tensors_of(large_model())["weights"]
    stored = tensors_of(compact(large_model()))
    restored = stored["weights.int16"].astype(np.float32) * stored["weights.scale"]
    step = np.abs(full).max(axis=1, keepdims=True) / 32767
    assert (np.abs(restored - full) <= 0.501 * step).all()  # a little more for float32's own rounding
    assert np.abs(restored - full).max() > 0


def test_the_answers_stay() -> None:
    images = np.random.default_rng(1).random((50, 1, 28, 28), dtype=np.float32)
    full, small = OnnxModel(large_model()), OnnxModel(compact(large_model()))
    assert small.labels == full.labels
    assert 0 < largest_rounding(full, small, images) < 1e-3


def test_another_answer_is_caught() -> None:
    with pytest.raises(ParityError, match=r"16 bits are too few"):
        largest_rounding(OnnxModel(reader()), OnnxModel(reader(fires=7)), np.ones((1, 1, 28, 28), dtype=np.float32))


def test_the_file_is_half_as_large_and_right_for_onnx() -> None:
    small = compact(large_model())
    onnx.checker.check_model(onnx.load_from_string(small), full_check=True)
    assert len(small) < 0.7 * len(large_model())  # each pixel, as a channel, has a scale beside its ten weights


def test_twice_is_once() -> None:
    assert compact(compact(large_model())) == compact(large_model())


def test_scales_stay_as_they_are_however_many() -> None:
    """More channels than ``MOST_KEPT``: their scales are a large tensor, too, but int16 would not make it smaller."""
    small = compact(linear(np.ones((3, 30, 30, 2), dtype=np.float32), labels=["a", "b"]))
    assert len(tensors_of(small)["weights.scale"]) > MOST_KEPT
    assert compact(small) == small


@pytest.mark.parametrize("values", [MOST_KEPT, MOST_KEPT + 2])
def test_small_weights_and_biases_stay_in_float32(values: int) -> None:
    model = linear(np.ones((1, 1, values // 2, 2), dtype=np.float32), labels=["a", "b"])
    assert (compact(model) == model) == (values <= MOST_KEPT)
    assert tensors_of(compact(model))["bias"].dtype == np.float32


def test_numbers_too_small_for_an_exact_scale_become_zero() -> None:
    weights = np.full((1, 28, 28, 10), 1e-42, dtype=np.float32)
    weights[0, 0] = 1
    small = compact(linear(weights))
    assert not tensors_of(small)["weights.int16"][28:].any()
    np.testing.assert_allclose(OnnxModel(small)(pictures_of([3])), 0.1, rtol=1e-6)


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_weights_that_are_not_finite_are_refused(value: float) -> None:
    weights = np.zeros((1, 28, 28, 10), dtype=np.float32)
    weights[0, 5, 5, 5] = value
    with pytest.raises(ModelError, match=r"expected finite weights in 'weights'"):
        compact(linear(weights))


def test_what_is_no_model_is_refused() -> None:
    with pytest.raises(ModelError, match=r"not an ONNX model"):
        compact(b"a picture of a cat")


@pytest.mark.parametrize("file", FILES)
def test_the_committed_files_are_compact(file: str) -> None:
    data = (COMMITTED / file).read_bytes()
    assert len(data) <= LARGEST[file.split("/")[0]]
    assert compact(data) == data
