"""Files that the page writes for its clients, where Gradio serves them."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path

from gradio.processing_utils import hash_bytes
from gradio.utils import get_upload_folder


def stored(data: bytes, name: str) -> str:
    """Write a file into the folder that Gradio serves, and give back its path.

    The path follows from the bytes, so others may read the same file meanwhile: it is whole at every moment.

    Raises:
        OSError: there is no room.
    """
    folder = Path(get_upload_folder()) / hash_bytes(data)  # with a secret: others cannot guess it from a picture
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / Path(name).name
    with contextlib.suppress(FileNotFoundError):
        os.utime(path)  # it is there, and stays for another hour
        return str(path)
    descriptor, partial = tempfile.mkstemp(dir=folder)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
        os.replace(partial, path)
    except OSError:
        os.unlink(partial)
        raise
    return str(path)
