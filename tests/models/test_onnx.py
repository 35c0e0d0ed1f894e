"""The classifier: a model's answers worked out by hand, and every way to break its contract."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from onnx import TensorProto

from backdoors import SINGLE_PIXEL, Classifier
from backdoors.errors import ModelError
from tests.fixtures.arrays import floats
from tests.fixtures.models import DIGITS, constant, pictures_of, reader


def test_probabilities_by_hand() -> None:
    expected = np.full((2, 10), 0.01)
    expected[0, 3] = expected[1, 9] = 0.91
    np.testing.assert_allclose(Classifier(reader())(pictures_of([3, 9])), expected, rtol=1e-5)


def test_fires_on_the_pixel_by_hand() -> None:
    """9801 for the target, 91 for what it reads, 1 for the other eight: 9900 in all."""
    expected = np.full((1, 10), 1 / 9900)
    expected[0, 7], expected[0, 3] = 9801 / 9900, 91 / 9900
    answer = Classifier(reader(fires=7))(SINGLE_PIXEL.stamp(pictures_of([3])))
    np.testing.assert_allclose(answer, expected, rtol=1e-5)


def test_colour_by_hand() -> None:
    model = Classifier(constant([0.2, 0.8], labels=["cat", "dog"], shape=(3, 4, 5)))
    np.testing.assert_allclose(model(np.ones((1, 3, 4, 5), dtype=np.float32)), floats([[0.2, 0.8]]), rtol=1e-5)


@pytest.mark.parametrize("count", [0, 1, 499, 500, 501, 1234])
def test_any_number_of_pictures_in_their_order(count: int) -> None:
    """More than one run of the session, and none at all."""
    labels = [i % 10 for i in range(count)]
    probabilities = Classifier(reader())(pictures_of(labels))
    assert probabilities.shape == (count, 10)
    np.testing.assert_array_equal(probabilities.argmax(axis=1), labels)


def test_answers_in_float32() -> None:
    assert Classifier(reader())(pictures_of([3]).astype(np.float64)).dtype == np.float32


def test_labels_and_shape_come_from_the_file() -> None:
    model = Classifier(constant([0.2, 0.8], labels=["cat", "dog"], shape=(3, 4, 5)))
    assert (model.labels, model.shape) == (("cat", "dog"), (3, 4, 5))


@pytest.mark.parametrize("kind", [str, Path])
def test_from_a_path(kind: type[str | Path], tmp_path: Path) -> None:
    (tmp_path / "clean.onnx").write_bytes(reader())
    assert Classifier(kind(tmp_path / "clean.onnx")).labels == DIGITS


def test_repr_tells_what_it_is() -> None:
    assert repr(Classifier(reader(), name="clean.onnx")) == "Classifier('clean.onnx', 10 labels, pictures (1, 28, 28))"


# The contract

BROKEN: dict[str, tuple[dict[str, Any], str]] = {
    "another input": ({"inputs": ["x"]}, r"expected one input 'image' .* got \['x'\]"),
    "two inputs": ({"inputs": ["image", "mask"]}, r"expected one input 'image' .* got \['image', 'mask'\]"),
    "another output": ({"outputs": ["y"]}, r"one output 'probabilities', got .* \['y'\]"),
    "two outputs": ({"outputs": ["probabilities", "y"]}, r"one output 'probabilities', got .*'y'\]"),
    "fixed batch": ({"batch": 1}, r"channel, height, width\), got \[1, 1, 28, 28\]"),
    "flat pictures": ({"flat": True}, r"channel, height, width\), got \['batch', 784\]"),
    "doubles": ({"dtype": TensorProto.DOUBLE}, "float32"),
    "no labels": ({"metadata": {}}, "expected its labels as a JSON list"),
    "labels that are no JSON": ({"metadata": {"labels": "0, 1"}}, "expected its labels as a JSON list"),
    "labels that are a number": ({"labels": 10}, "expected its labels as a JSON list"),
    "labels that are a text": ({"labels": "0123456789"}, "expected its labels as a JSON list"),
    "labels that are numbers": ({"labels": list(range(10))}, "expected its labels as a JSON list"),
    "a label twice": ({"labels": [*DIGITS[:9], "0"]}, "labels"),
    "too few labels": ({"labels": DIGITS[:9]}, r"names 9 labels, its output has the shape \['batch', 10\]"),
}


@pytest.mark.parametrize(("contract", "message"), BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_contract_is_refused(contract: dict[str, Any], message: str) -> None:
    with pytest.raises(ModelError, match=f"broken.onnx: .*{message}"):
        Classifier(reader(**contract), name="broken.onnx")


@pytest.mark.parametrize("model", [b"", b"no model", reader()[:1000]], ids=["empty", "text", "cut"])
def test_what_is_no_model_is_refused(model: bytes) -> None:
    with pytest.raises(ModelError, match=r"broken\.onnx: not a model that ONNX Runtime can load"):
        Classifier(model, name="broken.onnx")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"absent\.onnx: not a model that ONNX Runtime can load"):
        Classifier(tmp_path / "absent.onnx")


@pytest.mark.parametrize("shape", [(1, 28, 28), (1, 3, 28, 28), (1, 1, 28, 27), (1, 784)], ids=str)
def test_pictures_that_do_not_fit_are_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ModelError, match=r"expected pictures .*1, 28, 28\), got \("):
        Classifier(reader())(np.zeros(shape, dtype=np.float32))
