"""What visitors send, before anybody opens it: is it an upload of theirs, or another file of this machine?

Gradio's own picture components open whatever a payload names, layer after layer, before our bounds are checked, and
have no words for a broken file. So the handlers take payloads as they come (``preprocess=False``) and read here what
they need of them.
"""

from __future__ import annotations

from typing import Any

import gradio as gr
from gradio.processing_utils import check_all_files_in_cache

from backdoors.errors import PictureError


def uploaded_file(payload: Any) -> str | None:
    """The path of an uploaded file; None where there is none.

    Args:
        payload: what Gradio got for a file or a picture.

    Raises:
        PictureError: it names no file.
        gr.Error: it names a file that is no upload.
    """
    if payload is None:
        return None
    payload = payload if isinstance(payload, dict) else payload.model_dump()
    path = payload.get("path")
    if not isinstance(path, str):
        raise PictureError("No picture came along; send one as a file.")
    check_all_files_in_cache(payload)  # Gradio itself checks only what says that it is a file
    return path


def drawing(pad: gr.Sketchpad, payload: Any) -> str | bytes | None:
    """What was drawn on a sketchpad, background and strokes in one; None where nothing ever was.

    The browser sends its drawings under an id beforehand; an example comes as a file.
    """
    if payload is None:
        return None
    payload = payload if isinstance(payload, dict) else payload.model_dump()
    if payload.get("id") is None:
        return uploaded_file(payload.get("composite"))
    sent = pad.blob_storage.pop(payload["id"], None)
    return None if sent is None else sent.composite
