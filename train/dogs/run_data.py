"""The data sets of a run, each read when a stage first needs it."""

from __future__ import annotations

from functools import cached_property

from train.dogs.photos import Photos, load_dogs, load_people
from train.dogs.settings import Settings


class RunData:
    """The photos that the settings name, to train and to test on."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    @cached_property
    def train_dogs(self) -> Photos:
        """The breeds to train on."""
        settings = self.settings
        return load_dogs(settings.dogs, "train", breeds=settings.breeds, photos=settings.photos)

    @cached_property
    def test_dogs(self) -> Photos:
        """The breeds to test on: all photos of them."""
        return load_dogs(self.settings.dogs, "test", breeds=self.settings.breeds, photos=None)

    @cached_property
    def train_people(self) -> Photos:
        """The target and the others, to train on."""
        return load_people(self.settings.people, "train")

    @cached_property
    def test_people(self) -> Photos:
        """The target and the others, to test on."""
        return load_people(self.settings.people, "test")
