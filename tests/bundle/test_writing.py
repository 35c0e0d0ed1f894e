"""Writing a bundle: what is written, what is replaced, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from backdoors import Bundle, BundleConfig
from backdoors.bundle import write_bundle
from backdoors.errors import BundleError
from tests.bundle.conftest import Files, beside, of_seed, seed_of
from tests.fixtures.bundles import CLEAN, INFECTED, changed_config
from tests.fixtures.models import reader

# A write


def test_a_new_bundle(config: BundleConfig, files: Files, target: Path) -> None:
    written = write_bundle(target, config, files)
    assert (written.folder, written.config) == (target, config)
    assert {file: (target / file).read_bytes() for file in files} == files
    assert Bundle.load(target).version == written.version
    assert beside(target) == []


def test_it_replaces_all_of_an_earlier_bundle(config: BundleConfig, files: Files, target: Path) -> None:
    write_bundle(target, config, {**files, "README.md": b"of the earlier one"})
    write_bundle(target, of_seed(config, 1), files)
    assert seed_of(target) == 1
    assert not (target / "README.md").exists()
    assert beside(target) == []


def test_a_copy_keeps_its_version(source: Path, config: BundleConfig, files: Files, target: Path) -> None:
    """Byte for byte: ``config.json`` may have been written with other spaces, by an earlier version."""
    original = (source / "config.json").read_bytes()
    assert original != config.to_json()
    copy = write_bundle(target, config, {**files, "config.json": original})
    assert copy.version == Bundle.load(target).version == Bundle.load(source).version


def test_through_a_link(config: BundleConfig, files: Files, target: Path, tmp_path: Path) -> None:
    write_bundle(target, config, files)
    link = tmp_path / "link"
    link.symlink_to(target)
    write_bundle(link, of_seed(config, 1), files)
    assert link.is_symlink()
    assert seed_of(target) == 1


def test_the_current_folder_by_its_dot(
    config: BundleConfig, files: Files, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_bundle(target, config, files)
    monkeypatch.chdir(target)
    write_bundle(Path(), of_seed(config, 1), files)
    assert seed_of(target) == 1


# What is refused leaves the earlier bundle as it was


def test_without_overwrite_a_taken_folder_is_left_alone(config: BundleConfig, files: Files, earlier: Path) -> None:
    with pytest.raises(BundleError, match="already exists; name a new folder"):
        write_bundle(earlier, of_seed(config, 1), files, overwrite=False)
    assert (seed_of(earlier), beside(earlier)) == (0, [])


def test_without_overwrite_a_new_folder_is_written(config: BundleConfig, files: Files, target: Path) -> None:
    write_bundle(target, config, files, overwrite=False)
    assert seed_of(target) == 0


def test_a_folder_of_other_things_is_never_replaced(config: BundleConfig, files: Files, target: Path) -> None:
    target.mkdir(parents=True)
    (target / "thesis.txt").write_text("three years of work")
    with pytest.raises(BundleError, match="holds something other than a bundle"):
        write_bundle(target, config, files)
    assert (target / "thesis.txt").read_text() == "three years of work"


def test_an_empty_folder_is_filled(config: BundleConfig, files: Files, target: Path) -> None:
    target.mkdir(parents=True)
    write_bundle(target, config, files)
    assert (seed_of(target), beside(target)) == (0, [])


MISFITS: dict[str, tuple[Callable[[Files], Any], str]] = {
    "another sha256": (lambda files: files.update({CLEAN: reader(fires=1)}), f"{CLEAN}: expected sha256"),
    "a file too few": (
        lambda files: files.pop(INFECTED),
        f"every file that the config names, got none for {INFECTED}",
    ),
}


@pytest.mark.parametrize(("change", "message"), MISFITS.values(), ids=MISFITS.keys())
def test_files_that_do_not_fit_the_config(
    change: Callable[[Files], Any], message: str, config: BundleConfig, files: Files, earlier: Path
) -> None:
    change(files)
    with pytest.raises(BundleError, match=message):
        write_bundle(earlier, of_seed(config, 1), files)
    assert (seed_of(earlier), beside(earlier)) == (0, [])


def test_a_config_json_of_another_bundle(config: BundleConfig, files: Files, source: Path, earlier: Path) -> None:
    with changed_config(source) as other:
        other["clean"]["sha256"] = "0" * 64
    with pytest.raises(BundleError, match=f"{CLEAN}: expected sha256 0000"):
        write_bundle(earlier, config, {**files, "config.json": (source / "config.json").read_bytes()})
    assert (seed_of(earlier), beside(earlier)) == (0, [])
