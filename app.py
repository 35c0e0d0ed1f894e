"""The Space: ``python app.py`` serves the page on http://127.0.0.1:7860."""

# ruff: noqa: E402 - the process is set up before NumPy and Gradio are imported

from __future__ import annotations

import gc
import logging
import os
import signal
import sys
from pathlib import Path

_THRESHOLDS = gc.get_threshold()
_STOPS = [each for each in (signal.SIGINT, signal.SIGTERM) if signal.getsignal(each) != signal.SIG_IGN]
if __name__ == "__main__":
    gc.set_threshold(100_000, 10, 10)  # what is imported and built stays: to look for garbage more often takes 0.5 s
    for each in _STOPS:
        signal.signal(each, lambda *_: sys.exit(130))  # as a shell counts it, and without a traceback

# Before NumPy is imported: its threads wait for each other in a busy loop, which more than doubles the processor time
# of a digit (111 ms without, 44 ms with this line, on two busy cores). Visitors are what runs at the same time.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from backdoors.errors import BackdoorsError
from backdoors.scratch import scratch_folder

# Before Gradio is imported, which reads it then. Its own default is one folder for all of its apps and users, and
# visitors' files are deleted in there (see housekeeping.py).
if __name__ == "__main__" and not os.environ.get("GRADIO_TEMP_DIR"):
    try:
        os.environ["GRADIO_TEMP_DIR"] = str(scratch_folder("backdoors-page-"))
    except BackdoorsError as e:
        raise SystemExit(f"error: {e}") from e

from backdoors.demo import Site, build_site
from backdoors.demo.serving.memory import return_memory
from backdoors.story import Demo
from backdoors.tasks import TASKS

ASSETS = Path(__file__).parent / "assets"


def build_demo() -> Site:
    """Load the models that the environment names, or the bundled ones, for which no network is needed."""
    return build_site([Demo.load(task, ASSETS) for task in TASKS.values()])


def main() -> None:
    """Serve the page until it is stopped.

    Raises:
        SystemExit: it was stopped before it was served, or the environment asks for what cannot be done, and the
            message says what.
    """
    logging.basicConfig(format="%(levelname)s %(name)s: %(message)s")
    logging.getLogger("backdoors").setLevel(logging.INFO)  # which models, from where
    return_memory()
    for each in _STOPS:
        signal.signal(each, signal.default_int_handler)  # `docker stop` ends it as Ctrl-C does
    try:
        site = build_demo()
        gc.freeze()
        gc.set_threshold(*_THRESHOLDS)
        site.serve()
    except BackdoorsError as e:
        raise SystemExit(f"error: {e}") from e
    except KeyboardInterrupt:
        raise SystemExit(130) from None


if __name__ == "__main__":
    main()
