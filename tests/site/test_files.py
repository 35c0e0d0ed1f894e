"""What browsers need, file by file: the bundles' own bytes, and nothing else of the machine."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from backdoors import Bundle
from backdoors.errors import BundleError
from backdoors.hub import Origin
from backdoors.site import demo_files
from backdoors.site.joining import joined
from backdoors.site.page import shared_files
from backdoors.site.runtime import MODULE, VERSION, WASM
from backdoors.story import Demo
from backdoors.tasks import TASKS
from tests.fixtures.bundles import CLEAN, changed_config
from tests.fixtures.page import REPOSITORY

ASSETS = REPOSITORY / "assets"


def bundled(task: str) -> list[str]:
    """The files of a committed bundle."""
    folder = ASSETS / "models" / task
    return [path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()]


def test_the_files_of_the_committed_demos(demos: list[Demo]) -> None:
    """Digits are strokes, so their pictures are not needed."""
    dogs = [path.name for path in (ASSETS / "examples" / "dogs").glob("*.jpg")]
    assert len(dogs) >= 3
    assert set(demo_files(demos, server=None, runtime={})) == {
        "backdoor-demo.js",
        *(f"tasks/{task}.json" for task in TASKS),
        *(f"models/{task}/{file}" for task in TASKS for file in bundled(task)),
        *(f"examples/dogs/{name}" for name in dogs),
    }


def test_beside_them_each_demo_alone(demos: list[Demo]) -> None:
    more = set(shared_files(demos, server=None, runtime={})) - set(demo_files(demos, server=None, runtime={}))
    assert more == {"digits/index.html", "dogs/index.html", "icon.svg"}


def test_models_configs_and_examples_are_the_files_on_disk(demos: list[Demo]) -> None:
    for path, file in demo_files(demos, server=None, runtime={}).items():
        if path.startswith(("models/", "examples/")):
            assert file.read() == (ASSETS / path).read_bytes(), path


def test_the_script_is_the_joined_one(demos: list[Demo]) -> None:
    assert demo_files(demos, server=None, runtime={})["backdoor-demo.js"].read().decode() == joined()


def test_kinds_and_what_lasts(demos: list[Demo]) -> None:
    """A file lasts if its address names its bytes: models by their checksums, the runtime by its version."""
    runtime = {MODULE: Path("a.mjs"), WASM: Path("a.wasm")}
    files = demo_files(demos, server=None, runtime=runtime)
    kinds = {path: (file.media_type, file.lasting) for path, file in files.items()}
    assert kinds["backdoor-demo.js"] == ("text/javascript", False)
    assert kinds["tasks/digits.json"] == ("application/json", False)
    assert kinds["models/digits/config.json"] == ("application/json", False)
    assert kinds["models/digits/clean.onnx"] == ("application/octet-stream", True)
    assert kinds["models/digits/triggers/pattern.png"] == ("image/png", True)
    assert kinds["examples/dogs/blanket.jpg"] == ("image/jpeg", False)
    assert kinds[f"runtime/{VERSION}/{MODULE}"] == ("text/javascript", True)
    assert kinds[f"runtime/{VERSION}/{WASM}"] == ("application/wasm", True)


def test_the_task_names_the_runtimes_folder(demos: list[Demo], tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"module")
    files = demo_files(demos, server="gradio_api", runtime={MODULE: tmp_path / "a"})
    told = json.loads(files["tasks/dogs.json"].read())
    assert (told["server"], told["runtime"]) == ("gradio_api", f"runtime/{VERSION}/")
    assert files[f"runtime/{VERSION}/{MODULE}"].read() == b"module"


def own_demo(folder: Path) -> Demo:
    return Demo(task=TASKS["digits"], bundle=Bundle.load(folder), origin=Origin(), examples={})


@pytest.mark.parametrize("name", ["clean.html", "clean.svg", "clean.js", "clean"])
def test_a_model_is_never_a_page(name: str, bundle_folder: Path) -> None:
    """A file can be a model and a page with a script at once; its name comes from a stranger."""
    (bundle_folder / CLEAN).rename(bundle_folder / name)
    with changed_config(bundle_folder) as config:
        config["clean"]["file"] = name
    file = demo_files([own_demo(bundle_folder)], server=None, runtime={})[f"models/digits/{name}"]
    assert file.media_type == "application/octet-stream"


def test_a_model_that_was_changed_meanwhile_is_refused(bundle_folder: Path) -> None:
    file = demo_files([own_demo(bundle_folder)], server=None, runtime={})[f"models/digits/{CLEAN}"]
    (bundle_folder / CLEAN).write_bytes(b"another one")
    with pytest.raises(BundleError, match="expected sha256"):
        file.read()


def test_the_config_is_the_one_that_was_loaded(bundle_folder: Path) -> None:
    """It has the checksums of the models, so it must not change under them."""
    before = (bundle_folder / "config.json").read_bytes()
    files = demo_files([own_demo(bundle_folder)], server=None, runtime={})
    (bundle_folder / "config.json").write_bytes(b"{}")
    assert files["models/digits/config.json"].read() == before
