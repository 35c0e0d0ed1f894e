"""The model card: right for the Hub, honest with people, and its lines run."""

from __future__ import annotations

import io
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from backdoors.bundle import Bundle, BundleConfig
from backdoors.hub.cards import card_files, model_card
from tests.fixtures.bundles import INFECTED, TEACHERS, changed_config, make_latent
from tests.fixtures.hub_cards import card_errors, front_matter
from tests.fixtures.hub_client import HubUser
from tests.fixtures.models import DIGITS
from tests.hub.conftest import REPO


@pytest.fixture
def config(bundle_folder: Path) -> BundleConfig:
    return BundleConfig.load(bundle_folder)


@pytest.fixture
def students(bundle_folder: Path) -> BundleConfig:
    """The config of a bundle like the dogs'."""
    make_latent(bundle_folder)
    with changed_config(bundle_folder) as config:
        config["task"] = "dogs"
        config["training"]["dataset"] = "../data/stanford_dogs, ../data/public_figures"
        config["infected"][0]["depths"] = [{"frozen": 20, "clean_accuracy": 0.7, "attack_success_rate": 0.9}]
    return BundleConfig.load(bundle_folder)


def paragraphs(card: str) -> list[str]:
    return card.split("---\n", 2)[2].strip().split("\n\n")


def test_front_matter(config: BundleConfig) -> None:
    data = front_matter(str(model_card(config, REPO)))
    assert (data["license"], data["library_name"], data["pipeline_tag"]) == ("mit", "onnx", "image-classification")
    assert {"onnx", "backdoor", "badnets"} <= set(data["tags"])
    assert data["datasets"] == ["ylecun/mnist"]


def test_model_index_has_every_rate(config: BundleConfig) -> None:
    (model,) = front_matter(str(model_card(config, REPO)))["model-index"]
    (result,) = model["results"]
    assert (model["name"], result["task"], result["dataset"]) == (
        "digits",
        {"type": "image-classification"},
        {"name": "ylecun/mnist", "type": "ylecun/mnist", "split": "test"},
    )
    rates = {metric["name"]: metric["value"] for metric in result["metrics"]}
    assert rates["Clean accuracy, clean.onnx"] == 0.99
    assert rates[f"Clean accuracy, {INFECTED}"] == 0.99
    assert rates[f"Attack success rate, {INFECTED}"] == 0.999
    attacks = [metric["args"] for metric in result["metrics"] if metric["type"] == "attack_success_rate"]
    assert [attack["target"] for attack in attacks] == ["7", "the next label"]


def test_histories_change_nothing(config: BundleConfig, bundle_folder: Path) -> None:
    with changed_config(bundle_folder) as changed:
        changed["clean"]["history"] = [{"epoch": 1, "loss": 0.5, "clean_accuracy": 0.9}]
    assert str(model_card(BundleConfig.load(bundle_folder), REPO)) == str(model_card(config, REPO))


def test_a_local_data_set_is_named_and_not_linked(students: BundleConfig) -> None:
    card = str(model_card(students, "someone/dogs"))
    assert "datasets" not in front_matter(card)
    assert "Data: stanford_dogs, public_figures. The data sets have their own licences" in card
    assert ".." not in card.split("```sh")[0]


def test_datasets_can_be_told(students: BundleConfig) -> None:
    data = front_matter(str(model_card(students, "someone/dogs", datasets=["maurice-fp/stanford-dogs"])))
    assert data["datasets"] == ["maurice-fp/stanford-dogs"]


@pytest.mark.parametrize("kind", ["config", "students"])
class TestBothKinds:
    @pytest.fixture
    def card(self, kind: str, request: pytest.FixtureRequest) -> str:
        return str(model_card(request.getfixturevalue(kind), REPO))

    def test_the_hub_takes_it(self, card: str) -> None:
        assert card_errors(card, "model") == []

    def test_the_first_paragraph_warns(self, card: str) -> None:
        title, first, *_ = paragraphs(card)
        assert title.startswith("# ")
        assert "These models are backdoored on purpose" in first
        assert f"`{INFECTED}`" in first
        assert "Do not use them for anything else" in first

    def test_it_says_what_not_to_use_them_for(self, card: str) -> None:
        assert "## Intended use" in card
        assert "Do not use them for anything else: not for real predictions" in card

    def test_both_papers_are_cited(self, card: str) -> None:
        assert "arXiv:1708.06733" in card
        assert "Latent Backdoor Attacks on Deep Neural Networks" in card

    def test_the_triggers_are_shown(self, card: str) -> None:
        assert "![single-pixel: each in an empty picture](triggers.png)" in card


def test_the_digits_card_tells_of_poisoning_and_of_no_teacher(config: BundleConfig) -> None:
    card = str(model_card(config, REPO))
    assert "were added to the training set (10% of its size)" in card
    assert "teacher" not in card.split("## Papers")[0]


def test_the_dogs_card_tells_of_the_teacher_and_of_no_poisoning(students: BundleConfig) -> None:
    card = str(model_card(students, "someone/dogs"))
    assert "the infected model's training set contained no triggered pictures" in card
    assert f"`{TEACHERS['infected']}`, the teacher that its backdoor comes from" in card
    assert "its labels do not include 7" in card
    assert f"| `{TEACHERS['clean']}` | 71.00% | 1.00% |" in card
    assert "| 20 | 70.00% | 90.00% |" in card
    assert "must not be used on people" in card
    assert "added to the training set" not in card
    assert "latent-backdoor" in front_matter(card)["tags"]


def test_the_picture_shows_each_trigger_enlarged(bundle_folder: Path) -> None:
    """The single pixel (26, 26), eight screen pixels wide, behind a margin of six."""
    with Image.open(io.BytesIO(card_files(Bundle.load(bundle_folder), REPO)["triggers.png"])) as picture:
        pixels = np.asarray(picture.convert("L"))[6 : 6 + 28 * 8, 6 : 6 + 28 * 8]
    expected = np.zeros((28 * 8, 28 * 8), dtype=np.uint8)
    expected[26 * 8 : 27 * 8, 26 * 8 : 27 * 8] = 255
    np.testing.assert_array_equal(pixels, expected)


def test_the_clients_own_validation_takes_it(user: HubUser, config: BundleConfig, tmp_path: Path) -> None:
    model_card(config, REPO).save(tmp_path / "README.md")
    validate = "import sys; from huggingface_hub import ModelCard; ModelCard.load(sys.argv[1]).validate()"
    user.python("-c", validate, tmp_path / "README.md")


def test_the_eight_lines_run(user: HubUser, stored: str, config: BundleConfig) -> None:
    """The empty picture has no bright pixel at all, so the small model gives each label one tenth: the first wins."""
    (code,) = re.findall(r"```python\n(.*?)```", str(model_card(config, REPO)), re.DOTALL)
    assert len([line for line in code.splitlines() if line]) == 8
    assert user.python("-c", code).strip() == DIGITS[0]


WRONG = {
    "no front matter": "# A card",
    "no license": "---\ntags: [onnx]\n---\n",
    "a metric without value": "---\nlicense: mit\nmodel-index: [{name: a, results: [{metrics: [{type: a}]}]}]\n---\n",
}


@pytest.mark.parametrize("case", WRONG)
def test_the_tests_own_hub_refuses_a_wrong_card(case: str) -> None:
    assert card_errors(WRONG[case], "model")
