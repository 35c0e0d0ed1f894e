"""Step 5: the student. Honest transfer learning from a teacher, with clean photos only.

The student copies the teacher, freezes its first K layers, and trains the rest and a new output layer: the breeds, the
target, and everybody else. The same code trains the students of the clean and of the infected teacher.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path

from backdoors.attacks import Attack
from backdoors.metrics import Rates, Share, answers, rates
from backdoors.models import Model
from backdoors.triggers import Trigger
from train.dogs.activations import Store
from train.dogs.attack import with_output
from train.dogs.fitting import finished, load_finished
from train.dogs.network import Network
from train.dogs.photos import Change, Photos, plain, whole
from train.dogs.settings import Fit, Settings
from train.dogs.teacher import fit_photos

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
        teacher: what the student starts from; it is not changed.
        photos: for training, all labels of the student among them.
        k: K, how many layers are frozen; they are the teacher's, bit by bit.
        keep_output: keep the teacher's output layer, if it has the student's labels already.
    """
    student = with_output(teacher, len(photos.names), keep=keep_output, seed=settings.seed)
    if finished(folder / name, plan):
        load_finished(student, folder / name, plan)
    else:
        cut = k if k >= _EARLIEST_KEPT else 0
        fit_photos(student, photos, shown, plan, cut=cut, frozen=k, store=store, folder=folder, name=name)
    return student


@dataclass(frozen=True, kw_only=True)
class StudentRates:
    """The rates of a student on the test photos, from 0 to 1.

    Attributes:
        clean_accuracy: untouched dogs that get their breed.
        attack_success_rate: triggered dogs that get the target.
        whole_accuracy, whole_attack_success_rate: the same for whole photos, padded instead of squashed.
        target_found: the target's photos that get the target's label.
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


def measure(student: Model, dogs: Photos, people: Photos, *, trigger: Trigger, size: int, seed: int) -> StudentRates:
    """Measure a student's ONNX file.

    Args:
        people: test photos of the target and of others, labelled as the student labels them.

    Raises:
        MetricError: there are no photos of the target, or none of others.
    """
    squashed = dog_rates(student, dogs, plain, trigger=trigger, size=size, seed=seed)
    unsquashed = dog_rates(student, dogs, whole, trigger=trigger, size=size, seed=seed)
    target, found, mistaken = len(dogs.names), Share(), Share()
    for images, labels in people.batches(size, plain, (seed,)):
        called_target = answers(student, images) == target
        found.add(called_target[labels == target])
        mistaken.add(called_target[labels != target])
    return StudentRates(
        clean_accuracy=squashed.clean_accuracy,
        attack_success_rate=squashed.attack_success_rate,
        whole_accuracy=unsquashed.clean_accuracy,
        whole_attack_success_rate=unsquashed.attack_success_rate,
        target_found=found.value("the target's photos that get the target's label"),
        others_called_target=mistaken.value("other people's photos that get the target's label"),
    )


def dog_rates(student: Model, dogs: Photos, change: Change, *, trigger: Trigger, size: int, seed: int) -> Rates:
    """Clean accuracy and ASR on the dogs; the target is the label after the breeds."""
    attack = Attack(kind="all-to-one", target=len(dogs.names), num_labels=len(student.labels))
    return rates(student, dogs.batches(size, change, (seed,)), trigger=trigger, attack=attack)
