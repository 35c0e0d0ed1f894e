"""A page is served only if Gradio checks that the files in a payload are uploads.

Gradio 6.31 checks that only for pages that "have launched", which it never says of a mounted page: without the check
anybody could read any picture on the server. The flag is private, and another version may read another one.
"""

from __future__ import annotations

from pathlib import Path

import gradio as gr
from gradio.context import LocalContext
from gradio.exceptions import InvalidPathError
from gradio.processing_utils import move_files_to_cache

_NO_UPLOAD = Path(__file__)


def check_uploads(blocks: gr.Blocks) -> None:
    """Make Gradio check the files in a mounted page's payloads, and prove that it does.

    Raises:
        RuntimeError: it does not; the page must not be served.
    """
    blocks.has_launched = blocks.is_running = True
    before = LocalContext.blocks.set(blocks)
    try:
        payload = {"path": str(_NO_UPLOAD), "meta": {"_type": "gradio.FileData"}}
        move_files_to_cache(payload, gr.File(render=False), check_in_upload_folder=True)  # as for each request
    except InvalidPathError:
        return
    finally:
        LocalContext.blocks.reset(before)
    raise RuntimeError(
        f"gradio {gr.__version__} takes files that are no uploads on pages that are mounted: see {__name__}; serve it "
        "with the gradio that requirements.txt pins"
    )
