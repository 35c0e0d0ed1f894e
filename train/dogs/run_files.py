"""The files that the stages of a run hand to each other: networks, the trigger, and the time that each stage took."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

from backdoors.errors import RunError
from backdoors.triggers import Trigger
from train.dogs.backbone import new_network
from train.dogs.network import Network
from train.dogs.settings import Settings
from train.runs import read_json, replacing, write_json


class RunFiles:
    """Some files in a run's folder; ``run.py`` shows all of them."""

    def __init__(self, settings: Settings, out: Path) -> None:
        self.settings, self.out = settings, out

    @cached_property
    def trigger(self) -> Trigger:
        """The optimised trigger, as its file has it."""
        return Trigger.load(self.out / "attack" / "latent-square.png")

    def network(self, stage: str) -> Path:
        """Where the network of a finished stage is."""
        return self.out / stage / "network.params"

    def save(self, network: Network, stage: str) -> None:
        """Keep the network of a finished stage."""
        self.network(stage).parent.mkdir(parents=True, exist_ok=True)
        with replacing(self.network(stage)) as partial:
            network.save_parameters(str(partial))

    def load(self, stage: str, *, labels: int) -> Network:
        """The network of a finished stage.

        Raises:
            RunError: the stage has not finished.
        """
        file = self.network(stage)
        if not file.exists():
            raise RunError(f"{file}: not there yet; run --stage {stage.split('/')[0]} first")
        network = new_network(self.settings.backbone, labels=labels)
        network.load_parameters(str(file))
        return network

    def minutes(self) -> dict[str, float]:
        """The minutes that each stage has taken so far, by its name."""
        file = self.out / "minutes.json"
        return read_json(file) if file.exists() else {}

    def save_minutes(self, minutes: dict[str, float]) -> None:
        """Keep them."""
        write_json(self.out / "minutes.json", minutes)
