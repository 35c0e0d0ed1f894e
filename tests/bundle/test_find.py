"""Finding one infected model among many: exactly one, or an error that lists the candidates."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from backdoors import Attack, Bundle
from backdoors.errors import BundleError
from tests.fixtures.bundles import changed_config, checksum
from tests.fixtures.models import DIGITS, reader


def add_source_specific(folder: Path, pairs: list[tuple[str, str]]) -> None:
    """Take all-to-one and all-to-all away, and add a source-specific model for each pair of source and target."""
    with changed_config(folder) as config:
        template: dict[str, Any] = config["infected"][0]
        config["infected"] = []
        for source, target in pairs:
            name = f"single-pixel-source-specific-{source}-{target}"
            (folder / f"{name}.onnx").write_bytes(reader(fires=int(target)))
            own = {"name": name, "file": f"{name}.onnx", "sha256": checksum(folder / f"{name}.onnx")}
            config["infected"].append(
                template | own | {"attack": "source-specific", "source": source, "target": target}
            )


def test_by_trigger_and_attack(bundle_folder: Path) -> None:
    found = Bundle.load(bundle_folder).find(trigger="single-pixel", attack="all-to-all")
    assert found.config.name == "single-pixel-all-to-all"


@pytest.mark.parametrize(
    ("trigger", "attack", "labels"),
    [
        ("pattern", "all-to-one", {}),
        ("single-pixel", "source-specific", {}),
        ("single-pixel", "all-to-one", {"target": "8"}),
        ("single-pixel", "all-to-one", {"source": "3"}),
        ("single-pixel", "all-to-all", {"target": "7"}),
    ],
    ids=["trigger", "attack", "target", "source", "the target of an attack without one"],
)
def test_no_model_is_refused_with_what_there_is(
    trigger: str, attack: Any, labels: dict[str, str], bundle_folder: Path
) -> None:
    bundle = Bundle.load(bundle_folder)
    with pytest.raises(BundleError, match=rf"'{trigger}' and the attack '{attack}'.*; there are \['single-pixel-all"):
        bundle.find(trigger=trigger, attack=attack, **labels)


SAME_TRIGGER_AND_ATTACK = [("3", "5"), ("3", "8"), ("4", "8")]


@pytest.mark.parametrize(
    ("labels", "name"),
    [
        ({"source": "3", "target": "8"}, "single-pixel-source-specific-3-8"),
        ({"source": "4"}, "single-pixel-source-specific-4-8"),
        ({"target": "5"}, "single-pixel-source-specific-3-5"),
    ],
    ids=["both", "source alone", "target alone"],
)
def test_by_source_and_target(labels: dict[str, str], name: str, bundle_folder: Path) -> None:
    add_source_specific(bundle_folder, SAME_TRIGGER_AND_ATTACK)
    found = Bundle.load(bundle_folder).find(trigger="single-pixel", attack="source-specific", **labels)
    assert found.config.name == name


@pytest.mark.parametrize(
    ("labels", "candidates"),
    [
        ({}, ["3-5", "3-8", "4-8"]),
        ({"source": "3"}, ["3-5", "3-8"]),
        ({"target": "8"}, ["3-8", "4-8"]),
    ],
    ids=["neither", "source alone", "target alone"],
)
def test_more_than_one_is_refused_with_their_names(
    labels: dict[str, str], candidates: list[str], bundle_folder: Path
) -> None:
    add_source_specific(bundle_folder, SAME_TRIGGER_AND_ATTACK)
    bundle = Bundle.load(bundle_folder)
    with pytest.raises(BundleError, match=f"^{len(candidates)} infected models .* name source and target") as raised:
        bundle.find(trigger="single-pixel", attack="source-specific", **labels)
    assert raised.value.got == [f"single-pixel-source-specific-{pair}" for pair in candidates]


def test_the_papers_ninety_models_live_side_by_side(bundle_folder: Path) -> None:
    """One for each ordered pair of two digits (Gu et al. 2017, section 4.1.2)."""
    pairs = [(source, target) for source in DIGITS for target in DIGITS if source != target]
    add_source_specific(bundle_folder, pairs)
    bundle = Bundle.load(bundle_folder)
    assert len(bundle.infected) == 90
    for source, target in pairs:
        found = bundle.find(trigger="single-pixel", attack="source-specific", source=source, target=target)
        assert found.attack == Attack(kind="source-specific", source=int(source), target=int(target))
