"""A folder for the temporary files of a process, deleted when the process ends.

A process that is killed leaves its folder behind, but not the lock that it held on it. The next process that asks for
such a folder finds it unlocked and deletes it::

    os.environ["GRADIO_TEMP_DIR"] = str(scratch_folder("backdoors-page-"))
"""

from __future__ import annotations

import atexit
import contextlib
import os
import shutil
import stat
import sys
import tempfile
import time
from pathlib import Path

from backdoors.errors import LocalFileError

if sys.platform != "win32":
    import fcntl

_LOCK, _FILES = "lock", "files"  # the lock lies beside what others may sweep
_YOUNG = 60.0  # seconds: a folder may have been made and not yet locked


def scratch_folder(prefix: str) -> Path:
    """Make the folder, and delete those that earlier processes of the same user left. Windows has no such locks: there
    they stay until somebody deletes them.

    Args:
        prefix: what the names of all these folders begin with.

    Raises:
        LocalFileError: there is no place for temporary files.
    """
    try:
        parent = Path(tempfile.gettempdir())
        for folder in parent.glob(f"{prefix}*"):
            _delete_if_left(folder)
        made = Path(tempfile.mkdtemp(prefix=prefix))
        if sys.platform != "win32":
            lock = os.open(made / _LOCK, os.O_CREAT | os.O_RDWR, 0o600)  # stays open as long as the process lives
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        (made / _FILES).mkdir()
    except OSError as e:
        raise LocalFileError(
            f"no folder for temporary files can be made ({e.strerror or 'none is writable'}); name one in TMPDIR"
        ) from e
    atexit.register(shutil.rmtree, made, ignore_errors=True)
    return made / _FILES


def _delete_if_left(folder: Path) -> None:
    if sys.platform == "win32":
        return
    with contextlib.suppress(OSError):  # somebody else's, or another process has just deleted it
        status = folder.lstat()
        if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.getuid() or time.time() - status.st_mtime < _YOUNG:
            return
        lock = os.open(folder / _LOCK, os.O_RDWR | os.O_NOFOLLOW)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder, ignore_errors=True)
        finally:
            os.close(lock)
