"""Trying strangers' models in a process of their own, with limits on time and memory, before anything else runs them.

``checking.py`` bounds what a file contains, but a small file can still ask for much: a few nodes can multiply large
tensors. So another process parses, loads and runs the models first; if it fails, hangs or wants too much memory, only
that process ends::

    probe({"clean.onnx": data, "infected.onnx": other})       # raises ModelError, and names the file

Sizes cannot depend on what a picture shows (see ``checking.py``), so what holds for these pictures holds for others.
The limits on memory and processor time need Unix. On Windows there is the limit on the time of all models alone.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from backdoors.errors import ModelError
from backdoors.models.model import pictures_at_a_time
from backdoors.models.onnx import OnnxModel

if sys.platform != "win32":
    import resource

MEMORY = 1_000_000_000  # bytes beside what Python and the libraries take; digits take 180 MB, dogs 70
MODEL_SECONDS = 2  # of processor time for each model; digits take 0.4 s, dogs 0.3 s
ALL_SECONDS = 20  # of processor time for all models of a bundle
WALL_SECONDS = 60  # for everything, with the start of Python, on a machine that is busy with other things

_KEPT = ("PATH", "SYSTEMROOT", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "TMPDIR", "TEMP", "TMP", "LANG")
_TOO_MUCH_MEMORY = ("bad_alloc", "Failed to allocate", "Unable to allocate", "BFCArena")


def probe(models: Mapping[str, bytes], *, seconds: float = WALL_SECONDS) -> None:
    """Run every model in another process, on black pictures and on noise.

    Args:
        models: the bytes of each file, by the name that errors give.
        seconds: the wall-clock limit for all models together.

    Raises:
        ModelError: a model cannot be loaded, fails, takes too long or too much memory, or does not answer with
            probabilities.
    """
    header = json.dumps([[name, len(data)] for name, data in models.items()]).encode() + b"\n"
    root = str(Path(__file__).parents[2])
    # No tokens or other secrets for a process that runs a stranger's model. One thread takes less memory.
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    path = os.pathsep.join([root, *(entry for entry in sys.path if entry)])
    try:
        done = subprocess.run(
            [sys.executable, "-c", "from backdoors.models import probing; probing.main()"],
            input=b"".join((header, *models.values())),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**kept, "PYTHONPATH": path, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
            timeout=seconds,
            check=False,
        )
        said, how = done.stdout, _end(done.returncode)
    except subprocess.TimeoutExpired as e:
        said, how = e.stdout or b"", f"it takes longer than {seconds:g} s"
    except OSError as e:
        raise ModelError(f"the models cannot be tried in a process of their own ({e.strerror})") from e
    _judge(list(models), said.decode(errors="replace").splitlines(), how)


def _judge(names: list[str], lines: list[str], how: str) -> None:
    """Raise for the first model that failed: its line says why, or is missing if the process ended with it."""
    for name, line in zip(names, lines, strict=False):
        if line != "right":
            raise ModelError(json.loads(line), path=name)
    if len(lines) < len(names):
        failed = names[len(lines)]
        raise ModelError(f"{failed}: refused after a trial run in a process of its own: {how}", path=failed)


def _end(status: int) -> str:
    """Why a process ended early, by its exit status; a negative one is a signal."""
    if sys.platform != "win32" and status == -signal.SIGXCPU:
        return f"it takes longer than {MODEL_SECONDS} s of processor time"
    if sys.platform != "win32" and status == -signal.SIGKILL:
        return "the system ended the process: it has no more memory or processor time for it"
    return f"it ends the process (status {status})"


def main() -> None:
    """The other process. It answers a line for each model: ``right``, or a JSON text that says what is wrong."""
    source, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # whatever a library prints is no answer
    names = json.loads(source.readline())
    _limit_memory()
    started = time.process_time()
    for name, size in names:
        data = source.read(size)
        _limit_time(min(time.process_time() + MODEL_SECONDS, started + ALL_SECONDS))
        try:
            _try(data, name)
            line = "right"
        except MemoryError:
            line = json.dumps(_too_much(name))
        except ModelError as e:
            line = json.dumps(_too_much(name) if any(sign in str(e) for sign in _TOO_MUCH_MEMORY) else str(e))
        answers.write(line.encode() + b"\n")
        answers.flush()
        if line != "right":
            break


def _too_much(name: str) -> str:
    return f"{name}: takes more than {MEMORY // 1_000_000:,} MB of memory"


def _try(data: bytes, name: str) -> None:
    model = OnnxModel(data, name=name)
    rng = np.random.default_rng(0)
    for count in sorted({1, 2, pictures_at_a_time(model.shape)}):
        black = np.zeros((count, *model.shape), dtype=np.float32)
        for images in (black, rng.random(black.shape, dtype=np.float32)) if count < 3 else (black,):
            answers = model(images)
            if answers.min() < 0 or not np.allclose(answers.sum(axis=1), 1, atol=1e-3):
                raise ModelError(
                    f"{name}: expected probabilities, rows that sum to 1, got values from {answers.min():.3g} to "
                    f"{answers.max():.3g}, and sums from {answers.sum(axis=1).min():.3g}"
                )


def _limit_memory() -> None:
    if sys.platform == "win32":
        return
    used = 0
    if (pages := Path("/proc/self/statm")).exists():  # Linux, where the libraries are part of the limit
        used = int(pages.read_text().split()[0]) * resource.getpagesize()
    _lower(resource.RLIMIT_AS, used + MEMORY)
    _lower(resource.RLIMIT_CORE, 0)
    _lower(resource.RLIMIT_FSIZE, 0)  # the models write no files; the answers go into a pipe


def _limit_time(until: float) -> None:
    """The process is ended when it has used this many seconds of processor time since its start."""
    if sys.platform != "win32":
        _lower(resource.RLIMIT_CPU, max(1, round(until)), hard=False)


def _lower(limit: int, value: int, *, hard: bool = True) -> None:
    most: Any = resource.getrlimit(limit)[1]
    value = value if most == resource.RLIM_INFINITY else min(value, most)
    resource.setrlimit(limit, (value, value if hard else most))
