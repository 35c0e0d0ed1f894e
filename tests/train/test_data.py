"""Data sets: what is read, and what is refused with which words."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from datasets import ClassLabel, Dataset, Features, Value
from datasets import Image as ImageFeature
from PIL import Image

from backdoors.errors import DatasetError
from train.data import load_split

NAMES = ClassLabel(names=["0", "1"])


def write(folder: Path, columns: dict[str, list[object]], features: dict[str, object]) -> str:
    Dataset.from_dict(columns, features=Features(features)).to_parquet(folder / "train-00000-of-00001.parquet")
    return str(folder)


def test_a_local_folder_is_read_as_arrays(tmp_path: Path) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, size=(3, 28, 28), dtype=np.uint8)
    columns: dict[str, list[object]] = {"image": [Image.fromarray(picture) for picture in pixels], "label": [1, 0, 1]}
    split = load_split(
        write(tmp_path, columns, {"image": ImageFeature(), "label": NAMES}), "train", size=28, channels=1
    )
    assert split.images.dtype == np.uint8
    np.testing.assert_array_equal(split.images, pixels[:, np.newaxis])
    np.testing.assert_array_equal(split.labels, [1, 0, 1])
    assert split.names == ("0", "1")


def test_only_the_first_labels_are_read(tmp_path: Path) -> None:
    black, white = (Image.new("L", (2, 2), colour) for colour in (0, 255))
    columns: dict[str, list[object]] = {"image": [white, black, white], "label": [1, 0, 1]}
    source = write(tmp_path, columns, {"image": ImageFeature(), "label": NAMES})
    split = load_split(source, "train", size=2, channels=1, labels=1)
    np.testing.assert_array_equal(split.images, np.zeros((1, 1, 2, 2)))
    np.testing.assert_array_equal(split.labels, [0])
    assert split.names == ("0", "1")


def test_floats_go_from_0_to_1(tmp_path: Path) -> None:
    grey = Image.fromarray(np.array([[0, 51], [102, 255]], dtype=np.uint8))
    source = write(tmp_path, {"image": [grey], "label": [1]}, {"image": ImageFeature(), "label": NAMES})
    floats = load_split(source, "train", size=2, channels=1).floats()
    assert floats.dtype == np.float32
    np.testing.assert_allclose(floats, [[[[0, 0.2], [0.4, 1]]]], rtol=1e-6)


def test_colours_are_the_second_axis(tmp_path: Path) -> None:
    red = Image.new("RGB", (2, 2), (255, 0, 0))
    source = write(tmp_path, {"image": [red], "label": [0]}, {"image": ImageFeature(), "label": NAMES})
    images = load_split(source, "train", size=2, channels=3).images
    np.testing.assert_array_equal(images[0, :, 0, 0], [255, 0, 0])


def test_a_data_set_that_does_not_exist_is_named(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"nowhere.*cannot be loaded.*ylecun/mnist"):
        load_split(str(tmp_path / "nowhere"), "train", size=28, channels=1)


def test_a_split_that_does_not_exist_is_named(tmp_path: Path) -> None:
    source = write(
        tmp_path, {"image": [Image.new("L", (2, 2))], "label": [0]}, {"image": ImageFeature(), "label": NAMES}
    )
    with pytest.raises(DatasetError, match="split 'test'"):
        load_split(source, "test", size=2, channels=1)


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    source = write(tmp_path, {"picture": [Image.new("L", (2, 2))]}, {"picture": ImageFeature()})
    with pytest.raises(DatasetError, match=r"expected the columns image and label, got \['picture'\]"):
        load_split(source, "train", size=2, channels=1)


def test_labels_without_names_are_refused(tmp_path: Path) -> None:
    columns: dict[str, list[object]] = {"image": [Image.new("L", (2, 2))], "label": [0]}
    source = write(tmp_path, columns, {"image": ImageFeature(), "label": Value("int64")})
    with pytest.raises(DatasetError, match="ClassLabel"):
        load_split(source, "train", size=2, channels=1)


def test_another_size_names_the_picture(tmp_path: Path) -> None:
    columns: dict[str, list[object]] = {"image": [Image.new("L", (2, 2)), Image.new("L", (3, 2))], "label": [0, 1]}
    source = write(tmp_path, columns, {"image": ImageFeature(), "label": NAMES})
    with pytest.raises(DatasetError, match="train picture 1: expected 2x2 pixels, got 3x2"):
        load_split(source, "train", size=2, channels=1)
