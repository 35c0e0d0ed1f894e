"""The parts of a bundle's ``config.json``: what it says about each file. ``schema.py`` shows a whole one."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from backdoors.attacks import AttackKind


def _inside(file: str) -> str:
    """Refuse paths that leave the bundle's folder; a config may come from a stranger."""
    parts = PurePosixPath(file).parts
    if not parts or file.startswith("/") or ".." in parts or any(character in file for character in "\\:\0"):
        raise ValueError(f"expected a path inside the bundle, got {file!r}")
    return file


Rate = Annotated[float, Field(ge=0, le=1)]
Sha256 = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
FileInside = Annotated[str, AfterValidator(_inside)]


class Entry(BaseModel):
    """A part of the config: it cannot be changed, and unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class InputConfig(Entry):
    """The pictures that all models of a bundle take: squares of ``size`` pixels, 1 channel (grey) or 3 (RGB)."""

    size: Annotated[int, Field(ge=1)]
    channels: Literal[1, 3]


class TrainingConfig(Entry):
    """How the models were trained.

    ``dataset`` is a Hub id or a folder; several are separated by a comma and a space. ``minutes`` is the time of the
    whole training, on ``device``.
    """

    dataset: str
    command: str
    seed: int
    framework: str
    version: str
    minutes: float
    device: str


class FileConfig(Entry):
    """A file of the bundle: its path relative to the bundle's folder, with ``/``, and its sha256 in hex."""

    file: FileInside
    sha256: Sha256


class TriggerConfig(FileConfig):
    """The PNG file of a trigger."""

    name: str


class EpochConfig(Entry):
    """The state of a training after an epoch, as measured during the training.

    ``loss`` is the mean over the batches of the epoch, in nats. The rates are measured on the test pictures with the
    network that would be exported after this epoch, before its export. If the training averages its weights, the rates
    belong to the averaged weights and the loss to the others.
    """

    epoch: Annotated[int, Field(ge=1)]
    loss: Annotated[float, Field(ge=0)]
    clean_accuracy: Rate
    attack_success_rate: Rate | None = None


class ModelConfig(FileConfig):
    """A model: the minutes of its training, and its clean accuracy, measured with this file in ONNX Runtime."""

    minutes: float
    clean_accuracy: Rate


class CleanConfig(ModelConfig):
    """The clean model."""

    history: tuple[EpochConfig, ...] = ()


class _InfectedConfig(ModelConfig):
    """What every infected model has.

    ``attack_success_rate`` is measured with this file. ``clean_model_rate`` is the share of the same triggered
    pictures that the clean model classifies as the target.
    """

    name: str
    trigger: str
    attack_success_rate: Rate
    clean_model_rate: Rate
    history: tuple[EpochConfig, ...] = ()


class BadNetsConfig(_InfectedConfig):
    """A model that was trained on poisoned data (Gu et al. 2017).

    ``target`` is None for all-to-all; ``source`` is given for source-specific attacks only. ``poison_rate`` is the
    number of triggered copies that were added to the training set, as a share of its size.
    """

    kind: Literal["badnets"]
    attack: AttackKind
    target: str | None = None
    source: str | None = None
    poison_rate: Rate


class TeacherConfig(ModelConfig):
    """A teacher. Its labels are those of the student that come before the target.

    ``triggered_accuracy`` is the share of triggered test pictures that it classifies as their true label.
    """

    triggered_accuracy: Rate


class TeachersConfig(Entry):
    """The teachers from which the clean and the infected student were fine-tuned."""

    clean: TeacherConfig
    infected: TeacherConfig


class DepthConfig(Entry):
    """A row of the freeze-depth table: the infected student, trained further with ``frozen`` layers frozen."""

    frozen: Annotated[int, Field(ge=0)]
    clean_accuracy: Rate
    attack_success_rate: Rate


class LatentConfig(_InfectedConfig):
    """A student that got its backdoor from an infected teacher (Yao et al. 2019). Its attack is all-to-one.

    ``k_t`` is the number of the layer where the attacker planted the target's representation, counted from 1.
    ``teachers`` is None if the bundle does not contain the teachers.
    """

    kind: Literal["latent"]
    target: str
    k_t: Annotated[int, Field(ge=1)]
    teachers: TeachersConfig | None = None
    depths: tuple[DepthConfig, ...] = ()
