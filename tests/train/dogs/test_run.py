"""A run of small data, stage by stage, that may be stopped at any moment."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from datasets import ClassLabel, Dataset, Features
from datasets import Image as ImageFeature
from PIL import Image

from train.dogs.photos import Photos
from train.dogs.run import Run
from train.dogs.settings import Fit, Settings
from train.dogs.student import dog_rates

TO_LOOK_AT = {"curves.png", "trigger-distances.csv"}
BEFORE_THE_TRIGGER = {"representation.npy"}  # which is put in place only when that is whole


def write_data(photos: Photos, folder: Path) -> str:
    """The photos as a data set whose two splits are the same."""
    folder.mkdir()
    features = Features({"image": ImageFeature(), "label": ClassLabel(names=list(photos.names))})
    pictures = [Image.fromarray(np.ascontiguousarray(np.moveaxis(pixels, 0, -1))) for pixels in photos.images]
    rows = Dataset.from_dict({"image": pictures, "label": photos.labels.tolist()}, features=features)
    for split in ("train", "test"):
        rows.to_parquet(folder / f"{split}-00000-of-00001.parquet")
    return str(folder)


@dataclass
class Noted:
    """A run up to its students, and what was put in place in one step."""

    run: Run
    placed: set[Path]


@pytest.fixture(scope="module")
def noted(
    dogs: Photos, people: Photos, settings: Settings, weights_file: Path, tmp_path_factory: pytest.TempPathFactory
) -> Noted:
    folder = tmp_path_factory.mktemp("run")
    small = replace(
        settings,
        dogs=write_data(dogs, folder / "dogs"),
        people=write_data(people, folder / "people"),
        weights=str(weights_file),
        depth=Fit(epochs=1, output_rate=1e-3, batch_size=8),
        depths=(18,),
    )
    placed: set[Path] = set()
    put = Path.replace

    def note(path: Path, target: Path) -> Path:
        placed.add(target)
        return put(path, target)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Path, "replace", note)
        run = Run(small, folder / "run", resume=False, command="")
        for stage in ("backbone", "teacher", "attack", "student"):
            run.stage(stage)
    return Noted(run, placed)


def test_nothing_that_a_resumed_run_depends_on_can_be_half_written(noted: Noted) -> None:
    files = [path for path in noted.run.out.rglob("*") if path.is_file()]
    others = {path.name for path in files if noted.placed.isdisjoint((path, *path.parents))}
    assert others == TO_LOOK_AT | BEFORE_THE_TRIGGER


def test_a_table_of_some_depths_is_not_taken_for_the_whole_one(noted: Noted, monkeypatch: pytest.MonkeyPatch) -> None:
    measured: Iterator[Callable[..., Any]] = iter([dog_rates, stop])
    monkeypatch.setattr("train.dogs.run.dog_rates", lambda *values, **options: next(measured)(*values, **options))
    with pytest.raises(KeyboardInterrupt):
        noted.run.stage("depths")
    assert not (noted.run.out / "depths" / "depths.csv").exists()


def stop(*_: object, **__: object) -> None:
    raise KeyboardInterrupt
