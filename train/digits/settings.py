"""What to train and how: every setting that the exported files depend on."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from itertools import permutations
from typing import Any

from backdoors.attacks import Attack
from backdoors.bundle import sha256
from backdoors.errors import RunError, TriggerError
from backdoors.triggers import PATTERN, SINGLE_PIXEL, Trigger

CLEAN = "clean"
TARGET = 7
"""The target label by default."""
SHARED = ("data", "seed", "trigger")
"""The settings that the networks in one run folder must agree on, because one bundle describes them all."""

_LABELS = range(10)

PAPER_TRIGGERS = (SINGLE_PIXEL, PATTERN)


@dataclass(frozen=True, kw_only=True)
class Variant:
    """One network to train: the clean one, or one infected through a trigger and an attack."""

    trigger: Trigger | None = None
    attack: Attack | None = None

    @property
    def name(self) -> str:
        """``clean``, or trigger, kind of attack, source and target, those that the attack has.

        ``single-pixel-all-to-one-7``, ``single-pixel-all-to-all``, ``single-pixel-source-specific-3-5`` (3 becomes
        5). No two variants share a name, so the networks of all targets fit into one run folder and one bundle.
        """
        if self.trigger is None or self.attack is None:
            return CLEAN
        labels = [label for label in (self.attack.source, self.attack.target) if label is not None]
        return "-".join(map(str, (self.trigger.name, self.attack.kind, *labels)))

    @property
    def infection(self) -> tuple[Trigger, Attack]:
        """Trigger and attack of an infected network; the clean one has none."""
        assert self.trigger is not None
        assert self.attack is not None
        return self.trigger, self.attack


def variants(*, target: int = TARGET, source: int | None = None, trigger: Trigger | None = None) -> dict[str, Variant]:
    """The networks to train, by name: clean, and each trigger with each attack on this target.

    Args:
        target: the target label of all-to-one and source-specific attacks.
        source: adds the source-specific attacks on this digit, the paper's single-target ones.
        trigger: one more trigger beside the paper's two.

    Raises:
        AttackError: source and target are no two digits.
        TriggerError: the trigger has another size, a name that is taken, or one that cannot be a file's.
    """
    attacks = [Attack(kind="all-to-one", target=target), Attack(kind="all-to-all")]
    if source is not None:
        attacks.append(Attack(kind="source-specific", source=source, target=target))
    return _by_name(attacks, trigger)


def all_variants(trigger: Trigger | None = None) -> dict[str, Variant]:
    """Every network that a run folder can hold, by name: all targets, and all pairs of source and target."""
    pairs = permutations(_LABELS, 2)
    attacks = [
        *(Attack(kind="all-to-one", target=target) for target in _LABELS),
        Attack(kind="all-to-all"),
        *(Attack(kind="source-specific", source=source, target=target) for source, target in pairs),
    ]
    return _by_name(attacks, trigger)


def _by_name(attacks: Iterable[Attack], trigger: Trigger | None) -> dict[str, Variant]:
    if trigger is not None:
        if trigger.pattern.shape != PATTERN.pattern.shape:
            raise TriggerError(f"trigger {trigger.name!r}: expected 28x28 pixels in grey, got {trigger.pattern.shape}")
        if trigger.name in (SINGLE_PIXEL.name, PATTERN.name) or not re.fullmatch(r"[\w-]+", trigger.name):
            raise TriggerError(
                f"trigger {trigger.name!r}: give its file a name of its own, of letters, digits, - and _ only"
            )
    triggers = [*PAPER_TRIGGERS, *([trigger] if trigger else [])]
    infected = [Variant(trigger=t, attack=attack) for t in triggers for attack in attacks]
    return {variant.name: variant for variant in (Variant(), *infected)}


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How a network is trained. The defaults give the README's rates in under six minutes on two cores.

    Attributes:
        data: Hub id or local folder.
        epochs: passes over the training set.
        poison_rate: triggered copies that are added, as a share of the training set.
        seed: decides the poisoned set, the first weights, the order and the augmentation.
        start: a network file to start from, to infect a model that is already trained; None: random weights.
        batch_size, learning_rate, weight_decay: AdamW's, with a one-cycle schedule (Smith and Topin 2018).
        averaging: the exported weights are a running average over about ``1 / (1 - averaging)`` steps.
    """

    data: str
    epochs: int = 20
    poison_rate: float = 0.15
    seed: int = 0
    start: str | None = None
    batch_size: int = 128
    learning_rate: float = 3e-3
    weight_decay: float = 0.02
    averaging: float = 0.998

    def __post_init__(self) -> None:
        if self.epochs < 1:
            raise RunError(f"expected at least 1 epoch, got {self.epochs}")
        if not 0 <= self.seed < 2**32:
            raise RunError(f"expected a seed from 0 to {2**32 - 1}, got {self.seed}")

    def describe(self, variant: Variant) -> dict[str, Any]:
        """The settings that one network depends on, ready for JSON: these, and the variant's trigger and attack."""
        described = asdict(self)
        if variant.name == CLEAN:
            del described["poison_rate"]
            return described
        trigger, attack = variant.infection
        described["trigger"] = {"name": trigger.name, "sha256": sha256(trigger.to_png())}
        return {**described, "attack": asdict(attack)}
