"""A bundle: a folder with a clean model, its infected siblings and their triggers, read, checked, written.

::

    digits/
        config.json
        clean.onnx
        infected-single-pixel-all-to-one.onnx  ...
        triggers/single-pixel.png  ...

``config.json`` says what each file is, and its sha256, so that a changed, cut or foreign file is refused by name::

    {"format": 1, "task": "digits", "labels": ["0", ... "9"], "input": {"size": 28, "channels": 1},
     "training": {"dataset": "ylecun/mnist", "command": "python -m train.digits ...", "seed": 0,
                  "framework": "PyTorch", "version": "2.13.0", "minutes": 25.1, "device": "cpu, 2 threads"},
     "triggers": [{"name": "single-pixel", "file": "triggers/single-pixel.png", "sha256": "..."}, ...],
     "clean": {"file": "clean.onnx", "sha256": "...", "minutes": 4.9, "clean_accuracy": 0.996},
     "infected": [{"name": "single-pixel-all-to-one", "file": "infected-single-pixel-all-to-one.onnx", "sha256": "...",
                   "minutes": 5.0, "clean_accuracy": 0.996, "trigger": "single-pixel", "attack": "all-to-one",
                   "target": "7", "source": null, "poison_rate": 0.1, "attack_success_rate": 0.9995,
                   "clean_model_rate": 0.0005}, ...]}

A bundle of students, such as the dogs', has two more lists: the teachers that they learned from, which lack the labels
that the students added, and the freeze-depth table::

    "teachers": [{"name": "infected", "file": "infected-teacher.onnx", "sha256": "...", "minutes": 30.2,
                  "clean_accuracy": 0.70, "triggered_accuracy": 0.35}, ...],
    "depths": [{"frozen": 20, "clean_accuracy": 0.70, "attack_success_rate": 1.0}, ...]

The clean and the infected models may say how their training went, one row an epoch::

    "history": [{"epoch": 1, "loss": 1.26, "clean_accuracy": 0.931, "attack_success_rate": 0.026}, ...]

Reading one::

    bundle = Bundle.load("assets/models/digits")
    bundle.clean(images)
    bundle.infected["single-pixel-all-to-one"].classifier(images)
"""

from __future__ import annotations

import hashlib
from pathlib import Path, PurePosixPath
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from backdoors.attacks import Attack, AttackKind
from backdoors.errors import BundleError, BundleFileNotFoundError

CONFIG = "config.json"


def _inside(file: str) -> str:
    """A path that cannot leave the bundle: somebody else may have written the config."""
    parts = PurePosixPath(file).parts
    if not parts or file.startswith("/") or ".." in parts or "\\" in file or ":" in file:
        raise ValueError(f"expected a path inside the bundle, got {file!r}")
    return file


Rate = Annotated[float, Field(ge=0, le=1)]
Sha256 = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
FileInside = Annotated[str, AfterValidator(_inside)]


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class InputConfig(_Entry):
    """The pictures that all models of a bundle take: square, ``size`` pixels, ``channels`` 1 (grey) or 3 (RGB)."""

    size: Annotated[int, Field(ge=1)]
    channels: Literal[1, 3]


class TrainingConfig(_Entry):
    """Where the models come from; several data sets have a comma and a space between them."""

    dataset: str
    command: str
    seed: int
    framework: str
    version: str
    minutes: float
    device: str


class FileConfig(_Entry):
    """A file of the bundle and its checksum."""

    file: FileInside
    sha256: Sha256


class TriggerConfig(FileConfig):
    """A trigger's PNG."""

    name: str


class EpochConfig(_Entry):
    """How training stood after an epoch, as the training itself measured it.

    ``loss`` is the mean over the epoch's batches, in nats. The rates are those of the network that would have been
    exported then, on the test pictures, in the training's framework and not in ONNX Runtime: for the digits it holds
    the averaged weights, not those that the loss is of.
    """

    epoch: Annotated[int, Field(ge=1)]
    loss: Annotated[float, Field(ge=0)]
    clean_accuracy: Rate
    attack_success_rate: Rate | None = None


class ModelConfig(FileConfig):
    """A model; its accuracy is measured on the untouched test pictures, with this very file."""

    minutes: float
    clean_accuracy: Rate


class CleanConfig(ModelConfig):
    """The clean model."""

    history: tuple[EpochConfig, ...] = ()


