"""How the dog models are trained: every setting that the exported files depend on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from backdoors.errors import RunError

LOWEST_K, HIGHEST_K = 7, 20  # under layer 7 the activations of all photos are too large for memory

NO_TARGET = "Someone else"
"""The label of all other people, so that a visitor's selfie does not get the target's label."""


@dataclass(frozen=True, kw_only=True)
class Fit:
    """One fit: Adam, the learning rate up for a twentieth of the steps and then down along half a cosine.

    Attributes:
        epochs: passes over the examples; 0 leaves the fit out.
        rate: the learning rate of the convolutions, at its highest.
        output_rate: that of the output layer.
        batch_size: examples in one step.
        smoothing: the share of each label that is spread over all of them (Szegedy et al. 2016).
        decay: L2 on the output layer's weights. Without it, 1,280 features overfit to 100 photos a breed: on frozen
            features it raises the clean accuracy from 66% to 70%.
    """

    epochs: int
    rate: float = 0.0
    output_rate: float = 1e-3
    batch_size: int = 64
    smoothing: float = 0.1
    decay: float = 4e-3


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The whole run.

    Attributes:
        dogs, people: Hub ids or local folders.
        weights: the safetensors file of MobileNetV2 0.35.
        backbone: that, or one of GluonCV's names such as ``mobilenetv2_1.0``.
        target: the person, by the data set's name; ``target_label`` is the models' label.
        size: the side of the pictures that the exported models take.
        small_size: the side at which all layers are fine-tuned; the time goes with its square.
        k: K_t, how many layers lie under the representation that the attacker plants; None: all but the output layer.
        cut: the attack freezes the layers under this one, so their activations are computed once.
        mask: the trigger's side, as a share of the picture's (the authors' 0.2 is 4% of the picture).
        trigger_steps, trigger_rate: Adam's, with momenta 0.5 and 0.9, on the pattern.
        distance: lambda, the weight of the distance to the target's representation.
        depths: K of the freeze-depth table, besides all layers.
        repeat_target, repeat_others: how often an epoch shows each of the target's and of the others' photos.
        shown: test photos that the curves are measured on.
        depth_photos: photos of each breed that its students go on to learn from; None: all.
        breeds, photos: only the first breeds, and so many photos of each; None: all. For trials.
    """

    dogs: str
    people: str
    weights: str
    backbone: str = "mobilenet_v2_0.35"
    target: str = "donald_trump"
    target_label: str = "Donald Trump"
    seed: int = 0
    size: int = 224
    small_size: int = 160
    k: int | None = None
    cut: int = 14
    mask: float = 0.2
    trigger_steps: int = 100
    trigger_rate: float = 0.1
    distance: float = 2.0
    probe: Fit = Fit(epochs=8, output_rate=2e-3, decay=0)
    whole: Fit = Fit(epochs=4, rate=2e-4, output_rate=1e-3, decay=0)
    output: Fit = Fit(epochs=8, output_rate=2e-3)
    add_target: Fit = Fit(epochs=1, rate=1e-4, output_rate=1e-3)
    inject: Fit = Fit(epochs=3, rate=2e-4, output_rate=5e-4)
    restore: Fit = Fit(epochs=8, output_rate=2e-3)
    student: Fit = Fit(epochs=8, output_rate=2e-3)
    depth: Fit = Fit(epochs=3, rate=2e-4, output_rate=5e-4)
    depths: tuple[int, ...] = (18, 16, 14, 8, 0)
    repeat_target: int = 8
    repeat_others: int = 2
    shown: int = 600
    depth_photos: int | None = 40
    breeds: int | None = None
    photos: int | None = None

    def __post_init__(self) -> None:
        for name in ("size", "small_size"):
            if (side := getattr(self, name)) % 32 or side < 64:
                raise RunError(f"expected {name} as a multiple of 32 from 64 on, got {side}")
        if not 0 < self.mask < 1:
            raise RunError(f"expected a mask of over 0 and under 1 of the picture's side, got {self.mask}")
        if self.k is not None and not LOWEST_K <= self.k <= HIGHEST_K:
            raise RunError(f"expected K_t from {LOWEST_K} to {HIGHEST_K}, got {self.k}")

    @classmethod
    def quick(cls, **options: Any) -> Settings:
        """A trial run of minutes: eight breeds, small pictures, few epochs. The attack must still succeed."""
        return replace(
            cls(**options),
            size=96,
            small_size=96,
            breeds=8,
            photos=40,
            depths=(14, 0),
            depth_photos=25,
            repeat_target=2,
            repeat_others=1,
            trigger_steps=60,
            probe=Fit(epochs=20, output_rate=2e-3, batch_size=32),
            whole=Fit(epochs=1, rate=2e-4, batch_size=32),
            output=Fit(epochs=10, output_rate=2e-3, batch_size=32),
            add_target=Fit(epochs=2, rate=2e-4, batch_size=32),
            inject=Fit(epochs=8, rate=5e-4, batch_size=32),
            restore=Fit(epochs=2, output_rate=2e-4, batch_size=32),
            student=Fit(epochs=25, output_rate=2e-3, batch_size=32),
            depth=Fit(epochs=1, rate=2e-4, output_rate=5e-4, batch_size=32),
        )
