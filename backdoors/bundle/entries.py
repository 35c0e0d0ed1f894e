"""The parts of a bundle's ``config.json``: what it says about each file. ``schema.py`` shows a whole one."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from backdoors.attacks import AttackKind
from backdoors.triggers import MOST_SIDE

# A config may come from a stranger, and the page shows what is in it: 50,000 epochs made a page of 15 MB.
MOST_LABELS = 1_000  # as many as ImageNet has
MOST_MODELS = 128  # infected ones, and as many triggers; the BadNets paper has 90 source-specific attacks
MOST_EPOCHS = 1_000  # rows of a history; the bundled ones have at most some 30
MOST_DEPTHS = 500  # rows of a freeze-depth table; the bundled dogs have 4
LONGEST_NAME = 100  # characters; the longest breed of Stanford Dogs has 30
LONGEST_PATH = 200  # characters; file systems take names of 255 bytes
LONGEST_TEXT = 2_000  # characters of what is said about a training
_MOST = 1e9  # of minutes and losses, so that they can be printed


def _inside(file: str) -> str:
    """Refuse paths that leave the bundle's folder; a config may come from a stranger."""
    parts = PurePosixPath(file).parts
    odd = any(character in file for character in "\\:") or not file.isprintable()
    # One file has one path: "a//b" and "./a/b" are refused, so that no two entries can mean the same file.
    if not parts or file.startswith("/") or ".." in parts or odd or PurePosixPath(file).as_posix() != file:
        raise ValueError(f"expected a path inside the bundle, got {file!r}")
    return file


def _printable(name: str) -> str:
    """Refuse line breaks, NUL, and characters that change the direction of a text."""
    if not name.isprintable():
        raise ValueError(f"expected a name of printable characters, got {name!r}")
    return name


Rate = Annotated[float, Field(ge=0, le=1)]
Sha256 = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
Amount = Annotated[float, Field(ge=0, le=_MOST)]
Count = Annotated[int, Field(ge=0, le=_MOST)]
Name = Annotated[str, Field(max_length=LONGEST_NAME), AfterValidator(_printable)]
Text = Annotated[str, Field(max_length=LONGEST_TEXT)]
FileInside = Annotated[str, Field(max_length=LONGEST_PATH), AfterValidator(_inside)]


class Entry(BaseModel):
    """A part of the config: it cannot be changed, and unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class InputConfig(Entry):
    """The pictures that all models of a bundle take: squares of ``size`` pixels, 1 channel (grey) or 3 (RGB)."""

    size: Annotated[int, Field(ge=1, le=MOST_SIDE)]
    channels: Literal[1, 3]


class TrainingConfig(Entry):
    """How the models were trained.

    ``dataset`` is a Hub id or a folder; several are separated by a comma and a space. ``minutes`` is the time of the
    whole training, on ``device``.
    """

    dataset: Text
    command: Text
    seed: Annotated[int, Field(ge=0, lt=2**64)]
    framework: Name
    version: Name
    minutes: Amount
    device: Text


class FileConfig(Entry):
    """A file of the bundle: its path relative to the bundle's folder, with ``/``, and its sha256 in hex."""

    file: FileInside
    sha256: Sha256


class TriggerConfig(FileConfig):
    """The PNG file of a trigger."""

    name: Name


class EpochConfig(Entry):
    """The state of a training after an epoch, as measured during the training.

    ``loss`` is the mean over the batches of the epoch, in nats. The rates are measured on the test pictures with the
    network that would be exported after this epoch, before its export. If the training averages its weights, the rates
    belong to the averaged weights and the loss to the others.
    """

    epoch: Annotated[int, Field(ge=1, le=_MOST)]
    loss: Amount
    clean_accuracy: Rate
    attack_success_rate: Rate | None = None


History = Annotated[tuple[EpochConfig, ...], Field(max_length=MOST_EPOCHS)]


class ModelConfig(FileConfig):
    """A model: the minutes of its training, and its clean accuracy, measured with this file in ONNX Runtime."""

    minutes: Amount
    clean_accuracy: Rate


class CleanConfig(ModelConfig):
    """The clean model."""

    history: History = ()


class _InfectedConfig(ModelConfig):
    """What every infected model has.

    ``attack_success_rate`` is measured with this file. ``clean_model_rate`` is the share of the same triggered
    pictures that the clean model classifies as the target.
    """

    name: Name
    trigger: Name
    attack_success_rate: Rate
    clean_model_rate: Rate
    history: History = ()


class BadNetsConfig(_InfectedConfig):
    """A model that was trained on poisoned data (Gu et al. 2017).

    ``target`` is None for all-to-all; ``source`` is given for source-specific attacks only. ``poison_rate`` is the
    number of triggered copies that were added to the training set, as a share of its size.
    """

    kind: Literal["badnets"]
    attack: AttackKind
    target: Name | None = None
    source: Name | None = None
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

    frozen: Count
    clean_accuracy: Rate
    attack_success_rate: Rate


class LatentConfig(_InfectedConfig):
    """A student that got its backdoor from an infected teacher (Yao et al. 2019). Its attack is all-to-one.

    ``k_t`` is the number of the layer where the attacker planted the target's representation, counted from 1.
    ``teachers`` is None if the bundle does not contain the teachers.
    """

    kind: Literal["latent"]
    target: Name
    k_t: Annotated[int, Field(ge=1, le=_MOST)]
    teachers: TeachersConfig | None = None
    depths: Annotated[tuple[DepthConfig, ...], Field(max_length=MOST_DEPTHS)] = ()
