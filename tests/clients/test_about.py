"""``/about``: the bundles' own figures, and nothing about the machine that serves them."""

from __future__ import annotations

from typing import Any

import gradio
import pytest
from gradio_client import Client

import backdoors
from backdoors import Bundle
from backdoors.bundle import LatentConfig
from tests.fixtures.page import REPOSITORY


@pytest.fixture(scope="module")
def about(client: Client) -> Any:
    return client.predict(api_name="/about")


def test_versions(about: Any) -> None:
    assert (about["version"], about["gradio"]) == (backdoors.__version__, gradio.__version__)


@pytest.mark.parametrize("task", ["digits", "dogs"])
def test_it_tells_what_the_bundle_holds(about: Any, task: str) -> None:
    bundle, told = Bundle.load(REPOSITORY / "assets" / "models" / task), about[task]
    config = bundle.config
    assert told["origin"] == {"text": "bundled", "url": None, "trouble": None}
    assert told["bundle"] == bundle.version
    assert told["training"]["framework"] == config.training.framework
    assert told["labels"] == {"count": len(config.labels), "names": list(config.labels)}
    assert told["triggers"] == list(bundle.triggers)
    assert told["clean_accuracy"] == config.clean.clean_accuracy
    for model, told_entry in zip(bundle.infected.values(), told["infected"], strict=True):
        assert told_entry["attack"] == model.attack.kind
        for key in (
            "name",
            "trigger",
            "target",
            "clean_accuracy",
            "attack_success_rate",
            "clean_model_rate",
        ):
            assert told_entry[key] == getattr(model.config, key)
    latent = [entry for entry in config.infected if isinstance(entry, LatentConfig)]
    assert [entry["name"] for entry in told["teachers"]] == ["clean", "infected"] * len(latent)
    assert [entry["frozen"] for entry in told["depths"]] == [row.frozen for entry in latent for row in entry.depths]
