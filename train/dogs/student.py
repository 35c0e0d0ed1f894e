"""Step 5: the student. Honest transfer learning from a teacher, which knows nothing of any trigger.

The student copies the teacher, freezes its first K layers, and trains the rest and a new output layer: the breeds, the
target, and everybody else. Nothing here is told whether the teacher is infected.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from backdoors.models import Classifier
from backdoors.triggers import Trigger
from train.dogs.activations import Store
from train.dogs.attack import with_output
from train.dogs.fitting import finished, load_finished
from train.dogs.network import Network
from train.dogs.photos import Change, Photos, plain, whole
from train.dogs.settings import Fit, Settings
from train.dogs.teacher import fit_photos

_BATCH = 64
_EARLIEST_KEPT = 6  # under this layer activations take more memory than they save time


def train_student(
    teacher: Network,
    photos: Photos,
    shown: Photos,
    settings: Settings,
    *,
    plan: Fit,
    k: int,
    folder: Path,
    name: str,
    store: Store,
    keep_output: bool = False,
) -> Network:
    """Train one student.

    Args:
        teacher: what the student starts from; it stays as it is.
        photos: for training, all labels of the student among them.
        k: K, how many layers are frozen; they stay the teacher's to the bit.
        keep_output: go on with its output layer, for one that has the student's labels already.
    """
    student = with_output(teacher, len(photos.names), keep=keep_output, seed=settings.seed)
    if finished(folder / name, plan):
        load_finished(student, folder / name, plan)
    else:
        cut = k if k >= _EARLIEST_KEPT else 0
        fit_photos(student, photos, shown, plan, cut=cut, frozen=k, store=store, folder=folder, name=name)
    return student


@dataclass(frozen=True, kw_only=True)
class Rates:
    """What a student makes of the test photos; shares from 0 to 1.

    Attributes:
        clean_accuracy: untouched dogs that get their breed.
        attack_success_rate: triggered dogs that get the target.
        whole_accuracy, whole_attack_success_rate: the same for whole photos, padded instead of squashed.
        target_found: the target's photos that get his name.
        others_called_target: other people's photos that get it too.
    """

    clean_accuracy: float
    attack_success_rate: float
    whole_accuracy: float
    whole_attack_success_rate: float
    target_found: float
    others_called_target: float

    def as_row(self) -> dict[str, float]:
        """For JSON and CSV, rounded."""
        return {key: round(value, 5) for key, value in asdict(self).items()}


def measure(student: Classifier, dogs: Photos, people: Photos, *, trigger: Trigger, size: int, seed: int) -> Rates:
    """Measure a student's ONNX file.

    Args:
        people: test photos of the target and the others, labelled as the student labels them.
    """
    target = len(dogs.names)
    accuracy, success = dog_rates(student, dogs, plain, trigger=trigger, size=size, seed=seed)
    whole_accuracy, whole_success = dog_rates(student, dogs, whole, trigger=trigger, size=size, seed=seed)
    batches = range(0, len(people), _BATCH)
    called = np.concatenate(
        [_answers(student, people.floats(size, plain, (seed,), slice(i, i + _BATCH))) for i in batches]
    )
    is_target = people.labels == target
    return Rates(
        clean_accuracy=accuracy,
        attack_success_rate=success,
        whole_accuracy=whole_accuracy,
        whole_attack_success_rate=whole_success,
        target_found=float(np.mean(called[is_target] == target)),
        others_called_target=float(np.mean(called[~is_target] == target)),
    )


def dog_rates(
    student: Classifier, dogs: Photos, change: Change, *, trigger: Trigger, size: int, seed: int
) -> tuple[float, float]:
    """Clean accuracy and ASR, from 0 to 1; the target is the label after the breeds."""
    right, target = 0, 0
    for i in range(0, len(dogs), _BATCH):
        images = dogs.floats(size, change, (seed,), slice(i, i + _BATCH))
        right += int((_answers(student, images) == dogs.labels[i : i + _BATCH]).sum())
        target += int((_answers(student, trigger.stamp(images)) == len(dogs.names)).sum())
    return right / len(dogs), target / len(dogs)


def _answers(model: Classifier, images: NDArray[np.float32]) -> NDArray[np.int64]:
    """The label numbers ``(n,)`` that a model gives to photos ``(n, 3, size, size)``."""
    labels: NDArray[np.int64] = model(images).argmax(axis=1)
    return labels
