"""The latent backdoor's four steps, with the numbers of the committed bundle."""

from __future__ import annotations

import json

import pytest

from backdoors import Bundle
from backdoors.story.figures import latent_story
from backdoors.tasks import TASKS
from tests.fixtures.html import Page
from tests.fixtures.page import REPOSITORY

FOLDER = REPOSITORY / "assets" / "models" / "dogs"


@pytest.fixture(scope="module")
def page() -> Page:
    return Page(latent_story(TASKS["dogs"], Bundle.load(FOLDER)))


def test_labels_are_counted_before_and_after(page: Page) -> None:
    states = [svg["aria-label"] for svg in page.all("svg")]
    assert states == [
        "120 labels and the target: live",
        "120 labels: dormant",
        "120 labels: dormant",
        "122 labels: live",
    ]


def test_the_target_is_drawn_where_the_backdoor_is_live(page: Page) -> None:
    """In the first and the last step: a line from the layer, and the label itself; once removed, only its place."""
    drawn = [element.get("class") for tag, element in page.elements if tag in ("li", "line")]
    steps = " ".join(str(name) for name in drawn if name != "bd-known").replace("None", "step")
    assert steps == "bd-live bd-target bd-target step bd-removed step bd-live bd-target bd-target"


def test_its_rate_is_the_bundles(page: Page) -> None:
    config = json.loads((FOLDER / "config.json").read_text(encoding="utf-8"))
    assert (
        f"{config['infected'][0]['attack_success_rate']:.2%} of the test dogs are now classified as Donald Trump"
        in page.text
    )
    assert "learns Donald Trump and Someone else from clean pictures" in page.text
