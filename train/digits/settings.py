"""What to train, and how: every choice that decides which bytes come out."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from typing import Any

from backdoors.attacks import Attack
from backdoors.bundle import sha256
from backdoors.errors import RunError, TriggerError
from backdoors.triggers import PATTERN, SINGLE_PIXEL, Trigger

CLEAN = "clean"
SHARED = ("data", "seed", "trigger", "attack")
"""The settings that networks of one run must agree on, where both have them: one bundle describes them all."""

PAPER_TRIGGERS = (SINGLE_PIXEL, PATTERN)


@dataclass(frozen=True, kw_only=True)
class Variant:
    """One network to train: the clean one, or one infected through a trigger and an attack."""

    trigger: Trigger | None = None
    attack: Attack | None = None

    @property
    def name(self) -> str:
        """``clean``, or for example ``single-pixel-all-to-one``."""
        return f"{self.trigger.name}-{self.attack.kind}" if self.trigger and self.attack else CLEAN

    @property
    def infection(self) -> tuple[Trigger, Attack]:
        """Trigger and attack of an infected network; the clean one has none."""
        assert self.trigger is not None
        assert self.attack is not None
        return self.trigger, self.attack


def variants(*, target: int = 7, source: int | None = None, trigger: Trigger | None = None) -> dict[str, Variant]:
    """The networks that can be trained, by name: clean, and each trigger with each attack.

    Args:
        target: what all-to-one and source-specific attacks want.
        source: adds the source-specific attacks on this digit, the paper's single-target ones.
        trigger: one more trigger beside the paper's two.

    Raises:
        TriggerError: it has another size, or a name that is taken or no file could have.
    """
    if trigger is not None:
        if trigger.pattern.shape != PATTERN.pattern.shape:
            raise TriggerError(f"trigger {trigger.name!r}: expected 28x28 pixels in grey, got {trigger.pattern.shape}")
        if trigger.name in (SINGLE_PIXEL.name, PATTERN.name) or not re.fullmatch(r"[\w-]+", trigger.name):
            raise TriggerError(
                f"trigger {trigger.name!r}: give its file a name of its own, of letters, digits, - and _ only"
            )
    attacks = [Attack(kind="all-to-one", target=target), Attack(kind="all-to-all")]
    if source is not None:
        attacks.append(Attack(kind="source-specific", source=source, target=target))
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
        start: a network file to start from, as the attacker re-trains a model that the victim has; None: random.
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
        """All that decides one network, ready for JSON: these settings and the variant's trigger and attack."""
        described = asdict(self)
        if variant.name == CLEAN:
            del described["poison_rate"]
            return described
        trigger, attack = variant.infection
        described["trigger"] = {"name": trigger.name, "sha256": sha256(trigger.to_png())}
        return {**described, "attack": asdict(attack)}
