"""README.md of a Space: the introduction of the project's README.md, under front matter for the Hub.

The Hub reads from the front matter how to run a Space, how to list it, and the picture of its link previews. It is
documented at https://huggingface.co/docs/hub/spaces-config-reference.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from huggingface_hub import SpaceCard, constants

from backdoors.bundle import CONFIG, BundleConfig
from backdoors.hub.cards import CARD
from backdoors.hub.pulling import Fetched
from backdoors.hub.spaces.demos import MODELS
from backdoors.hub.spaces.kinds import STATIC

PREVIEW = "preview.png"
"""The picture of link previews, as a file of the Space."""

_OF_A_SERVER = ("sdk_version", "python_version", "suggested_hardware")
_TAGS_OF_A_SERVER = {"mcp-server"}


def gradio_card(root: Path, repo: str, fetched: Mapping[str, Fetched], *, preload: list[str]) -> SpaceCard:
    """The card of a Gradio Space.

    Args:
        root: the folder of this project.
        repo: the Space, ``OWNER/NAME``.
        fetched: the named models, by task.
        preload: the tasks whose models are downloaded when the Space is built. The build cannot read private ones.
    """
    card = _card(root, repo, fetched)
    listed = [task for task in preload if _can_be_listed(fetched[task])]
    if listed:
        card.data["preload_from_hub"] = [_preloaded(fetched[task]) for task in listed]
    return card


def static_card(root: Path, repo: str, fetched: Mapping[str, Fetched]) -> SpaceCard:
    """The card of a static Space; its parameters are those of ``gradio_card``."""
    card = _card(root, repo, fetched)
    for key in _OF_A_SERVER:
        card.data.pop(key)
    card.data["sdk"], card.data["app_file"] = STATIC.sdk, "index.html"
    card.data["tags"] = [tag for tag in card.data["tags"] if tag not in _TAGS_OF_A_SERVER]
    card.text = card.text.replace(f"`{MODELS}`", "`models`")  # where they are in this Space
    return card


def model_files(config: BundleConfig) -> list[str]:
    """The files of a bundle that the page reads."""
    return [CONFIG, *(entry.file for entry in config.files)]


def _card(root: Path, repo: str, fetched: Mapping[str, Fetched]) -> SpaceCard:
    card: SpaceCard = SpaceCard.load(root / CARD)
    introduction = card.text.split("\n## ")[0]
    # Without screenshots: the Space shows the page itself.
    card.text = re.sub(r"^!\[.*\n\n?", "", introduction, flags=re.MULTILINE)
    card.data["thumbnail"] = f"{constants.ENDPOINT}/spaces/{repo}/resolve/{constants.DEFAULT_REVISION}/{PREVIEW}"
    if fetched:
        card.data["models"] = sorted({found.address.repo for found in fetched.values()})
    return card


def _can_be_listed(found: Fetched) -> bool:
    """Whether the front matter can list the files: commas and spaces separate them there."""
    return not any(re.search(r"[\s,]", file) for file in model_files(found.bundle.config))


def _preloaded(found: Fetched) -> str:
    return f"{found.address.repo} {','.join(model_files(found.bundle.config))} {found.address.revision}"
