"""The figures of the README's digits table that config.json does not hold, measured through the running page.

    python -m tests.benchmarks.digits

Sends scikit-learn's 1,797 handwritten digits, enlarged from 8x8 to 280x280 with hard pixels, to ``/classify_digit``:
light on dark and dark on light. Prints the share that the clean model reads right, and the time that a call takes.
"""

from __future__ import annotations

import statistics
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from gradio_client import Client, handle_file

from tests.fixtures.hand_drawn import LABELS, WAYS, enlarged
from tests.fixtures.page import served_page


def main() -> None:
    with served_page() as url, tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(4) as threads:
        own = threading.local()  # a client each: one client's threads share a stream, and cancel each other's calls

        def ask(path: Path) -> tuple[str, float]:
            if not hasattr(own, "client"):
                own.client = Client(url, verbose=False)
            started = time.monotonic()
            verdict = own.client.predict(drawing=handle_file(str(path)), api_name="/classify_digit")
            return ("" if verdict is None else verdict["clean"]["label"]), time.monotonic() - started

        for way in (way for way in WAYS if "hard" in way):
            paths = []
            for i in range(len(LABELS)):
                paths.append(Path(folder) / f"{way}-{i}.png")
                enlarged(i, way).save(paths[-1])
            answers = list(threads.map(ask, paths))
            right = statistics.mean(said == str(label) for (said, _), label in zip(answers, LABELS, strict=True))
            median = statistics.median(seconds for _, seconds in answers)
            print(f"{way:30} {right:.2%} right, {1000 * median:.0f} ms a call (4 at a time)", flush=True)


if __name__ == "__main__":
    main()
