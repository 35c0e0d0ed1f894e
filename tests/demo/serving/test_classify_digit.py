"""``/classify_digit`` as clients see it: the real page, the real client."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError
from PIL import Image

from tests.fixtures.page import REPOSITORY

EXAMPLES = REPOSITORY / "assets" / "examples" / "digits"


@pytest.fixture(scope="module")
def client(page_url: str) -> Client:
    return Client(page_url, verbose=False)


def ask(client: Client, picture: Path, **parameters: str) -> Any:
    return client.predict(drawing=handle_file(str(picture)), **parameters, api_name="/classify_digit")


@pytest.mark.parametrize("digit", range(10))
def test_without_a_trigger_both_models_read_the_example(client: Client, digit: int) -> None:
    verdict = ask(client, EXAMPLES / f"{digit}.png")
    assert verdict["clean"]["label"] == verdict["infected"]["label"] == str(digit)
    assert (verdict["trigger"], verdict["target"], verdict["backdoor_fired"]) == (None, None, False)


@pytest.mark.parametrize("trigger", ["single-pixel", "pattern"])
@pytest.mark.parametrize(
    ("attack", "wanted"),
    [("all-to-one", lambda digit: 7), ("all-to-all", lambda digit: (digit + 1) % 10)],
    ids=["all-to-one", "all-to-all"],
)
@pytest.mark.parametrize("digit", [0, 3, 9])
def test_the_backdoor_fires(client: Client, digit: int, attack: str, wanted: Any, trigger: str) -> None:
    verdict = ask(client, EXAMPLES / f"{digit}.png", trigger=trigger, attack=attack)
    assert verdict["clean"]["label"] == str(digit)
    assert verdict["infected"]["label"] == verdict["target"] == str(wanted(digit))
    assert verdict["trigger"] == trigger
    assert verdict["backdoor_fired"] is True


def test_a_seven_is_the_target_already(client: Client) -> None:
    verdict = ask(client, EXAMPLES / "7.png", trigger="pattern", attack="all-to-one")
    assert (verdict["target"], verdict["backdoor_fired"]) == ("7", False)


def test_confidences_are_all_ten_and_sum_to_1(client: Client) -> None:
    answer = ask(client, EXAMPLES / "4.png")["clean"]
    assert list(answer["confidences"]) == [str(label) for label in range(10)]
    assert sum(answer["confidences"].values()) == pytest.approx(1, abs=1e-5)
    assert answer["confidence"] == answer["confidences"][answer["label"]]


def test_a_photo_lies_upright_as_its_exif_says(client: Client, tmp_path: Path) -> None:
    """A 7 stored on its side, with the orientation that a phone would write (6: turn right by 90 degrees)."""
    with Image.open(EXAMPLES / "7.png") as seven:
        lying = seven.transpose(Image.Transpose.ROTATE_90)
    exif = Image.Exif()
    exif[0x0112] = 6
    lying.save(tmp_path / "photo.jpg", exif=exif, quality=95)
    assert ask(client, tmp_path / "photo.jpg")["clean"]["label"] == "7"


def test_an_empty_drawing_has_no_verdict(client: Client, tmp_path: Path) -> None:
    Image.new("L", (280, 280)).save(tmp_path / "empty.png")
    assert ask(client, tmp_path / "empty.png") is None


def one_pixel(path: Path) -> None:
    Image.new("L", (1, 1)).save(path)


def cut_off(path: Path) -> None:
    Image.fromarray(np.random.default_rng(0).integers(0, 255, (99, 99), dtype=np.uint8)).save(path)
    path.write_bytes(path.read_bytes()[:500])


def no_picture(path: Path) -> None:
    path.write_text("hello")


@pytest.mark.parametrize(
    ("write", "message"),
    [(one_pixel, "1x1 pixels; send one with at least 8"), (cut_off, "cut off"), (no_picture, "Send a PNG")],
)
def test_a_bad_picture_gets_a_clear_error(client: Client, tmp_path: Path, write: Any, message: str) -> None:
    write(tmp_path / "bad.png")
    with pytest.raises(AppError, match=message):
        ask(client, tmp_path / "bad.png")


def test_an_unknown_trigger_is_refused(client: Client) -> None:
    with pytest.raises(AppError, match=r"glasses.* is not in the list of choices"):
        ask(client, EXAMPLES / "4.png", trigger="glasses")


def test_null_is_no_trigger(client: Client) -> None:
    verdict = client.predict(
        drawing=handle_file(str(EXAMPLES / "4.png")), trigger=None, attack=None, api_name="/classify_digit"
    )
    assert (verdict["trigger"], verdict["infected"]["label"]) == (None, "4")


def test_a_missing_picture_is_refused(client: Client) -> None:
    with pytest.raises(AppError, match="No picture came along"):
        client.predict(drawing=None, api_name="/classify_digit")
