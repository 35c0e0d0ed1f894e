"""What visitors send as a picture: an upload, or a drawing that the browser has sent beforehand.

Gradio's own picture components open whatever a payload names, layer after layer, before our bounds are checked, and
have no words for a broken file. So the handlers take payloads as they come (``preprocess=False``) and read here what
they need of them; ``payloads.py`` has made sure before that files are uploads.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path
from typing import Any

from gradio.processing_utils import hash_bytes
from gradio.utils import get_upload_folder

from backdoors.demo.serving.drawings import Drawings


def uploaded_file(payload: Any) -> str | None:
    """The path of an uploaded file; None where there is none.

    Args:
        payload: what Gradio got for a file or a picture.
    """
    if payload is None:
        return None
    path: str = _plain(payload)["path"]
    return path


def drawing(drawings: Drawings, payload: Any) -> str | bytes | None:
    """What was drawn on a sketchpad, background and strokes in one; None where nothing ever was.

    The browser sends its drawings under an id beforehand; an example comes as a file.
    """
    if payload is None:
        return None
    sent = _plain(payload)
    if sent.get("id") is None:
        return uploaded_file(sent.get("composite"))
    return drawings.take(sent["id"])


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


def _plain(payload: Any) -> dict[str, Any]:
    plain: dict[str, Any] = payload if isinstance(payload, dict) else payload.model_dump()
    return plain
