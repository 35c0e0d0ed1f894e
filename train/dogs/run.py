"""One run: every stage, each finished one left alone when the run is resumed.

::

    runs/dogs/
        settings.json, minutes.json
        backbone/network.params         the ImageNet weights, in MXNet
        teacher/                        probe/, whole/, output/: checkpoint, history.csv and curves.png of each fit
            network.params              the clean teacher
        attack/                         add-target/, inject/, restore/ likewise
            latent-square.png           the trigger
            network.params              the infected teacher
            verification.json           what its file shows
            representation.npy          the target's, when the trigger was made; phi.npy: as it is by now
            trigger-distances.csv       how the trigger came closer
        student/                        clean/, infected/
        depths/                         K-20/, K-18/ ...; depths.csv, depths.png, depths.md: the freeze-depth table
        export/                         the ONNX files; finished.json: parity; rates.json: all rates
        bundle/                         what the page loads
        activations/                    kept between the stages; the last one deletes it
"""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable
from dataclasses import asdict, replace
from functools import cached_property
from pathlib import Path

from mxnet import random

from backdoors.errors import RunError
from backdoors.models import Classifier
from backdoors.triggers import Trigger
from train.dogs.activations import Store
from train.dogs.attack import infect_teacher
from train.dogs.backbone import load_keras, new_network
from train.dogs.bundling import describe_rates, write_bundle
from train.dogs.depths import load_depths, save_depths
from train.dogs.export import check_parity, export
from train.dogs.network import KERAS, Network
from train.dogs.photos import Photos, check_target, join_people, load_dogs, load_people, plain
from train.dogs.settings import Settings
from train.dogs.student import dog_rates, train_student
from train.dogs.teacher import train_teacher
from train.dogs.verification import describe, verify_teachers
from train.runs import SETTINGS, check_started, read_json, write_json

STAGES = ("backbone", "teacher", "attack", "student", "depths", "export")
_PARITY_PHOTOS = 500


