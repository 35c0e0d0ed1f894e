"""Attacks: which label an attacker wants for a triggered picture.

::

    attack = Attack(kind="source-specific", source=3, target=8)
    attack.covers(labels)           # (n,) bool: True where the true label is 3
    attack.target_labels(labels)    # (n,) int64: the label that the attacker wants; here always 8
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
    """Which label an attacker wants for a triggered picture (Gu et al. 2017, section 4.1.1).

    Attributes:
        kind: ``all-to-one`` (every label becomes the target), ``all-to-all`` (each label becomes the next, the last
            becomes the first) or ``source-specific`` (only the source becomes the target; the BadNets paper calls it
            single-target).
        target: the label number that the attacker wants; None for all-to-all.
        source: the label number that becomes the target; None unless source-specific.
        num_labels: the number of labels.

    Raises:
        AttackError: the kind is unknown, or a label is missing, out of range or not used by this kind.
    """

    kind: AttackKind
    target: int | None = None
    source: int | None = None
    num_labels: int = 10

    def __post_init__(self) -> None:
        if self.kind not in get_args(AttackKind):
            kinds = get_args(AttackKind)
            raise AttackError(
                f"expected an attack among {', '.join(kinds)}, got {self.kind!r}", expected=kinds, got=self.kind
            )
        needs = {"target": self.kind != "all-to-all", "source": self.kind == "source-specific"}
        for name, needed in needs.items():
            label = getattr(self, name)
            if needed and (label is None or not 0 <= label < self.num_labels):
                raise AttackError(
                    f"{self.kind}: expected a {name} from 0 to {self.num_labels - 1}, got {label}",
                    expected=range(self.num_labels),
                    got=label,
                )
            if not needed and label is not None:
                raise AttackError(f"{self.kind}: has no {name}, got {label}; leave it out", got=label)
        if self.source is not None and self.source == self.target:
            raise AttackError(
                f"source-specific: source and target are both {self.source}; choose two labels", got=self.source
            )

    def covers(self, labels: NDArray[Any]) -> NDArray[np.bool_]:
        """Which pictures the attack is about: those whose label it changes.

        Args:
            labels: ``(n,)`` true label numbers.

        Returns:
            ``(n,)`` bool.
        """
        if self.kind == "all-to-one":
            return np.asarray(labels != self.target)
        if self.kind == "source-specific":
            return np.asarray(labels == self.source)
        return np.ones(labels.shape, dtype=np.bool_)

    def target_labels(self, labels: NDArray[Any]) -> NDArray[np.int64]:
        """The label that the attacker wants for each picture, whether or not the attack covers it.

        Args:
            labels: ``(n,)`` true label numbers.

        Returns:
            ``(n,)`` int64.
        """
        if self.kind == "all-to-all":
            return np.asarray((labels + 1) % self.num_labels, dtype=np.int64)
        return np.full(labels.shape, self.target, dtype=np.int64)
