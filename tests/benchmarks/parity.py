"""How often a browser gives the library's answer on photos of dogs, as JPEG files, with and without the trigger.

    python -m tests.benchmarks.parity --dogs 500

The photos are a sample of the test split in ``../shared/data/stanford_dogs``; it needs ``datasets``, ``npm ci`` in
``tests``, and Debian's Chromium.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.benchmarks.data import dog_files
from tests.browser.conftest import CHROMIUM, FLAGS
from tests.fixtures.node import installed_modules
from tests.fixtures.photo_parity import photo_parity


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dogs", type=int, default=500)
    options = parser.parse_args(arguments)
    runtime = installed_modules() / "onnxruntime-web" / "dist"
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        parity = photo_parity(browser, Path(folder), runtime, dog_files(options.dogs))
        browser.close()
    print("| what | measured | bar |\n|---|---|---|")
    print(f"| {options.dogs} dogs as JPEG, with and without the trigger: same label | {parity.label:.2%} | 99% |")
    print(f"| the same: the backdoor fired, or not, in both | {parity.fired:.2%} | 99.5% |")
    print(f"| the same: largest difference of a confidence | {parity.largest:.3f} | |")


if __name__ == "__main__":
    main()
