"""Hostile bundles are refused in seconds, with a message that names the file or the key, and without much memory."""

from __future__ import annotations

import os
import re
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import onnxruntime as ort
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backdoors import Bundle, OnnxModel, Trigger
from backdoors.bundle import BundleConfig
from backdoors.errors import BackdoorsError, BundleError
from backdoors.hub.__main__ import main
from backdoors.models import probe
from tests.fixtures.bundles import CLEAN
from tests.fixtures.models import pictures_of, reader
from tests.fixtures.page import REPOSITORY
from tests.robustness.bundles import HOSTILE, SEEN

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="pipes, links and limits of Unix")

SECONDS = 5.0  # of processor time, of this process and of the one that tries models
BUSY = 15.0  # seconds on the clock, on a machine that may be busy with other tests
MEMORY = 250  # MB more than before


@contextmanager
def bounded() -> Iterator[None]:
    before, start, processor = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.perf_counter(), os.times()
    yield
    assert sum(os.times()[:4]) - sum(processor[:4]) < SECONDS
    assert time.perf_counter() - start < BUSY
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1e3 < MEMORY


def test_there_are_enough() -> None:
    assert len(HOSTILE) >= 100


@pytest.mark.parametrize("case", SEEN)
def test_it_does_not_load(case: str, bundle_folder: Path) -> None:
    make, message = SEEN[case]
    make(bundle_folder)
    with bounded(), pytest.raises(BundleError, match=message) as raised:
        Bundle.load(bundle_folder)
    assert len(str(raised.value)) < 2_500


@pytest.mark.parametrize("case", HOSTILE)
def test_verify_refuses_it(case: str, bundle_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make, message = HOSTILE[case]
    make(bundle_folder)
    with bounded():
        assert main(["verify", str(bundle_folder)]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert re.search(f"^error: .*{message.removeprefix('(?s)')}", said.err, re.DOTALL)
    assert len(said.err) < 2_500


def test_secrets_are_not_for_the_process_that_tries_models(monkeypatch: pytest.MonkeyPatch) -> None:
    """It gets what Python needs, and no token."""
    asked: dict[str, str] = {}

    def run(*_: object, env: dict[str, str], **__: object) -> object:
        asked.update(env)
        raise OSError(12, "Cannot allocate memory")

    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    monkeypatch.setattr(subprocess, "run", run)
    with pytest.raises(BackdoorsError, match="cannot be tried in a process of their own"):
        probe({CLEAN: reader()})
    assert not any("TOKEN" in name or "hf_secret" in value for name, value in asked.items())


def test_the_limit_on_the_time_of_everything(bundle_folder: Path) -> None:
    with pytest.raises(BackdoorsError, match=rf"{CLEAN}: refused after .* longer than 0\.01 s"):
        probe({CLEAN: reader()}, seconds=0.01)


@pytest.mark.parametrize("task", ["digits", "dogs"])
def test_the_committed_bundles_pass_and_answer_as_before(task: str) -> None:
    """The probe, and the same answers as of ONNX Runtime with the file itself."""
    folder = REPOSITORY / "assets" / "models" / task
    bundle = Bundle.load(folder, probe=True)
    images = np.random.default_rng(0).random((2, *_shape(bundle)), dtype=np.float32)
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    session = ort.InferenceSession(str(folder / bundle.config.clean.file), options, providers=["CPUExecutionProvider"])
    np.testing.assert_array_equal(bundle.clean(images), session.run(None, {"image": images})[0])


def test_a_good_model_is_probed_in_silence() -> None:
    probe({CLEAN: reader(), "another": reader(fires=7)})


# Any bytes


hasty = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
GOOD = {"model": reader(), "trigger": (REPOSITORY / "assets/models/digits/triggers/pattern.png").read_bytes()}


@st.composite
def damaged(draw: st.DrawFn, whole: bytes) -> bytes:
    """A good file with some bytes changed, inserted or left out."""
    data = bytearray(whole)
    for _ in range(draw(st.integers(1, 5))):
        at = draw(st.integers(0, len(data) - 1) | st.integers(0, 200)) % len(data)
        data[at : at + draw(st.integers(0, 4))] = draw(st.binary(max_size=8))
        data = data or bytearray(b"\0")
    return bytes(data)


@hasty
@given(st.binary(max_size=5000) | damaged(GOOD["model"]))
def test_any_bytes_are_a_model_or_an_error_of_ours(data: bytes) -> None:
    try:
        answers = OnnxModel(data)(pictures_of([3]))
    except BackdoorsError:
        return
    assert np.isfinite(answers).all()


@hasty
@given(st.binary(max_size=2000) | damaged(GOOD["trigger"]))
def test_any_bytes_are_a_trigger_or_an_error_of_ours(data: bytes) -> None:
    try:
        assert Trigger.load(data).mask.any()
    except BackdoorsError:
        return


@hasty
@given(st.binary(max_size=2000) | damaged((REPOSITORY / "assets/models/digits/config.json").read_bytes()))
def test_any_bytes_are_a_config_or_an_error_of_ours(data: bytes) -> None:
    try:
        assert BundleConfig.read(data, Path("config.json")).infected
    except BackdoorsError:
        return


def _shape(bundle: Bundle) -> tuple[int, int, int]:
    return bundle.config.input.channels, bundle.config.input.size, bundle.config.input.size