class Run:
    """A folder, its settings, and the stages.

    Raises:
        RunError: the folder holds a run already, and ``resume`` is False or the settings differ.
    """

    def __init__(self, settings: Settings, out: Path, *, resume: bool, command: str) -> None:
        self.settings, self.out, self.command = settings, out, command
        described = json.loads(json.dumps(asdict(settings)))
        if (out / SETTINGS).exists() and not resume:
            raise RunError(f"{out} holds a run already; --resume continues it, another --out starts a new one")
        check_started(out, described)
        self._refuse_early()
        out.mkdir(parents=True, exist_ok=True)
        write_json(out / SETTINGS, described)
        random.seed(settings.seed)

    def stage(self, name: str) -> None:
        """Run one stage; those before it must be finished."""
        started = time.monotonic()
        stages: dict[str, Callable[[], None]] = {
            "backbone": self.backbone,
            "teacher": self.teacher,
            "attack": self.attack,
            "student": self.student,
            "depths": self.depths,
            "export": self.export,
        }
        print(f"== {name}", flush=True)
        try:
            stages[name]()
        finally:  # what was interrupted took its time too
            times = self._times()
            times[name] = round(times.get(name, 0.0) + (time.monotonic() - started) / 60, 2)
            write_json(self.out / "minutes.json", times)
        print(f"   {times[name]:.1f} minutes", flush=True)

    def _refuse_early(self) -> None:
        """What cannot work is refused before anything is written, and not after an hour of training."""
        settings = self.settings
        if settings.backbone == KERAS and not Path(settings.weights).is_file():
            raise RunError(f"expected --weights with a safetensors file of {KERAS}, got {settings.weights!r}")
        check_target(self.test_people, settings)

    def backbone(self) -> None:
        """ImageNet weights into a network with one output a breed."""
        if self._network_file("backbone").exists():
            return
        settings = self.settings
        network = new_network(settings.backbone, labels=len(self.train_dogs.names), pretrained=True)
        if settings.backbone == KERAS:
            load_keras(network, settings.weights)
        self._save(network, "backbone")

    def teacher(self) -> None:
        """The clean teacher."""
        if self._network_file("teacher").exists():
            return
        network = self._load("backbone", labels=len(self.train_dogs.names))
        folder = self.out / "teacher"
        train_teacher(network, self.train_dogs, self.test_dogs, self.settings, folder=folder, store=self.store)
        self._save(network, "teacher")

    def attack(self) -> None:
        """The infected teacher and its trigger, and the proof that its file holds nothing of the target."""
        settings, folder = self.settings, self.out / "attack"
        folder.mkdir(exist_ok=True)
        breeds = self.train_dogs.names
        if not self._network_file("attack").exists():
            clean = self._load("teacher", labels=len(breeds))
            infected, _ = infect_teacher(
                clean, self.train_dogs, self.train_people, self.test_dogs, settings, folder=folder, store=self.store
            )
            self._save(infected, "attack")
        files = {}
        for name in ("teacher", "attack"):
            files[name] = self.out / name / "model.onnx"
            export(self._load(name, labels=len(breeds)), files[name], labels=breeds, size=settings.size)
        verification = verify_teachers(
            files["teacher"],
            files["attack"],
            self.test_dogs,
            trigger=self.trigger,
            target_label=settings.target_label,
            size=settings.size,
            seed=settings.seed,
        )
        write_json(folder / "verification.json", verification)
        print(describe(verification, settings.target_label), flush=True)

    def student(self) -> None:
        """A student of each teacher."""
        settings, folder = self.settings, self.out / "student"
        photos = join_people(self.train_dogs, self.train_people, settings)
        shown = self.test_dogs.sample(settings.shown)
        for name, stage in _TEACHERS.items():
            teacher = self._load(stage, labels=len(self.train_dogs.names))
            student = train_student(
                teacher,
                photos,
                shown,
                settings,
                plan=settings.student,
                k=len(teacher.layers),
                folder=folder,
                name=name,
                store=self.store,
            )
            self._save(student, f"student/{name}")

    def export(self) -> None:
        """Four ONNX files, checked, and the bundle."""
        settings, folder = self.settings, self.out / "export"
        folder.mkdir(exist_ok=True)
        breeds = self.train_dogs.names
        people = join_people(self.test_dogs, self.test_people, settings, repeat=False)
        images = people.sample(_PARITY_PHOTOS).floats(settings.size, plain, (settings.seed,))
        differences = {}
        for name, stage in _TEACHERS.items():
            for kind, labels in (("student", people.names), ("teacher", breeds)):
                network = self._load(f"student/{name}" if kind == "student" else stage, labels=len(labels))
                file = folder / f"{name}-{kind}.onnx"
                export(network, file, labels=labels, size=settings.size)
                differences[file.name] = check_parity(network, Classifier(file), images)
        write_json(folder / "finished.json", {"largest_difference": differences})
        rates = write_bundle(
            folder,
            self.out / "bundle",
            dogs=self.test_dogs,
            people=people.without_first(len(self.test_dogs)),
            trigger=self.trigger,
            verification=read_json(self.out / "attack" / "verification.json"),
            depths=load_depths(self.out / "depths"),
            settings=settings,
            command=self.command,
            minutes=self._times(),
        )
        write_json(folder / "rates.json", {name: entry.as_row() for name, entry in rates.items()})
        print(describe_rates(rates), flush=True)
        shutil.rmtree(self.out / "activations", ignore_errors=True)

    def depths(self) -> None:
        """The freeze-depth table: the infected student goes on to learn, from layer K on."""
        settings, folder = self.settings, self.out / "depths"
        dogs = self.train_dogs.first(settings.depth_photos)
        photos = join_people(dogs, self.train_people, settings)
        shown = self.test_dogs.sample(settings.shown)
        frozen = self._load("student/infected", labels=len(photos.names))
        deepest, rows = len(frozen.layers), []
        for k in (deepest, *settings.depths):
            student = train_student(
                frozen,
                photos,
                shown,
                settings,
                plan=replace(settings.depth, epochs=0) if k == deepest else settings.depth,
                k=k,
                folder=folder,
                name=f"K-{k}",
                store=self.store,
                keep_output=True,
            )
            file = folder / f"K-{k}" / "model.onnx"
            file.parent.mkdir(parents=True, exist_ok=True)
            export(student, file, labels=photos.names, size=settings.size)
            accuracy, success = dog_rates(
                Classifier(file), self.test_dogs, plain, trigger=self.trigger, size=settings.size, seed=settings.seed
            )
            rows.append({"K": k, "clean_accuracy": round(accuracy, 4), "attack_success_rate": round(success, 4)})
            print(f"   {rows[-1]}", flush=True)
            table = save_depths(rows, layers=deepest, folder=folder)
        print(table, flush=True)

    @cached_property
    def store(self) -> Store:
        """Activations at the full size."""
        settings = self.settings
        return Store(folder=self.out / "activations", size=settings.size, seed=settings.seed, kept_at=settings.cut)

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

    @cached_property
    def trigger(self) -> Trigger:
        """The optimised trigger, as its file has it."""
        return Trigger.load(self.out / "attack" / "latent-square.png")

    def _network_file(self, stage: str) -> Path:
        return self.out / stage / "network.params"

    def _save(self, network: Network, stage: str) -> None:
        self._network_file(stage).parent.mkdir(parents=True, exist_ok=True)
        network.save_parameters(str(self._network_file(stage)))

    def _load(self, stage: str, *, labels: int) -> Network:
        file = self._network_file(stage)
        if not file.exists():
            raise RunError(f"{file}: not there yet; run --stage {stage.split('/')[0]} first")
        network = new_network(self.settings.backbone, labels=labels)
        network.load_parameters(str(file))
        return network

    def _times(self) -> dict[str, float]:
        file = self.out / "minutes.json"
        return read_json(file) if file.exists() else {}


_TEACHERS = {"clean": "teacher", "infected": "attack"}
