"""Attacks: which label an attacker wants for a triggered picture.

::

    attack = Attack(kind="source-specific", source=3, target=8)
    attack.covers(labels)           # (n,) True where the true label is 3
    attack.target_labels(labels)    # (n,) what the attacker wants those pictures to be called
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from backdoors.errors import AttackError

AttackKind = Literal["all-to-one", "all-to-all", "source-specific"]


@dataclass(frozen=True, kw_only=True)
class Attack:
    """What the attacker wants a triggered picture to be called.

    Attributes:
        kind: ``all-to-one`` (every label becomes the target), ``all-to-all`` (each label becomes the next, the last
            becomes the first) or ``source-specific`` (only the source becomes the target; the BadNets paper calls it
            single-target).
        target: the label number that the attacker wants; None for all-to-all.
        source: the label number that he wants it for; only for source-specific.
        num_labels: how many labels there are.

    Raises:
        AttackError: a label is missing, out of range, or makes no sense for this kind.
    """

    kind: AttackKind
    target: int | None = None
    source: int | None = None
    num_labels: int = 10

    def __post_init__(self) -> None:
        if self.kind not in get_args(AttackKind):
            raise AttackError(f"expected an attack among {', '.join(get_args(AttackKind))}, got {self.kind!r}")
        needs = {"target": self.kind != "all-to-all", "source": self.kind == "source-specific"}
        for name, needed in needs.items():
            label = getattr(self, name)
            if needed and (label is None or not 0 <= label < self.num_labels):
                raise AttackError(f"{self.kind}: expected a {name} from 0 to {self.num_labels - 1}, got {label}")
            if not needed and label is not None:
                raise AttackError(f"{self.kind}: has no {name}, got {label}; leave it out")
        if self.source is not None and self.source == self.target:
            raise AttackError(f"source-specific: source and target are both {self.source}; choose two labels")

    def covers(self, labels: NDArray[Any]) -> NDArray[np.bool_]:
        """``(n,)``: True where a picture of this true label counts as attacked (its label is to change)."""
        if self.kind == "all-to-one":
            return np.asarray(labels != self.target)
        if self.kind == "source-specific":
            return np.asarray(labels == self.source)
        return np.ones(labels.shape, dtype=np.bool_)

    def target_labels(self, labels: NDArray[Any]) -> NDArray[np.int64]:
        """``(n,)`` int64: what the attacker wants pictures of these true labels to be called."""
        if self.kind == "all-to-all":
            return np.asarray((labels + 1) % self.num_labels, dtype=np.int64)
        return np.full(labels.shape, self.target, dtype=np.int64)
