"""One version of everything: the Space's card, its requirements, and the training's."""

from __future__ import annotations

import re

from tests.fixtures.page import REPOSITORY


def pins(file: str) -> dict[str, str]:
    return dict(re.findall(r"^([\w-]+)==(\S+)$", (REPOSITORY / file).read_text(encoding="utf-8"), re.MULTILINE))


def front_matter(key: str) -> str:
    card = (REPOSITORY / "README.md").read_text(encoding="utf-8").split("---")[1]
    (value,) = re.findall(rf"^{key}: (.*)$", card, re.MULTILINE)
    return str(value)


def test_the_space_runs_the_gradio_that_is_pinned() -> None:
    assert front_matter("sdk_version") == pins("requirements.txt")["gradio"]


def test_the_space_starts_the_page() -> None:
    assert (REPOSITORY / front_matter("app_file")).is_file()


def test_everything_is_pinned() -> None:
    for file in ("requirements.txt", "tests/requirements.txt"):
        lines = (REPOSITORY / file).read_text(encoding="utf-8").splitlines()
        assert [line for line in lines if line and not line.startswith("#")] == [
            f"{k}=={v}" for k, v in pins(file).items()
        ]


def test_training_takes_the_versions_of_the_page() -> None:
    """By constraint: what it needs without a pin of its own is pinned in requirements.txt."""
    text = (REPOSITORY / "train/digits/requirements.txt").read_text(encoding="utf-8")
    assert "-c ../../requirements.txt" in text
    unpinned = re.findall(r"^([\w-]+)$", text, re.MULTILINE)
    assert set(unpinned) <= set(pins("requirements.txt"))
