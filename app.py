"""The Space: ``python app.py`` serves the page on http://127.0.0.1:7860."""

from __future__ import annotations

import gc
import logging
import os
import signal
import tempfile
from pathlib import Path

if __name__ == "__main__":
    gc.disable()  # what is imported and built stays: looking for garbage in between makes the start a fifth longer

# Before NumPy is imported: its threads wait for each other in a busy loop, which more than doubles the processor time
# of a digit (111 ms without, 44 ms with this line, on two busy cores). Visitors are what runs at the same time.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from backdoors.demo import Demo, Site, build_site
from backdoors.demo.serving.memory import return_memory
from backdoors.errors import BackdoorsError
from backdoors.tasks import TASKS

ASSETS = Path(__file__).parent / "assets"


def build_demo() -> Site:
    """Load the models that the environment names, or the bundled ones, for which no network is needed."""
    return build_site([Demo.load(task, ASSETS) for task in TASKS.values()])


def main() -> None:
    """Serve the page until it is stopped.

    Raises:
        SystemExit: the environment asks for what cannot be done, and the message says what.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # `docker stop` ends it as Ctrl-C does
    logging.basicConfig(format="%(levelname)s %(name)s: %(message)s")
    logging.getLogger("backdoors").setLevel(logging.INFO)  # which models, from where
    return_memory()
    # Old files are deleted: Gradio's own folder would have those of other apps, too.
    with tempfile.TemporaryDirectory(prefix="backdoors-", ignore_cleanup_errors=True) as folder:
        os.environ.setdefault("GRADIO_TEMP_DIR", folder)
        try:
            site = build_demo()
            gc.freeze()
            gc.enable()
            site.serve()
        except BackdoorsError as e:
            raise SystemExit(f"error: {e}") from e


if __name__ == "__main__":
    main()
