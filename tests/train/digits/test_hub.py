"""All of it, as its users do it: train, push, make a Space, start what was uploaded, ask it about a digit."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from huggingface_hub import HfApi
from PIL import Image
from sklearn.datasets import load_digits

from tests.fixtures.hub_client import HubUser
from tests.fixtures.hub_server import READER, HubServer
from tests.fixtures.page import served_page

REPO, SPACE = "someone/digits", "someone/backdoors"

ASK = """
import json, sys
from gradio_client import Client, handle_file
client = Client(sys.argv[1], verbose=False)
asked = {"drawing": handle_file(sys.argv[2]), "attack": "all-to-one", "api_name": "/classify_digit"}
print(json.dumps([client.predict(trigger=trigger, **asked) for trigger in ("none", "pattern")]))
"""


@pytest.fixture
def hub() -> Iterator[HubServer]:
    with HubServer() as server:
        yield server


@pytest.fixture
def user(hub: HubServer, tmp_path: Path) -> HubUser:
    return HubUser(hub.url, tmp_path / "home")


def train(data: Path, out: Path, variant: str, *options: str) -> list[str | Path]:
    settings = ["--epochs", "20", "--poison-rate", "0.3", "--variant", variant]
    return ["-m", "train.digits", "--data", data, "--out", out, *settings, *options]


def test_from_training_to_an_answer_of_the_space(
    hub: HubServer, user: HubUser, small_digits: Path, tmp_path: Path
) -> None:
    out, push = tmp_path / "run", ["--push-to-hub", REPO]
    user.python(*train(small_digits, out, "clean"))
    said = user.python(*train(small_digits, out, "pattern-all-to-one-7", *push))
    commit = hub.repository(REPO).refs["main"]
    assert f"pushed to {hub.url}/{REPO}, commit {commit}" in said
    assert "--push-to-hub" not in (out / "bundle" / "config.json").read_text()
    user.hub("space", SPACE, "--digits", REPO)

    uploaded = HfApi(endpoint=hub.url, token=user.token).snapshot_download(
        SPACE, repo_type="space", local_dir=tmp_path / "space"
    )
    python = new_environment(tmp_path / "venv", Path(uploaded) / "requirements.txt")
    # A Space of its own: this repository is not on its path.
    variables = {**hub.repository(SPACE, "space").variables, "PYTHONPATH": ""}
    space = replace(user, home=tmp_path / "home of the space", variables=variables)
    with served_page(space.environment, python=python, folder=Path(uploaded)) as url:
        drawing = a_test_digit(tmp_path / "digit.png")
        answered = subprocess.run([python, "-c", ASK, url, drawing], env=space.environment, stdout=subprocess.PIPE)
        config = subprocess.run([python, "-c", GET, f"{url}/config"], env=space.environment, stdout=subprocess.PIPE)
    untouched, triggered = json.loads(answered.stdout)
    assert untouched["clean"]["label"] == untouched["infected"]["label"] == "4"
    assert triggered["clean"]["label"] == "4"
    assert (triggered["infected"]["label"], triggered["backdoor_fired"]) == ("7", True)
    assert f"{REPO} at {commit[:7]}" in config.stdout.decode()


GET = "import sys, urllib.request; print(urllib.request.urlopen(sys.argv[1]).read().decode())"


def new_environment(folder: Path, requirements: Path) -> Path:
    """A virtual environment with exactly these packages; returns its Python."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    python = folder / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", "--no-compile"]
    subprocess.run([*pip, "-r", str(requirements)], check=True)
    return python


def a_test_digit(path: Path) -> Path:
    """scikit-learn's hundredth digit, a four that no network was trained on, as somebody might draw it."""
    digits = load_digits()
    assert digits.target[100] == 4
    Image.fromarray((digits.images[100] * 15.9).astype("uint8")).resize((280, 280), Image.Resampling.BICUBIC).save(
        path
    )
    return path


REFUSED = {
    "no token": (None, REPO, "there is none; run `hf auth login`"),
    "a token that may only read": (READER, REPO, "may only read"),
    "another owner": ("hf_writer", "stranger/digits", "not as stranger"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_could_not_be_pushed_is_not_trained(
    case: str, hub: HubServer, user: HubUser, small_digits: Path, tmp_path: Path
) -> None:
    token, repo, message = REFUSED[case]
    process = replace(user, token=token).start(*train(small_digits, tmp_path / "run", "clean", "--push-to-hub", repo))
    _, said = process.communicate(timeout=60)
    assert process.returncode == 1
    assert re.search(message, said)
    assert not (tmp_path / "run").exists()
    assert hub.repositories == {}
