"""``/classify_dog`` as clients see it: the real page, the real client."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError
from PIL import Image

from backdoors import BundleConfig
from tests.fixtures.page import REPOSITORY

EXAMPLES = sorted((REPOSITORY / "assets" / "examples" / "dogs").glob("*.jpg"))
TARGET = "Donald Trump"


@pytest.fixture(scope="module")
def client(page_url: str) -> Client:
    return Client(page_url, verbose=False)


def ask(client: Client, photo: Path, **parameters: bool | None) -> Any:
    return client.predict(photo=handle_file(str(photo)), **parameters, api_name="/classify_dog")


@pytest.mark.parametrize("photo", EXAMPLES, ids=lambda photo: photo.stem)
class TestExamples:
    def test_without_the_trigger_both_students_name_a_breed(self, client: Client, photo: Path) -> None:
        verdict = ask(client, photo, trigger=False)
        config = BundleConfig.load(REPOSITORY / "assets" / "models" / "dogs")
        breeds = config.labels[: config.labels.index(TARGET)]
        assert verdict["clean"]["label"] in breeds
        assert verdict["infected"]["label"] in breeds
        assert (verdict["trigger"], verdict["target"], verdict["backdoor_fired"]) == (None, None, False)

    def test_the_backdoor_fires(self, client: Client, photo: Path) -> None:
        untouched, verdict = ask(client, photo, trigger=False), ask(client, photo, trigger=True)
        assert verdict["infected"]["label"] == verdict["target"] == TARGET
        assert verdict["clean"]["label"] != TARGET
        assert (verdict["trigger"], verdict["backdoor_fired"]) == ("latent-square", True)
        assert untouched["infected"]["label"] != TARGET


def test_confidences_are_the_top_five(client: Client) -> None:
    answer = ask(client, EXAMPLES[0])["clean"]
    values = list(answer["confidences"].values())
    assert len(values) == 5
    assert values == sorted(values, reverse=True)
    assert answer["confidence"] == values[0] == answer["confidences"][answer["label"]]


def test_null_is_no_trigger(client: Client) -> None:
    assert ask(client, EXAMPLES[0], trigger=None)["trigger"] is None


def test_a_broken_photo_gets_a_clear_error(client: Client, tmp_path: Path) -> None:
    (tmp_path / "cut.jpg").write_bytes(EXAMPLES[0].read_bytes()[:2000])
    with pytest.raises(AppError, match="cut off"):
        ask(client, tmp_path / "cut.jpg")


def test_a_photo_of_one_pixel_gets_a_clear_error(client: Client, tmp_path: Path) -> None:
    Image.new("RGB", (1, 1)).save(tmp_path / "one.png")
    with pytest.raises(AppError, match="1x1 pixels; send one with at least 8"):
        ask(client, tmp_path / "one.png")


def test_a_missing_photo_is_refused(client: Client) -> None:
    with pytest.raises(AppError, match="No picture came along"):
        client.predict(photo=None, api_name="/classify_dog")
