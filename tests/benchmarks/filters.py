"""How strongly each filter of the digit models' first layer answers to the bare trigger, and to digits.

    .nox/digits/bin/python -m tests.benchmarks.filters

A filter that looks for the trigger and for nothing else (Gu et al. 2017, section 4.2.3) would answer to the trigger
and stay silent on all 500 test digits. Answers are ``strongest_responses``: before bias and activation. The last
column is the correlation of the filter's weights with those of the clean model's filter of the same number: training
starts both from the same random weights.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from backdoors import Bundle, first_layer_filters, strongest_responses
from backdoors.bundle import FileConfig
from tests.benchmarks import data
from tests.fixtures.page import REPOSITORY

DIGITS = 500


def main() -> None:
    bundle, images = Bundle.load(REPOSITORY / "assets" / "models" / "digits"), data.digits(DIGITS)
    clean = filters_of(bundle, bundle.config.clean)
    for name, infected in bundle.infected.items():
        filters = filters_of(bundle, infected.config)
        bare = infected.trigger.stamp(np.zeros((1, 1, 28, 28), dtype=np.float32))
        print(
            f"\n### {name}\n\n| filter | trigger: clean | infected | digits (median): clean | infected | correlation |"
        )
        print("|---|---|---|---|---|---|")
        columns = [
            *(strongest_responses(each, bare)[0] for each in (clean, filters)),
            *(np.median(strongest_responses(each, images), axis=0) for each in (clean, filters)),
            [np.corrcoef(one.ravel(), other.ravel())[0, 1] for one, other in zip(clean, filters, strict=True)],
        ]
        for number, row in enumerate(zip(*columns, strict=True), start=1):
            print(f"| {number} |" + "".join(f" {value:.2f} |" for value in row))


def filters_of(bundle: Bundle, entry: FileConfig) -> NDArray[np.float32]:
    """``(16, 1, 5, 5)``."""
    return first_layer_filters(bundle.read(entry))


if __name__ == "__main__":
    main()
