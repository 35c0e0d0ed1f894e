"""One run, stage by stage; a resumed run skips the finished ones.

::

    runs/dogs/
        settings.json, minutes.json
        backbone/network.params         the ImageNet weights, in MXNet
        teacher/                        probe/, whole/, output/: checkpoint, history.csv and curves.png of each fit
            network.params              the clean teacher
        attack/                         add-target/, inject/, restore/ likewise
            latent-square.png           the trigger
            network.params              the infected teacher
            verification.json           labels, output and rates of its file
            representation.npy          the target's, as the trigger was optimised for it
            trigger-distances.csv       the distance to it at each step of that
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
from dataclasses import asdict, replace
from functools import cached_property
from pathlib import Path

from mxnet import random

from backdoors.errors import RunError
from backdoors.models import OnnxModel
from train.dogs.activations import Store
from train.dogs.attack import infect_teacher
from train.dogs.backbone import load_keras, new_network
from train.dogs.bundling import bundle_students, describe_rates
from train.dogs.depths import load_depths, save_depths
from train.dogs.export import check_parity, export
from train.dogs.network import KERAS
from train.dogs.photos import check_target, join_people, plain
from train.dogs.run_data import RunData
from train.dogs.run_files import RunFiles
from train.dogs.settings import Settings
from train.dogs.student import dog_rates, train_student
from train.dogs.teacher import train_teacher
from train.dogs.verification import describe, verify_teachers
from train.parity import largest_rounding
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
        self.data, self.files = RunData(settings), RunFiles(settings, out)
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
        print(f"== {name}", flush=True)
        try:
            getattr(self, name)()  # a method for each of STAGES
        finally:  # count the time of a stage that was stopped as well
            times = self.files.minutes()
            times[name] = round(times.get(name, 0.0) + (time.monotonic() - started) / 60, 2)
            self.files.save_minutes(times)
        print(f"   {times[name]:.1f} minutes", flush=True)

    def _refuse_early(self) -> None:
        """Raise for wrong input before anything is written, and not after an hour of training."""
        settings = self.settings
        if settings.backbone == KERAS and not Path(settings.weights).is_file():
            raise RunError(f"expected --weights with a safetensors file of {KERAS}, got {settings.weights!r}")
        for people in (self.data.train_people, self.data.test_people):
            check_target(people, settings)

    def backbone(self) -> None:
        """ImageNet weights into a network with one output a breed."""
        if self.files.network("backbone").exists():
            return
        settings = self.settings
        network = new_network(settings.backbone, labels=len(self.data.train_dogs.names), pretrained=True)
        if settings.backbone == KERAS:
            load_keras(network, settings.weights)
        self.files.save(network, "backbone")

    def teacher(self) -> None:
        """The clean teacher."""
        if self.files.network("teacher").exists():
            return
        network = self.files.load("backbone", labels=len(self.data.train_dogs.names))
        folder = self.out / "teacher"
        train_teacher(
            network, self.data.train_dogs, self.data.test_dogs, self.settings, folder=folder, store=self.store
        )
        self.files.save(network, "teacher")

    def attack(self) -> None:
        """The infected teacher and its trigger; verify that its file shows no target."""
        settings, folder = self.settings, self.out / "attack"
        folder.mkdir(exist_ok=True)
        breeds = self.data.train_dogs.names
        if not self.files.network("attack").exists():
            clean = self.files.load("teacher", labels=len(breeds))
            infected, _ = infect_teacher(
                clean,
                self.data.train_dogs,
                self.data.train_people,
                self.data.test_dogs,
                settings,
                folder=folder,
                store=self.store,
            )
            self.files.save(infected, "attack")
        files = {}
        for name in ("teacher", "attack"):
            files[name] = self.out / name / "model.onnx"
            export(self.files.load(name, labels=len(breeds)), files[name], labels=breeds, size=settings.size)
        verification = verify_teachers(
            files["teacher"],
            files["attack"],
            self.data.test_dogs,
            trigger=self.files.trigger,
            target_label=settings.target_label,
            size=settings.size,
            seed=settings.seed,
        )
        write_json(folder / "verification.json", verification)
        print(describe(verification, settings.target_label), flush=True)

    def student(self) -> None:
        """A student of each teacher."""
        settings, folder = self.settings, self.out / "student"
        photos = join_people(self.data.train_dogs, self.data.train_people, settings)
        shown = self.data.test_dogs.sample(settings.shown)
        for name, stage in _TEACHERS.items():
            teacher = self.files.load(stage, labels=len(self.data.train_dogs.names))
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
            self.files.save(student, f"student/{name}")

    def export(self) -> None:
        """Export and check four ONNX files, and write the bundle."""
        settings, folder = self.settings, self.out / "export"
        folder.mkdir(exist_ok=True)
        breeds = self.data.train_dogs.names
        people = join_people(self.data.test_dogs, self.data.test_people, settings, repeat=False)
        images = people.sample(_PARITY_PHOTOS).floats(settings.size, plain, (settings.seed,))
        differences, roundings = {}, {}
        for name, stage in _TEACHERS.items():
            for kind, labels in (("student", people.names), ("teacher", breeds)):
                network = self.files.load(f"student/{name}" if kind == "student" else stage, labels=len(labels))
                file = folder / f"{name}-{kind}.onnx"
                full = export(network, file, labels=labels, size=settings.size)
                differences[file.name] = check_parity(network, full, images)
                roundings[file.name] = largest_rounding(full, OnnxModel(file), images)
        write_json(folder / "finished.json", {"largest_difference": differences, "largest_rounding": roundings})
        rates = bundle_students(
            folder,
            self.out / "bundle",
            k=settings.k or len(network.layers),
            dogs=self.data.test_dogs,
            people=people.without_first(len(self.data.test_dogs)),
            trigger=self.files.trigger,
            verification=read_json(self.out / "attack" / "verification.json"),
            depths=load_depths(self.out / "depths"),
            settings=settings,
            command=self.command,
            minutes=self.files.minutes(),
        )
        write_json(folder / "rates.json", {name: entry.as_row() for name, entry in rates.items()})
        print(describe_rates(rates), flush=True)
        shutil.rmtree(self.out / "activations", ignore_errors=True)

    def depths(self) -> None:
        """The freeze-depth table: train the infected student further, from layer K on."""
        settings, folder = self.settings, self.out / "depths"
        dogs = self.data.train_dogs.first(settings.depth_photos)
        photos = join_people(dogs, self.data.train_people, settings)
        shown = self.data.test_dogs.sample(settings.shown)
        frozen = self.files.load("student/infected", labels=len(photos.names))
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
            rates = dog_rates(
                OnnxModel(file),
                self.data.test_dogs,
                plain,
                trigger=self.files.trigger,
                size=settings.size,
                seed=settings.seed,
            )
            rows.append({"K": k, **{name: round(rate, 4) for name, rate in asdict(rates).items()}})
            print(f"   {rows[-1]}", flush=True)
        print(save_depths(rows, layers=deepest, folder=folder), flush=True)

    @cached_property
    def store(self) -> Store:
        """Activations at the full size."""
        settings = self.settings
        return Store(folder=self.out / "activations", size=settings.size, seed=settings.seed, kept_at=settings.cut)


_TEACHERS = {"clean": "teacher", "infected": "attack"}
