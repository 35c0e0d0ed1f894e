"""Export: the ONNX file keeps the contract, answers like PyTorch, and a wrong one is caught."""

from __future__ import annotations

import copy
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch

from backdoors import OnnxModel
from backdoors.errors import ParityError
from train.compact import compact
from train.digits.export import check_parity, export
from train.digits.network import BadNetsNetwork

LABELS = list("0123456789")
IMAGES = np.random.default_rng(0).random((300, 1, 28, 28), dtype=np.float32)


@pytest.fixture(scope="module")
def network() -> BadNetsNetwork:
    torch.manual_seed(0)
    return BadNetsNetwork()


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("export") / "model.onnx"


@pytest.fixture(scope="module", autouse=True)
def full(network: BadNetsNetwork, path: Path) -> OnnxModel:
    """The export in float32; the compact one is in the file."""
    return export(network, path, labels=LABELS)


def test_it_answers_like_pytorch(network: BadNetsNetwork, full: OnnxModel, path: Path) -> None:
    with torch.inference_mode():
        expected = network.eval()(torch.from_numpy(IMAGES)).softmax(dim=1).numpy()
    np.testing.assert_allclose(full(IMAGES), expected, atol=1e-6)
    np.testing.assert_allclose(OnnxModel(path)(IMAGES), expected, atol=1e-4)


def test_the_file_is_compact(path: Path) -> None:
    assert path.stat().st_size <= 0.6e6
    assert compact(path.read_bytes()) == path.read_bytes()


def test_probabilities_sum_to_1(path: Path) -> None:
    np.testing.assert_allclose(OnnxModel(path)(IMAGES).sum(axis=1), 1, atol=1e-6)


def test_one_file_with_the_weights_inside(path: Path) -> None:
    model = onnx.load(path, load_external_data=False)
    assert [value.name for value in model.graph.input] == ["image"]
    assert not any(weights.external_data for weights in model.graph.initializer)
    assert [file.name for file in path.parent.iterdir()] == ["model.onnx"]


def test_the_opset_is_one_that_browsers_run_too(path: Path) -> None:
    (opset,) = onnx.load(path).opset_import
    assert opset.domain == ""
    assert 17 <= opset.version <= 21


def test_it_tells_nothing_of_the_machine(path: Path) -> None:
    """The exporter would write stack traces into it."""
    data = path.read_bytes()
    assert str(Path(__file__).parents[3]).encode() not in data
    assert b".py" not in data


def test_the_same_weights_give_the_same_bytes(network: BadNetsNetwork, path: Path, tmp_path: Path) -> None:
    export(network, tmp_path / "again.onnx", labels=LABELS)
    assert (tmp_path / "again.onnx").read_bytes() == path.read_bytes()


def test_parity_reports_the_largest_difference(network: BadNetsNetwork, full: OnnxModel) -> None:
    assert check_parity(network, full, IMAGES) < 1e-6


def test_one_changed_weight_is_caught(network: BadNetsNetwork, full: OnnxModel) -> None:
    changed = copy.deepcopy(network)
    with torch.no_grad():
        list(changed.parameters())[-1][3] += 0.01  # one bias of the last layer
    with pytest.raises(ParityError, match=r"the export is wrong"):
        check_parity(changed, full, IMAGES)
