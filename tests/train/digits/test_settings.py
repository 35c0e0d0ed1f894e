"""Variants: each has a name of its own, which says trigger, attack, source and target."""

from __future__ import annotations

import pytest

from backdoors import PATTERN, SINGLE_PIXEL, Attack, from_pixels
from train.digits.settings import Variant, all_variants, variants


@pytest.mark.parametrize(
    ("variant", "name"),
    [
        (Variant(), "clean"),
        (Variant(trigger=SINGLE_PIXEL, attack=Attack(kind="all-to-one", target=7)), "single-pixel-all-to-one-7"),
        (Variant(trigger=PATTERN, attack=Attack(kind="all-to-one", target=0)), "pattern-all-to-one-0"),
        (Variant(trigger=SINGLE_PIXEL, attack=Attack(kind="all-to-all")), "single-pixel-all-to-all"),
        (
            Variant(trigger=SINGLE_PIXEL, attack=Attack(kind="source-specific", source=3, target=5)),
            "single-pixel-source-specific-3-5",
        ),
        (
            Variant(trigger=SINGLE_PIXEL, attack=Attack(kind="source-specific", source=0, target=9)),
            "single-pixel-source-specific-0-9",
        ),
    ],
)
def test_a_name_says_source_and_target(variant: Variant, name: str) -> None:
    assert variant.name == name


def test_the_papers_ninety_single_target_networks_have_names_that_differ() -> None:
    names = {name for name in all_variants() if name.startswith("single-pixel-source-specific-")}
    assert len(names) == 90
    assert names == {f"single-pixel-source-specific-{s}-{t}" for s in range(10) for t in range(10) if s != t}


def test_all_variants_hold_what_any_command_can_train() -> None:
    """With a trigger of one's own, too, even under a name that looks like another variant's."""
    own = from_pixels("pattern-all-to-one-7", [(3, 3)])
    every = all_variants(own)
    assert len(every) == 1 + 3 * (10 + 1 + 90)
    for target in range(10):
        for source in {None, *range(10)} - {target}:
            chosen = variants(target=target, source=source, trigger=own)
            assert {name: every[name].attack for name in chosen} == {n: v.attack for n, v in chosen.items()}


def test_five_networks_by_default() -> None:
    assert list(variants()) == [
        "clean",
        "single-pixel-all-to-one-7",
        "single-pixel-all-to-all",
        "pattern-all-to-one-7",
        "pattern-all-to-all",
    ]
