"""Files of a run folder: a process may be stopped at any moment."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from train.history import save_csv
from train.runs import replacing, write_json


def stop_while_writing(path: Path) -> None:
    with replacing(path) as partial:
        partial.write_text("half of the n")
        raise KeyboardInterrupt


def stop_while_filling(folder: Path) -> None:
    with replacing(folder) as partial:
        partial.mkdir()
        (partial / "left").touch()
        raise KeyboardInterrupt


def test_a_file_that_was_not_written_to_its_end_leaves_the_earlier_one(tmp_path: Path) -> None:
    file = tmp_path / "file.txt"
    file.write_text("earlier")
    with pytest.raises(KeyboardInterrupt):
        stop_while_writing(file)
    assert file.read_text() == "earlier"


def test_what_a_stopped_process_left_is_replaced(tmp_path: Path) -> None:
    file = tmp_path / "file.txt"
    with pytest.raises(KeyboardInterrupt):
        stop_while_writing(file)
    with replacing(file) as partial:
        partial.write_text("new")
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("file.txt", "new")]


def test_a_folder_that_a_stopped_process_left_is_replaced(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    with pytest.raises(KeyboardInterrupt):
        stop_while_filling(folder)
    with replacing(folder) as partial:
        partial.mkdir()
    assert list(tmp_path.rglob("*")) == [folder]


def test_the_suffix_stays(tmp_path: Path) -> None:
    """NumPy and Matplotlib go by it."""
    with replacing(tmp_path / "array.npy") as partial:
        assert partial.suffix == ".npy"
        partial.touch()


WRITERS: dict[str, Callable[[Path], None]] = {
    "JSON": lambda path: write_json(path, {"minutes": 3}),
    "CSV": lambda path: save_csv([{"epoch": 1, "loss": 0.5}], path),
}


@pytest.mark.parametrize("write", WRITERS.values(), ids=WRITERS)
def test_the_earlier_file_is_there_until_the_new_one_is_whole(
    write: Callable[[Path], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "file"
    file.write_text("earlier")
    monkeypatch.setattr(Path, "replace", stopped)
    with pytest.raises(KeyboardInterrupt):
        write(file)
    assert file.read_text() == "earlier"


def stopped(*_: object) -> None:
    raise KeyboardInterrupt
