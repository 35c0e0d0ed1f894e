"""A small real data set: scikit-learn's 1,797 handwritten digits, as a local folder that ``datasets`` reads."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
import torch
from datasets import ClassLabel, Dataset, Features
from datasets import Image as ImageFeature
from numpy.typing import NDArray
from PIL import Image
from sklearn.datasets import load_digits

# One thread, here and in the processes that tests start: beside other work two of them wait for each other.
os.environ["OMP_NUM_THREADS"] = "1"
torch.set_num_threads(1)


@pytest.fixture(scope="session")
def small_digits(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The 8x8 pictures enlarged to 20x20 in the middle of 28x28; every fifth one is a test picture."""
    folder = tmp_path_factory.mktemp("small-digits")
    digits = load_digits()
    features = Features({"image": ImageFeature(), "label": ClassLabel(names=[str(i) for i in range(10)])})
    test = np.arange(len(digits.images)) % 5 == 0
    for split, chosen in (("train", ~test), ("test", test)):
        rows = {
            "image": [_enlarged(picture) for picture in digits.images[chosen]],
            "label": digits.target[chosen].tolist(),
        }
        Dataset.from_dict(rows, features=features).to_parquet(folder / f"{split}-00000-of-00001.parquet")
    return folder


def _enlarged(picture: NDArray[np.float64]) -> Image.Image:
    """Values 0 to 16, white on black."""
    small = Image.fromarray(np.rint(picture / 16 * 255).astype(np.uint8))
    sheet = Image.new("L", (28, 28))
    sheet.paste(small.resize((20, 20), Image.Resampling.BICUBIC), (4, 4))
    return sheet
