"""Loading a bundle: every file against its checksum, every model and trigger against what the config says.

::

    bundle = Bundle.load("assets/models/digits")
    bundle.clean(images)
    bundle.infected["single-pixel-all-to-one"].classifier(images)
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from backdoors.attacks import Attack, AttackKind
from backdoors.bundle.schema import CONFIG, BundleConfig, FileConfig, InfectedConfig, TeacherConfig, sha256
from backdoors.comparison import Verdict, compare
from backdoors.errors import BundleError, BundleFileNotFoundError, ChecksumError, ModelError, TriggerError
from backdoors.models import Classifier
from backdoors.triggers import Trigger


@dataclass(frozen=True, kw_only=True)
class InfectedModel:
    """An infected model, ready to ask.

    Attributes:
        config: its entry in ``config.json``, with its rates.
        classifier, trigger, attack: the model, what wakes it up, and what it then does.
    """

    config: InfectedConfig
    classifier: Classifier
    trigger: Trigger
    attack: Attack


@dataclass(frozen=True, kw_only=True)
class Bundle:
    """A bundle, checked and loaded.

    Attributes:
        folder: where it was loaded from.
        config: what ``config.json`` says.
        version: the first twelve hex digits of the sha256 of ``config.json``, which holds all other checksums: the
            same version is the same models and figures.
        clean: the clean model.
        infected: the infected models by name, in the config's order.
        triggers: the triggers by name, in the config's order.
        teachers: the clean and the infected teacher by name, in a bundle of students; otherwise empty.
    """

    folder: Path
    config: BundleConfig
    version: str
    clean: Classifier
    infected: dict[str, InfectedModel]
    triggers: dict[str, Trigger]
    teachers: dict[str, Classifier]

    @classmethod
    def load(cls, folder: str | Path) -> Bundle:
        """Read a bundle; nothing is handed to ONNX Runtime before its checksum was right.

        Raises:
            BundleError: the config is wrong, or a model or trigger has other labels or shapes than it says.
            BundleFileNotFoundError: a file is missing.
            ChecksumError: a file was changed.
        """
        folder = Path(folder)
        config = BundleConfig.load(folder)
        shape = (config.input.channels, config.input.size, config.input.size)

        def model(entry: FileConfig) -> Classifier:
            try:
                classifier = Classifier(_read(folder, entry), name=str(folder / entry.file))
            except ModelError as e:
                raise BundleError(str(e)) from e
            expected = config.teacher_labels if isinstance(entry, TeacherConfig) else config.labels
            if classifier.labels != expected:
                raise BundleError(
                    f"{classifier.name}: expected the labels {list(expected)}, got {list(classifier.labels)}"
                )
            if classifier.shape != shape:
                raise BundleError(f"{classifier.name}: expected pictures {shape}, got {classifier.shape}")
            return classifier

        triggers = {}
        for entry in config.triggers:
            try:
                trigger = Trigger.load(_read(folder, entry), name=entry.name, channels=config.input.channels)
            except TriggerError as e:
                raise BundleError(f"{folder / entry.file}: {e}") from e
            if trigger.pattern.shape != shape:
                raise BundleError(f"{folder / entry.file}: expected a trigger {shape}, got {trigger.pattern.shape}")
            triggers[entry.name] = trigger
        infected = {
            entry.name: InfectedModel(
                config=entry,
                classifier=model(entry),
                trigger=triggers[entry.trigger],
                attack=config.attack_of(entry),
            )
            for entry in config.infected
        }
        return cls(
            folder=folder,
            config=config,
            version=sha256((folder / CONFIG).read_bytes())[:12],
            clean=model(config.clean),
            infected=infected,
            triggers=triggers,
            teachers={entry.name: model(entry) for entry in config.teachers},
        )

    def read(self, entry: FileConfig) -> bytes:
        """The bytes of a file of the bundle, checked once more.

        Raises:
            BundleFileNotFoundError: it is gone since.
            ChecksumError: it was changed since.
        """
        return _read(self.folder, entry)

    def compare(self, infected: InfectedModel, image: NDArray[np.float32], *, triggered: bool) -> Verdict:
        """Ask the clean model and an infected one about a prepared picture ``(channel, height, width)``.

        Args:
            triggered: whether to stamp the infected model's trigger into the picture first.
        """
        return compare(
            image,
            clean=self.clean,
            infected=infected.classifier,
            attack=infected.attack,
            trigger=infected.trigger if triggered else None,
        )

    def find(self, *, trigger: str | None, attack: AttackKind) -> InfectedModel:
        """The infected model of an attack; without a trigger's name, the first one of that attack.

        Raises:
            BundleError: there is none; the message lists what there is.
        """
        for model in self.infected.values():
            if model.config.attack == attack and trigger in (None, model.config.trigger):
                return model
        raise BundleError(
            f"no infected model for the trigger {trigger!r} and the attack {attack!r}; there are {list(self.infected)}"
        )


def _read(folder: Path, entry: FileConfig) -> bytes:
    path = folder / entry.file
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise BundleFileNotFoundError(f"{path}: named in {CONFIG}, but not there; fetch the bundle again") from None
    except OSError as e:
        raise BundleError(f"{path}: cannot be read ({e.strerror})") from e
    if (got := sha256(data)) != entry.sha256:
        raise ChecksumError(
            f"{path}: expected sha256 {entry.sha256}, got {got}; the file was changed, fetch the bundle again"
        )
    return data
