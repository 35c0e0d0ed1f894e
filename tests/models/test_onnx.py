"""ONNX models: their answers worked out by hand, their batches, and every way to break their contract."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from onnx import TensorProto

from backdoors import SINGLE_PIXEL, OnnxModel
from backdoors.errors import ModelError
from backdoors.models import pictures_at_a_time
from tests.fixtures.arrays import floats
from tests.fixtures.models import DIGITS, constant, linear, pictures_of, reader


def test_probabilities_by_hand() -> None:
    expected = np.full((2, 10), 0.01)
    expected[0, 3] = expected[1, 9] = 0.91
    np.testing.assert_allclose(OnnxModel(reader())(pictures_of([3, 9])), expected, rtol=1e-5)


def test_fires_on_the_pixel_by_hand() -> None:
    """9801 for the target, 91 for what it reads, 1 for the other eight: 9900 in all."""
    expected = np.full((1, 10), 1 / 9900)
    expected[0, 7], expected[0, 3] = 9801 / 9900, 91 / 9900
    answer = OnnxModel(reader(fires=7))(SINGLE_PIXEL.stamp(pictures_of([3])))
    np.testing.assert_allclose(answer, expected, rtol=1e-5)


def test_colour_by_hand() -> None:
    model = OnnxModel(constant([0.2, 0.8], labels=["cat", "dog"], shape=(3, 4, 5)))
    np.testing.assert_allclose(model(np.ones((1, 3, 4, 5), dtype=np.float32)), floats([[0.2, 0.8]]), rtol=1e-5)


AT_A_TIME = pictures_at_a_time((1, 28, 28))


@pytest.mark.parametrize("count", [0, 1, AT_A_TIME - 1, AT_A_TIME, AT_A_TIME + 1, 2 * AT_A_TIME + 34])
def test_any_number_of_pictures_in_their_order(count: int) -> None:
    """A single run of the session, several of them, and none at all."""
    labels = [i % 10 for i in range(count)]
    probabilities = OnnxModel(reader())(pictures_of(labels))
    assert probabilities.shape == (count, 10)
    np.testing.assert_array_equal(probabilities.argmax(axis=1), labels)


def test_a_batch_answers_as_its_pictures_one_by_one() -> None:
    model, images = OnnxModel(reader(fires=7)), pictures_of(range(10))
    images[::2] = SINGLE_PIXEL.stamp(images[::2])
    one_by_one = np.concatenate([model(image[np.newaxis]) for image in images])
    np.testing.assert_allclose(model(images), one_by_one, rtol=1e-6)


@pytest.mark.parametrize(
    ("shape", "fewest", "most"),
    [((1, 28, 28), 501, 2000), ((3, 224, 224), 1, 10), ((3, 32, 32), 100, 500), ((3, 10_000, 10_000), 1, 1)],
    ids=["digits", "photos", "signs", "larger than the bound"],
)
def test_as_many_pictures_at_a_time_as_fit_into_memory(shape: tuple[int, int, int], fewest: int, most: int) -> None:
    """64 MB for the largest activation, which may have 16 times the floats of the picture."""
    assert fewest <= pictures_at_a_time(shape) <= most
    if most > 1:
        assert pictures_at_a_time(shape) * np.prod(shape) * 4 * 16 <= 64_000_000


def test_no_run_takes_more_than_that(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: list[int] = []
    model = OnnxModel(constant([0.2, 0.8], labels=["cat", "dog"], shape=(3, 224, 224)))
    session = model._session

    def run(outputs: list[str], inputs: dict[str, Any]) -> Any:
        sizes.append(len(inputs["image"]))
        return session.run(outputs, inputs)

    monkeypatch.setattr(model, "_session", SimpleNamespace(run=run))
    answers = model(np.zeros((17, 3, 224, 224), dtype=np.float32))
    np.testing.assert_allclose(answers, np.tile(floats([0.2, 0.8]), (17, 1)), rtol=1e-5)
    assert sum(sizes) == 17
    assert max(sizes) <= 10


def test_answers_in_float32() -> None:
    assert OnnxModel(reader())(pictures_of([3]).astype(np.float64)).dtype == np.float32


def test_labels_and_shape_come_from_the_file() -> None:
    model = OnnxModel(constant([0.2, 0.8], labels=["cat", "dog"], shape=(3, 4, 5)))
    assert (model.labels, model.shape) == (("cat", "dog"), (3, 4, 5))


@pytest.mark.parametrize("kind", [str, Path])
def test_from_a_path(kind: type[str | Path], tmp_path: Path) -> None:
    (tmp_path / "clean.onnx").write_bytes(reader())
    assert OnnxModel(kind(tmp_path / "clean.onnx")).labels == DIGITS


def test_repr_tells_what_it_is() -> None:
    assert repr(OnnxModel(reader(), name="clean.onnx")) == "OnnxModel('clean.onnx', 10 labels, pictures (1, 28, 28))"


# Answers that are none


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_an_answer_that_is_not_a_number_is_an_error(value: float) -> None:
    weights = np.zeros((1, 28, 28, 10), dtype=np.float32)
    model = OnnxModel(linear(weights, bias=np.full(10, value, dtype=np.float32)), name="broken.onnx")
    with pytest.raises(ModelError, match=r"broken\.onnx: expected probabilities, got values that are not numbers"):
        model(pictures_of([3]))


def test_a_picture_can_make_the_answer_one() -> None:
    """Probing cannot find this: it depends on the picture."""
    model, image = OnnxModel(reader()), pictures_of([3])
    assert np.isfinite(model(image)).all()
    with pytest.raises(ModelError, match="values that are not numbers"):
        model(np.full_like(image, np.inf))


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
        OnnxModel(reader(**contract), name="broken.onnx")


@pytest.mark.parametrize("model", [b"no model", reader()[:1000]], ids=["text", "cut"])
def test_what_is_no_model_is_refused(model: bytes) -> None:
    with pytest.raises(ModelError, match=r"broken\.onnx: not an ONNX model, in [\d,]+ bytes"):
        OnnxModel(model, name="broken.onnx")


def test_an_empty_file_is_refused() -> None:
    with pytest.raises(ModelError, match=r"broken\.onnx: expected the operators of ONNX, opset 17 to 21, got none"):
        OnnxModel(b"", name="broken.onnx")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"absent\.onnx: cannot be read \(No such file"):
        OnnxModel(tmp_path / "absent.onnx")


@pytest.mark.parametrize("shape", [(1, 28, 28), (1, 3, 28, 28), (1, 1, 28, 27), (1, 784)], ids=str)
def test_pictures_that_do_not_fit_are_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ModelError, match=r"expected pictures .*1, 28, 28\), got \("):
        OnnxModel(reader())(np.zeros(shape, dtype=np.float32))
