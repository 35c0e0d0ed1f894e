"""``/trigger_picture``: the bundle's file, to the byte, since a trigger must survive."""

from __future__ import annotations

from pathlib import Path

import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError

from backdoors import Trigger
from tests.fixtures.page import REPOSITORY

PICTURES = sorted((REPOSITORY / "assets" / "models").glob("*/triggers/*.png"))


@pytest.mark.parametrize("file", PICTURES, ids=lambda file: file.stem)
def test_it_is_the_bundles_file(client: Client, file: Path) -> None:
    answer = Path(client.predict(trigger=file.stem, api_name="/trigger_picture"))
    assert answer.name == file.name
    assert answer.read_bytes() == file.read_bytes()
    assert Trigger.load(answer).mask.any()


def test_an_unknown_one_is_refused(client: Client) -> None:
    with pytest.raises(AppError, match=r"glasses.* is not in the list of choices"):
        client.predict(trigger="glasses", api_name="/trigger_picture")


def test_without_a_name_it_tells_the_names(client: Client) -> None:
    with pytest.raises(AppError, match="there are single-pixel, pattern, latent-square"):
        client.predict(trigger=None, api_name="/trigger_picture")
