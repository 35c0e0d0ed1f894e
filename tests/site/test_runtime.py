"""onnxruntime-web from a folder: none where none is named, and no other version than the one that is pinned."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from backdoors.errors import LocalFileError
from backdoors.site.runtime import MODULE, VARIABLE, VERSION, WASM, runtime_files

HINT = rf"npm install onnxruntime-web@{VERSION}, and name its folder dist$"


@pytest.fixture(autouse=True)
def not_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)


@pytest.fixture
def dist(node_modules: Path) -> Path:
    return node_modules / "onnxruntime-web" / "dist"


@pytest.mark.parametrize("value", [None, ""], ids=["not set", "empty"])
def test_none_is_named(value: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    if value is not None:
        monkeypatch.setenv(VARIABLE, value)
    assert runtime_files() == {}


def test_the_two_files_of_the_package(dist: Path) -> None:
    assert runtime_files(dist) == {MODULE: dist / MODULE, WASM: dist / WASM}


def test_the_environment_names_it(dist: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, str(dist))
    assert runtime_files() == runtime_files(dist)


@pytest.fixture
def copy(dist: Path, tmp_path: Path) -> Path:
    for name in (MODULE, WASM):
        shutil.copy(dist / name, tmp_path / name)
    return tmp_path


@pytest.mark.parametrize("name", [MODULE, WASM])
def test_a_missing_file(copy: Path, name: str) -> None:
    (copy / name).unlink()
    with pytest.raises(LocalFileError, match=rf"{name}: No such file or directory; {HINT}") as raised:
        runtime_files(copy)
    assert raised.value.path == copy / name


@pytest.mark.parametrize("name", [MODULE, WASM])
def test_a_changed_byte(copy: Path, name: str) -> None:
    data = bytearray((copy / name).read_bytes())
    data[len(data) // 2] ^= 1
    (copy / name).write_bytes(data)
    with pytest.raises(LocalFileError, match=rf"{name}: expected that of version {VERSION}, got another one; {HINT}"):
        runtime_files(copy)


def test_a_folder_in_place_of_a_file(copy: Path) -> None:
    (copy / WASM).unlink()
    (copy / WASM).mkdir()
    with pytest.raises(LocalFileError, match=rf"{WASM}: not a regular file; {HINT}"):
        runtime_files(copy)


def test_no_folder(tmp_path: Path) -> None:
    with pytest.raises(LocalFileError, match=HINT):
        runtime_files(tmp_path / "nowhere")
