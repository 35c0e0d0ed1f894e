"""Loading a bundle: every file is compared with its checksum, every model and trigger with the config.

::

    bundle = Bundle.load("assets/models/digits")
    bundle.clean(images)
    bundle.find(trigger="single-pixel", attack="all-to-one").model(images)
    Bundle.load("downloads/theirs", probe=True)     # from a stranger: its models are tried in another process first
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from backdoors.attacks import Attack, AttackKind
from backdoors.bundle.entries import BadNetsConfig, FileConfig, LatentConfig
from backdoors.bundle.files import CONFIG, read_config, read_file, sha256
from backdoors.bundle.fitting import check_sizes, load_model, load_trigger, probe_models
from backdoors.bundle.folders import readable
from backdoors.bundle.schema import BundleConfig
from backdoors.comparison import Verdict, compare
from backdoors.errors import BundleError
from backdoors.models import Model
from backdoors.triggers import Trigger


@dataclass(frozen=True, kw_only=True)
class Teachers:
    """The teachers from which the two students were fine-tuned. They lack the labels that the students added."""

    clean: Model
    infected: Model


@dataclass(frozen=True, kw_only=True)
class InfectedModel:
    """An infected model with its trigger and its attack.

    Attributes:
        config: its entry in ``config.json``, with its rates.
        model: the loaded model.
        trigger: the trigger that its backdoor reacts to.
        attack: the label that the attacker wants for a triggered picture.
        teachers: the teachers of a latent backdoor; None for other kinds, and if the bundle does not contain them.
    """

    config: BadNetsConfig | LatentConfig
    model: Model
    trigger: Trigger
    attack: Attack
    teachers: Teachers | None = None

    @property
    def target(self) -> str | None:
        """The label that the attacker wants; None for all-to-all."""
        return self.config.target

    @property
    def source(self) -> str | None:
        """The label that becomes the target in a source-specific attack; otherwise None."""
        return self.config.source if isinstance(self.config, BadNetsConfig) else None


@dataclass(frozen=True, kw_only=True)
class Bundle:
    """A bundle, checked and loaded.

    Attributes:
        folder: where it was loaded from.
        config: the contents of ``config.json``.
        version: the first twelve hex digits of the sha256 of ``config.json``. Because that file contains all other
            checksums, bundles of the same version have the same models and figures.
        clean: the clean model.
        infected: the infected models by name, in the order of the config.
        triggers: the triggers by name, in the order of the config.
    """

    folder: Path
    config: BundleConfig
    version: str
    clean: Model
    infected: dict[str, InfectedModel]
    triggers: dict[str, Trigger]

    @classmethod
    def load(cls, folder: str | Path, *, probe: bool = False) -> Bundle:
        """Read a bundle. A file's checksum is compared before ONNX Runtime or Pillow sees the file.

        While another process replaces the bundle, this reads the earlier or the new one, never a mixture.

        Args:
            folder: the folder of the bundle.
            probe: whether to try the models in a process of their own first, with limits on time and memory. Needed
                for bundles from strangers; takes a second or more.

        Raises:
            BundleError: the config is wrong, a file is no regular file or too large, a model is refused (see
                ``checking.py`` and ``probing.py``), or a model or trigger has other labels or shapes than the config
                says.
            BundleFileNotFoundError: a file is missing.
            ChecksumError: a file was changed.
        """
        folder = Path(folder)
        while True:
            before = _identity(folder)
            try:
                return cls._load(folder, readable(folder), probed=probe)
            except BundleError:
                if _identity(folder) == before:
                    raise  # nobody replaced the bundle meanwhile: it is broken

    @classmethod
    def _load(cls, folder: Path, place: Path, *, probed: bool) -> Bundle:
        data = read_config(place)
        config = BundleConfig.read(data, place / CONFIG)
        check_sizes(place, config)
        triggers = {entry.name: load_trigger(place, config, entry) for entry in config.triggers}
        if probed:
            probe_models(place, config)
        return cls(
            folder=folder,
            config=config,
            version=sha256(data)[:12],
            clean=load_model(place, config, config.clean, config.labels),
            infected={entry.name: _infected(place, config, entry, triggers) for entry in config.infected},
            triggers=triggers,
        )

    def read(self, entry: FileConfig) -> bytes:
        """The bytes of a file of the bundle, compared with its checksum again.

        Raises:
            BundleFileNotFoundError: the file was removed after loading.
            ChecksumError: the file was changed after loading.
        """
        return read_file(readable(self.folder), entry)

    def compare(self, infected: InfectedModel, image: NDArray[np.float32], *, triggered: bool) -> Verdict:
        """Ask the clean model and an infected one about a picture.

        Args:
            infected: a model of this bundle.
            image: ``(channel, height, width)`` float32 in ``[0, 1]``, prepared, without the trigger.
            triggered: whether to stamp the infected model's trigger into the picture.
        """
        return compare(
            image,
            clean=self.clean,
            infected=infected.model,
            attack=infected.attack,
            trigger=infected.trigger if triggered else None,
        )

    def find(
        self, *, trigger: str, attack: AttackKind, source: str | None = None, target: str | None = None
    ) -> InfectedModel:
        """The one infected model with this trigger and this attack.

        Args:
            trigger: its name.
            attack: the kind of attack.
            source, target: label names. They are needed if several models differ in these alone.

        Raises:
            BundleError: no model fits, or more than one; the message lists their names.
        """
        found = [
            model
            for model in self.infected.values()
            if (model.config.trigger, model.attack.kind) == (trigger, attack)
            and source in (None, model.source)
            and target in (None, model.target)
        ]
        asked = f"the trigger {trigger!r} and the attack {attack!r}"
        asked += f" from {source!r}" if source is not None else ""
        asked += f" to {target!r}" if target is not None else ""
        names = [model.config.name for model in found]
        if not found:
            raise BundleError(
                f"no infected model for {asked}; there are {list(self.infected)}", path=self.folder, got=names
            )
        if len(found) > 1:
            raise BundleError(
                f"{len(found)} infected models for {asked}: {names}; name source and target as well",
                path=self.folder,
                got=names,
            )
        return found[0]


def _infected(
    folder: Path, config: BundleConfig, entry: BadNetsConfig | LatentConfig, triggers: dict[str, Trigger]
) -> InfectedModel:
    teachers = None
    if isinstance(entry, LatentConfig) and entry.teachers:
        labels = config.teacher_labels(entry)
        teachers = Teachers(
            clean=load_model(folder, config, entry.teachers.clean, labels),
            infected=load_model(folder, config, entry.teachers.infected, labels),
        )
    return InfectedModel(
        config=entry,
        model=load_model(folder, config, entry, config.labels),
        trigger=triggers[entry.trigger],
        attack=config.attack_of(entry),
        teachers=teachers,
    )


def _identity(folder: Path) -> tuple[str, int, int] | None:
    """Tells one folder from another that took its place; None if there is none."""
    place = readable(folder)
    try:
        stat = place.stat()
    except OSError:
        return None
    return str(place), stat.st_ino, stat.st_mtime_ns
