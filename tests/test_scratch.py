"""A folder for temporary files goes with its process, or with the next one."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.fixtures.page import REPOSITORY

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="locks of Unix")

MAKE = """
import pathlib, sys, time
from backdoors.demo.serving.housekeeping import sweep
from backdoors.scratch import scratch_folder
folder = scratch_folder("backdoors-page-")
(folder / "old.png").write_text("another's")
sweep(folder, now=time.time() + 7200)
(folder / "picture.png").write_text("a visitor's")
print(folder, flush=True)
time.sleep(float(sys.argv[1]))
"""


def started(parent: Path, seconds: float) -> tuple[subprocess.Popen[str], Path]:
    """A process that makes a folder and then lives for so long."""
    process = subprocess.Popen(
        [sys.executable, "-c", MAKE, str(seconds)],
        cwd=REPOSITORY,
        env={**os.environ, "TMPDIR": str(parent)},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    return process, Path(process.stdout.readline().strip())


def made_an_hour_ago(files: Path) -> None:
    os.utime(files.parent, (time.time() - 3600,) * 2)


def test_it_goes_with_its_process(tmp_path: Path) -> None:
    process, folder = started(tmp_path, 0)
    assert folder.parent.parent == tmp_path
    assert process.wait(timeout=30) == 0
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_process_left_goes_with_the_next(tmp_path: Path) -> None:
    process, left = started(tmp_path, 60)
    process.send_signal(signal.SIGKILL)
    process.wait(timeout=30)
    assert [path.name for path in left.iterdir()] == ["picture.png"], "the page had swept it"
    made_an_hour_ago(left)
    started(tmp_path, 0)[0].wait(timeout=30)
    assert list(tmp_path.iterdir()) == []


def test_that_of_a_running_process_stays(tmp_path: Path) -> None:
    process, folder = started(tmp_path, 60)
    made_an_hour_ago(folder)
    started(tmp_path, 0)[0].wait(timeout=30)
    assert (folder / "picture.png").exists()
    process.kill()
    process.wait(timeout=30)


def test_no_place_is_said_in_one_line(tmp_path: Path) -> None:
    """Where Python looks for a place by itself, as root it always finds one: so it is told."""
    (tmp_path / "file").write_text("")
    code = "import runpy, sys, tempfile; tempfile.tempdir = sys.argv[1]; runpy.run_path('app.py', run_name='__main__')"
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "file")],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("error: no folder for temporary files can be made (Not a directory)")
    assert "Traceback" not in done.stderr
