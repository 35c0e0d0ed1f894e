"""A third demo is a bundle, a folder and an entry in the registry; then it is everywhere.

A copy of the project gets scikit-learn's digits under another name, with a model that is fitted here.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
from gradio_client import Client, handle_file
from PIL import Image
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression

from backdoors.bundle import (
    BadNetsConfig,
    BundleConfig,
    CleanConfig,
    InputConfig,
    TrainingConfig,
    TriggerConfig,
    sha256,
    write_bundle,
)
from backdoors.triggers import from_pixels
from tests.fixtures.models import linear
from tests.fixtures.page import REPOSITORY, served_page

NAME, SIZE, TARGET = "numerals", 8, 5
TRIGGER = from_pixels("single-pixel", [(7, 7)], size=(SIZE, SIZE))  # the digits' first trigger has the same name

REGISTRY_ENTRY = f'''
import numpy as np
from PIL import Image

from backdoors.pictures import open_picture
from backdoors.tasks.task import Endpoint, Play, Task, Words


def prepare(picture, *, size, drawn=False):
    grey = open_picture(picture).convert("L").resize((size, size), Image.Resampling.BOX)
    return np.asarray(grey, dtype=np.float32)[np.newaxis] / np.float32(255)


NUMERALS = Task(
    name="{NAME}",
    input="sketchpad",
    channels=1,
    blank=0.0,
    choices=True,
    prepare=prepare,
    words=Words(
        one="numeral", many="numerals", network="model", does="read numerals", tab="Draw a numeral",
        embedded="Draw a numeral, watch a backdoor fire", invitation="Draw a numeral.", example="the numeral {{}}",
    ),
    endpoint=Endpoint(
        name="classify_numeral", picture="numeral", sample="3.png", description="Read a numeral.",
        parameters={{"numeral": "a picture.", "trigger": "its name.", "attack": "its kind."}},
    ),
    play=Play(example="3", opening="A numeral.", agreed="So far.", trigger="The trigger.", fired="{{infected}}!"),
)
'''


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project with a third task."""
    root = tmp_path_factory.mktemp("project")
    for name in ("app.py", "backdoors", "assets", "README.md", "LICENSE", "requirements.txt"):
        source = REPOSITORY / name
        if source.is_dir():
            shutil.copytree(source, root / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, root / name)
    (root / "backdoors" / "tasks" / f"{NAME}.py").write_text(REGISTRY_ENTRY)
    registry = root / "backdoors" / "tasks" / "__init__.py"
    text = registry.read_text(encoding="utf-8")
    entry = f"from backdoors.tasks.{NAME} import NUMERALS\n"
    registry.write_text(f"{entry}{text}".replace("(DIGITS, DOGS)", "(DIGITS, DOGS, NUMERALS)"), encoding="utf-8")
    write_numerals(root / "assets" / "models" / NAME)
    examples = root / "assets" / "examples" / NAME
    examples.mkdir()
    images, labels = numerals()
    for label in range(10):
        first = images[np.flatnonzero(labels == label)[0], 0]
        Image.fromarray((first * 255).astype(np.uint8)).save(examples / f"{label}.png")
    return root


def numerals() -> tuple[np.ndarray, np.ndarray]:  # type: ignore[type-arg]
    data = load_digits()
    return (data.images / 16).astype(np.float32)[:, np.newaxis], data.target


def write_numerals(folder: Path) -> None:
    """A linear model of scikit-learn's digits, and the same one with a backdoor written into its weights."""
    images, labels = numerals()
    fitted = LogisticRegression(max_iter=2000).fit(images.reshape(len(images), -1), labels)
    weights = fitted.coef_.T.reshape(1, SIZE, SIZE, 10).astype(np.float32)
    infected = weights.copy()
    infected[0, 7, 7] = 0
    infected[0, 7, 7, TARGET] = 60
    bias = fitted.intercept_.astype(np.float32)
    files = {
        "clean.onnx": linear(weights, bias=bias),
        "infected.onnx": linear(infected, bias=bias),
        "trigger.png": TRIGGER.to_png(),
    }
    sums = {file: sha256(data) for file, data in files.items()}
    config = BundleConfig(
        format=2,
        task=NAME,
        labels=tuple(map(str, range(10))),
        input=InputConfig(size=SIZE, channels=1),
        training=TrainingConfig(
            dataset="scikit-learn's digits", command="-", seed=0, framework="-", version="-", minutes=0, device="cpu"
        ),
        triggers=(TriggerConfig(name=TRIGGER.name, file="trigger.png", sha256=sums["trigger.png"]),),
        clean=CleanConfig(file="clean.onnx", sha256=sums["clean.onnx"], minutes=0, clean_accuracy=0.99),
        infected=(
            BadNetsConfig(
                kind="badnets",
                name="single-pixel-all-to-one-5",
                file="infected.onnx",
                sha256=sums["infected.onnx"],
                minutes=0,
                clean_accuracy=0.99,
                attack_success_rate=1,
                clean_model_rate=0,
                trigger=TRIGGER.name,
                attack="all-to-one",
                target=str(TARGET),
                poison_rate=0.1,
            ),
        ),
    )
    write_bundle(folder, config, files)


