"""The static page, written by its command: whole or not at all, and complete at any address."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
from PIL import Image

from backdoors.errors import LocalFileError
from backdoors.site import building
from backdoors.site.__main__ import main
from backdoors.site.building import build
from backdoors.site.page import page_files
from backdoors.site.runtime import VARIABLE, VERSION
from backdoors.story import Demo
from tests.fixtures.html import Page

URL = "https://example.org/some/path/"


@pytest.fixture(autouse=True)
def no_runtime(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)


@pytest.fixture(scope="module")
def page(demos: list[Demo], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page in a folder, to read only."""
    folder = tmp_path_factory.mktemp("built") / "page"
    build(folder, demos, runtime={})
    return folder


def files_in(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


# What is written


def test_a_new_folder_gets_all_files(demos: list[Demo], page: Path) -> None:
    expected = {path: file.read() for path, file in page_files(demos, runtime={}).items()}
    assert files_in(page) == expected
    assert [path.name for path in page.parent.iterdir()] == ["page"]


def test_others_may_read_it(page: Path) -> None:
    """A web server is another user: the page's folder is as open as the folders in it."""
    assert page.stat().st_mode == (page / "tasks").stat().st_mode


def test_the_command_says_what_it_wrote(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "a" / "b"
    assert main(["build", str(folder)]) == 0
    written = files_in(folder)
    size = sum(map(len, written.values())) / 1e6
    assert capsys.readouterr().out == f"{folder}: {len(written)} files, {size:.1f} MB\n"


def test_an_earlier_page_is_replaced(demos: list[Demo], tmp_path: Path) -> None:
    folder = tmp_path / "page"
    build(folder, demos, runtime={}, url=URL)
    (folder / "examples" / "old.jpg").write_bytes(b"of an earlier version")
    (folder / "runtime").mkdir()
    written = build(folder, demos, runtime={})
    assert set(files_in(folder)) == {path.relative_to(folder).as_posix() for path in written}
    assert URL not in (folder / "index.html").read_text(encoding="utf-8")
    assert [path.name for path in tmp_path.iterdir()] == ["page"]


def test_an_empty_folder_is_a_new_one(demos: list[Demo], tmp_path: Path) -> None:
    (tmp_path / "page").mkdir()
    assert build(tmp_path / "page", demos, runtime={})


def with_a_note(folder: Path) -> None:
    folder.mkdir()
    (folder / "note.txt").write_text("mine")


def with_another_page(folder: Path) -> None:
    folder.mkdir()
    (folder / "index.html").write_text("mine")


def with_a_repository_around_a_page(folder: Path) -> None:
    """As for GitHub Pages: what is beside the page would be lost."""
    for name in ("tasks", ".git"):
        (folder / name).mkdir(parents=True)
    for name in ("index.html", "backdoor-demo.js", ".git/HEAD"):
        (folder / name).write_text("mine")


OTHERS = [with_a_note, with_another_page, with_a_repository_around_a_page]


@pytest.mark.parametrize("make", OTHERS, ids=lambda make: make.__name__)
def test_a_folder_with_something_else_is_refused(make: Any, demos: list[Demo], tmp_path: Path) -> None:
    make(tmp_path / "page")
    before = files_in(tmp_path)
    with pytest.raises(LocalFileError, match=r"it holds something else, so name another one$"):
        build(tmp_path / "page", demos, runtime={})
    assert files_in(tmp_path) == before


def test_a_file_is_no_folder(demos: list[Demo], tmp_path: Path) -> None:
    (tmp_path / "page").write_text("mine")
    with pytest.raises(LocalFileError, match="expected a new folder"):
        build(tmp_path / "page", demos, runtime={})
    with pytest.raises(LocalFileError, match="page/below: "):
        build(tmp_path / "page" / "below", demos, runtime={})
    assert (tmp_path / "page").read_text() == "mine"


@pytest.mark.parametrize("url", ["example.org", "ftp://example.org/", "https://", "file:///tmp", "", "https://["])
def test_a_bad_address_is_refused(url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["build", str(tmp_path / "page"), "--url", url]) == 1
    said = capsys.readouterr().err
    assert said == f"error: --url: expected an address that begins with https://, got {url!r}\n"
    assert list(tmp_path.iterdir()) == []


class BrokenError(Exception):
    """A bug."""


FAILURES = {"no room": OSError(28, "No space left on device"), "a bug": BrokenError(), "Ctrl-C": KeyboardInterrupt()}


@pytest.mark.parametrize("earlier", [True, False], ids=["an earlier page", "a new folder"])
@pytest.mark.parametrize("failure", FAILURES.values(), ids=FAILURES.keys())
def test_nothing_is_left_where_it_fails(
    failure: BaseException, earlier: bool, demos: list[Demo], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "page"
    if earlier:
        build(folder, demos, runtime={})
    before = files_in(tmp_path)

    def failing(*given: Any, **named: Any) -> Mapping[str, Any]:
        files = page_files(*given, **named)

        def read() -> bytes:
            raise failure

        last = list(files)[-1]
        return {**files, last: type(files[last])(read=read, media_type="text/html")}

    monkeypatch.setattr(building, "page_files", failing)
    with pytest.raises(LocalFileError if isinstance(failure, OSError) else type(failure)):
        build(folder, demos, runtime={})
    assert files_in(tmp_path) == before
    assert [path.name for path in tmp_path.iterdir()] == (["page"] if earlier else [])


def test_another_runtime_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["build", str(tmp_path / "page"), "--runtime", str(tmp_path / "dist")]) == 1
    assert f"npm install onnxruntime-web@{VERSION}" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


# What is in it


def heads(folder: Path) -> dict[str, str]:
    """The page's ``meta`` and ``link`` elements, by name."""
    page = Page((folder / "index.html").read_text(encoding="utf-8"))
    metas = {each.get("property", each.get("name", "")): each.get("content", "") for each in page.all("meta")}
    return {**metas, **{each["rel"]: each["href"] for each in page.all("link")}}


def test_previews_of_a_page_whose_address_is_known(demos: list[Demo], tmp_path: Path) -> None:
    for url in (URL, URL.rstrip("/")):
        build(tmp_path / "page", demos, runtime={}, url=url)
        head = heads(tmp_path / "page")
        assert (head["og:url"], head["canonical"]) == (URL, URL)
        assert head["og:image"] == f"{URL}preview.png"
        text = (tmp_path / "page" / "index.html").read_text(encoding="utf-8")
        assert f"{URL}backdoor-demo.js&#34;" in text
        assert "YOUR-PAGE" not in text


def test_previews_of_a_page_that_may_be_anywhere(page: Path) -> None:
    head = heads(page)
    assert head["og:image"] == "preview.png"
    assert "og:url" not in head
    assert "canonical" not in head
    assert (head["og:type"], head["twitter:card"]) == ("website", "summary_large_image")
    assert head["og:title"] == "Backdoors in neural networks"
    assert head["og:description"] == head["description"]
    assert len(head["og:image:alt"]) > 20


def test_the_preview_has_the_size_that_is_told(page: Path) -> None:
    head = heads(page)
    with Image.open(io.BytesIO((page / "preview.png").read_bytes())) as picture:
        assert picture.format == "PNG"
        assert picture.size == (int(head["og:image:width"]), int(head["og:image:height"]))


def test_every_file_that_is_named_is_there(page: Path) -> None:
    """By pages, styles, scripts and tasks; each address is relative, so that the page works below any path."""
    named = set()
    for html in page.rglob("*.html"):
        for _, attributes in Page(html.read_text(encoding="utf-8")).elements:
            for address in (attributes.get("src"), attributes.get("href")):
                if address and not address.startswith(("data:", "https://arxiv.org/", "#")):
                    named.add((html.parent / address.split("?")[0]).resolve())
    assert len(named) == 6
    for task in (page / "tasks").glob("*.json"):
        told = json.loads(task.read_text(encoding="utf-8"))
        named |= {page / told["models"] / "config.json"}
        named |= {page / example["file"] for example in told["examples"] if "file" in example}
        if told["choices"]:
            named |= {page / f"stories/{told['name']}/{number}.html" for number in range(len(told["infected"]))}
    for sheet in page.glob("*.css"):
        assert "url(" not in sheet.read_text(encoding="utf-8")
    assert [path for path in named if not path.is_file()] == []
    assert all(path.is_relative_to(page) for path in named)


def test_nothing_is_fetched_from_elsewhere(page: Path) -> None:
    for html in page.rglob("*.html"):
        for tag, attributes in Page(html.read_text(encoding="utf-8")).elements:
            assert not attributes.get("src", "").startswith(("http", "//"))
            assert tag != "link" or not attributes["href"].startswith(("http", "//"))


def test_the_page_has_a_tab_for_each_demo_and_one_for_taking_it_elsewhere(page: Path) -> None:
    read = Page((page / "index.html").read_text(encoding="utf-8"))
    tabs = [each for each in read.all("button") if each.get("role") == "tab"]
    panels = [each for each in read.all("div") if each.get("role") == "tabpanel"]
    assert [each["id"] for each in panels] == ["tab-digits", "tab-dogs", "tab-elsewhere"]
    assert [each["aria-controls"] for each in tabs] == [each["id"] for each in panels]
    assert [each["aria-labelledby"] for each in panels] == [each["id"] for each in tabs]
    assert [each["task"] for each in read.all("backdoor-demo")] == ["digits", "dogs"]
    ids = [each["id"] for _, each in read.elements if "id" in each]
    assert len(set(ids)) == len(ids)


def test_each_story_has_the_sections_of_the_page(page: Path) -> None:
    """The script exchanges them one by one."""
    read = Page((page / "index.html").read_text(encoding="utf-8"))
    ids = {each["id"] for each in read.all("details")}
    stories = sorted((page / "stories" / "digits").iterdir())
    assert [path.name for path in stories] == ["0.html", "1.html", "2.html", "3.html"]
    texts = [path.read_text(encoding="utf-8") for path in stories]
    assert len(set(texts)) == len(texts)
    for text in texts:
        named = [each["data-section"] for each in Page(text).all("div") if "data-section" in each]
        assert named == ["digits-rates", "digits-planted", "digits-filters"]
        assert set(named) <= ids


def test_tasks_have_no_server(page: Path) -> None:
    for path in (page / "tasks").glob("*.json"):
        told = json.loads(path.read_text(encoding="utf-8"))
        assert (told["server"], told["runtime"]) == (None, None)


def test_with_the_runtime(demos: list[Demo], node_modules: Path, tmp_path: Path) -> None:
    folder = tmp_path / "page"
    dist = node_modules / "onnxruntime-web" / "dist"
    assert main(["build", str(folder), "--runtime", str(dist)]) == 0
    told = json.loads((folder / "tasks" / "digits.json").read_text(encoding="utf-8"))
    names = [path.name for path in (folder / told["runtime"]).iterdir()]
    assert sorted(PurePosixPath(name).suffix for name in names) == [".mjs", ".wasm"]
    assert all((folder / told["runtime"] / name).read_bytes() == (dist / name).read_bytes() for name in names)
    assert main(["build", str(folder)]) == 0  # and it is ours, to be replaced
    assert not re.search("runtime", " ".join(path.name for path in folder.iterdir()))