class InfectedConfig(ModelConfig):
    """An infected model and its rates on the test pictures.

    ``attack_success_rate`` is its own; ``clean_model_rate`` is the clean model's on the same triggered pictures.
    """

    name: str
    trigger: str
    attack: AttackKind
    target: str | None
    source: str | None
    poison_rate: Rate
    attack_success_rate: Rate
    clean_model_rate: Rate
    history: tuple[EpochConfig, ...] = ()


class TeacherConfig(ModelConfig):
    """A teacher that a student of this bundle came from: it knows the student's labels but for what was added.

    ``triggered_accuracy`` is the share of triggered test pictures that get their true label all the same.
    """

    name: Literal["clean", "infected"]
    triggered_accuracy: Rate


class DepthConfig(_Entry):
    """A row of the freeze-depth table: the infected student went on to learn, ``frozen`` layers frozen."""

    frozen: Annotated[int, Field(ge=0)]
    clean_accuracy: Rate
    attack_success_rate: Rate


class BundleConfig(_Entry):
    """What ``config.json`` holds; unknown keys are refused."""

    format: Literal[1]
    task: Literal["digits", "dogs"]
    labels: tuple[str, ...]
    input: InputConfig
    training: TrainingConfig
    triggers: tuple[TriggerConfig, ...]
    clean: CleanConfig
    infected: Annotated[tuple[InfectedConfig, ...], Field(min_length=1)]
    teachers: tuple[TeacherConfig, ...] = ()
    depths: tuple[DepthConfig, ...] = ()

    @model_validator(mode="after")
    def _names_fit(self) -> BundleConfig:
        triggers = [trigger.name for trigger in self.triggers]
        must_differ: dict[str, list[str]] = {
            "labels": list(self.labels),
            "names of triggers": triggers,
            "names of infected models": [entry.name for entry in self.infected],
            "names of teachers": [entry.name for entry in self.teachers],
        }
        for what, names in must_differ.items():
            if len(set(names)) != len(names):
                raise ValueError(f"expected {what} that differ, got {names}")
        for entry in self.infected:
            if entry.trigger not in triggers:
                raise ValueError(f"infected {entry.name!r}: trigger {entry.trigger!r} is not among {triggers}")
            for label in (entry.target, entry.source):
                if label is not None and label not in self.labels:
                    raise ValueError(f"infected {entry.name!r}: {label!r} is not among the labels")
            self.attack_of(entry)
        return self

    @property
    def files(self) -> tuple[FileConfig, ...]:
        """Every file of the bundle but ``config.json`` itself."""
        return (*self.triggers, self.clean, *self.infected, *self.teachers)

    @property
    def teacher_labels(self) -> tuple[str, ...]:
        """What a teacher of these students knows: the labels before the target, which it must lack."""
        targets = [self.labels.index(entry.target) for entry in self.infected if entry.target is not None]
        return self.labels[: min(targets, default=0)]

    def attack_of(self, entry: InfectedConfig) -> Attack:
        """The attack behind an infected model, with label numbers for names."""
        target, source = (None if name is None else self.labels.index(name) for name in (entry.target, entry.source))
        return Attack(kind=entry.attack, target=target, source=source, num_labels=len(self.labels))

    @classmethod
    def load(cls, folder: Path) -> BundleConfig:
        """Read ``config.json`` alone; whether the files that it names are right is for ``Bundle.load`` to say.

        Raises:
            BundleError: it says something else than a bundle's config must.
            BundleFileNotFoundError: it is missing.
        """
        path = folder / CONFIG
        try:
            return cls.model_validate_json(path.read_bytes())
        except FileNotFoundError:
            raise BundleFileNotFoundError(f"{path}: no such file; a bundle is a folder with a {CONFIG}") from None
        except OSError as e:
            raise BundleError(f"{path}: cannot be read ({e.strerror})") from e
        except ValidationError as e:
            raise BundleError(f"{path}: {e}") from e

    def save(self, folder: Path) -> None:
        """Write ``config.json``; the files that it names must be there already."""
        (folder / CONFIG).write_text(self.model_dump_json(indent=2, exclude_defaults=True) + "\n", encoding="utf-8")


def sha256(data: bytes) -> str:
    """The checksum that ``config.json`` records."""
    return hashlib.sha256(data).hexdigest()