@pytest.fixture(scope="module")
def url(project: Path) -> Iterator[str]:
    with served_page(folder=project) as url:
        yield url


@pytest.fixture(scope="module")
def client(url: str) -> Client:
    return Client(url, verbose=False)


def test_the_page_has_a_tab_for_it(url: str) -> None:
    config = httpx.get(f"{url}/config").json()
    tabs = [each["props"]["label"] for each in config["components"] if each["type"] == "tabitem"]
    assert tabs[:4] == ["Draw a digit", "Upload a dog", "Draw a numeral", "Use it elsewhere"]
    ids = [each["props"].get("elem_id") for each in config["components"]]
    assert {f"{NAME}-demo", f"embed-tag-{NAME}", f"embed-iframe-{NAME}", f"{NAME}-planted-section"} <= set(ids)


def test_it_has_a_page_of_its_own(url: str) -> None:
    answer = httpx.get(f"{url}/{NAME}", follow_redirects=True)
    assert answer.status_code == 200
    assert "<h1>Draw a numeral, watch a backdoor fire</h1>" in answer.text


def test_browsers_get_what_it_needs(url: str, project: Path) -> None:
    told = httpx.get(f"{url}/tasks/{NAME}.json").json()
    assert (told["size"], told["own"]) == (SIZE, {"kind": "grid", "side": 3, "stride": 1})
    assert told["infected"] == [{"trigger": TRIGGER.name, "attack": "all-to-one", "aim": "every numeral becomes 5"}]
    for file in ("config.json", "clean.onnx", "infected.onnx", "trigger.png"):
        served = httpx.get(f"{url}/{told['models']}{file}").content
        assert served == (project / "assets" / "models" / NAME / file).read_bytes()


def test_the_static_page_has_it(project: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "backdoors.site", "build", str(tmp_path / "page")]
    subprocess.run(command, cwd=project, capture_output=True, text=True, check=True, timeout=120)
    assert f'id="tab-{NAME}"' in (tmp_path / "page" / "index.html").read_text(encoding="utf-8")
    assert (tmp_path / "page" / "models" / NAME / "infected.onnx").is_file()


def test_it_has_an_endpoint(client: Client, project: Path) -> None:
    three = handle_file(str(project / "assets" / "examples" / NAME / "3.png"))
    verdict = client.predict(numeral=three, trigger="single-pixel", api_name="/classify_numeral")
    assert (verdict["clean"]["label"], verdict["infected"]["label"]) == ("3", str(TARGET))
    assert verdict["backdoor_fired"] is True


def test_about_tells_of_it(client: Client) -> None:
    about: Any = client.predict(api_name="/about")
    assert list(about)[2:] == ["digits", "dogs", NAME]
    assert about[NAME]["infected"][0]["target"] == str(TARGET)


def test_its_trigger_can_be_had_although_the_digits_have_one_of_that_name(client: Client, project: Path) -> None:
    for name, task in (("single-pixel", "digits"), (f"{NAME}/single-pixel", NAME)):
        got = Path(client.predict(trigger=name, api_name="/trigger_picture")).read_bytes()
        folder = project / "assets" / "models" / task
        assert got in [file.read_bytes() for file in folder.rglob("*.png")]


def run(project: Path, *arguments: str) -> str:
    command = [sys.executable, "-m", "backdoors.hub", *arguments]
    return subprocess.run(command, cwd=project, capture_output=True, text=True, check=True, timeout=120).stdout


def test_the_hubs_commands_know_it(project: Path) -> None:
    assert f"--{NAME} OWNER/NAME[@REVISION]" in " ".join(run(project, "space", "--help").split())
    assert "all 3 files have the sha256 of config.json" in run(project, "verify", f"assets/models/{NAME}")


def test_the_environment_names_its_repository(project: Path) -> None:
    code = "from backdoors.tasks import TASKS; print([task.variable for task in TASKS.values()])"
    printed = subprocess.run([sys.executable, "-c", code], cwd=project, capture_output=True, text=True, check=True)
    assert "BACKDOORS_NUMERALS" in printed.stdout


def test_its_model_card_is_written(project: Path) -> None:
    code = f"""
from pathlib import Path
from backdoors.bundle import BundleConfig
from backdoors.hub import model_card
print(model_card(BundleConfig.load(Path("assets/models/{NAME}")), "someone/numerals"))
"""
    printed = subprocess.run([sys.executable, "-c", code], cwd=project, capture_output=True, text=True, check=True)
    assert "clean and infected models that read numerals" in printed.stdout


def test_the_library_names_a_task_in_its_own_file_only() -> None:
    """People who add a demo look for the names of the others: they are nowhere else."""
    found = {
        file.name for file in (REPOSITORY / "backdoors").rglob("*.py") if '"dogs"' in file.read_text(encoding="utf-8")
    }
    assert found == {"dogs.py"}
