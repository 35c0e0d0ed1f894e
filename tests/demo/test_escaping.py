"""A bundle comes from a stranger: whatever its labels and names are, on the page they are text.

Every template is filled in with names that would be HTML, attributes, or code of a template language.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from markupsafe import Markup

from backdoors import Answer, Bundle, Trigger, Verdict, fires_at
from backdoors.bundle import BundleConfig, EpochConfig, sha256, write_bundle
from backdoors.demo import parts
from backdoors.demo.serving.messages import escaped
from backdoors.hub import Origin
from backdoors.hub.address import Address
from backdoors.story import Demo, figures, rendering, words
from backdoors.story import sections as story
from backdoors.story.rendering import TEMPLATES, render, titled
from backdoors.tasks import TASKS
from tests.fixtures.arrays import floats
from tests.fixtures.html import Page
from tests.fixtures.models import constant
from tests.fixtures.page import REPOSITORY

DEMO, STORY = (REPOSITORY / "backdoors" / room for room in ("demo", "story"))
DIGITS, DOGS = TASKS["digits"], TASKS["dogs"]

SCRIPT = "<script>alert(1)</script>"
LABELS = (
    SCRIPT,
    '"><img src=x onerror="alert(2)">',
    "' onfocus='alert(3)",
    "{{ 7*7 }}",
    "{% for x in y %}",
    "${7*7} <!--",
    "&lt;b&gt; & co",
)
TRIGGER = '"></figure><script>alert("trigger")</script>{{ 7*7 }}'
MODEL = "<b onclick='alert(4)'>{{ 7*7 }}</b>"
SIZE = 4

# The lines to embed a demo are shown as code, and are HTML for other people's pages: with a script or a frame in them.
TEMPLATE_FILES = [path for path in sorted((STORY / "templates").rglob("*.html")) if path.parent.name != "embed"]


def hostile_bundle(folder: Path, *, task: str, channels: int, infected: dict[str, Any]) -> Bundle:
    """Tiny models that always say the second label; everything that a stranger can name has a hostile name."""
    shape, pixels = (channels, SIZE, SIZE), np.zeros((SIZE, SIZE), dtype=np.float32)
    pixels[3, 3] = 1
    trigger = Trigger(name=TRIGGER, mask=pixels, pattern=np.broadcast_to(pixels, shape).copy())
    says = [0.05] * len(LABELS)
    says[1] = 1 - sum(says) + 0.05
    model = constant(says, labels=LABELS, shape=shape)
    teacher = constant(says[:-1], labels=LABELS[:-1], shape=shape)
    files = {"clean.onnx": model, "infected.onnx": model, "teacher.onnx": teacher, "infected-teacher.onnx": teacher}
    files["trigger.png"] = trigger.to_png()

    def entry(file: str) -> dict[str, Any]:
        return {"file": file, "sha256": sha256(files[file])}

    measured = {"minutes": 1.0, "clean_accuracy": 0.9}
    history = [{"epoch": 1, "loss": 0.5, "clean_accuracy": 0.9, "attack_success_rate": 0.4}]
    if infected["kind"] == "latent":
        pair = {"clean": "teacher.onnx", "infected": "infected-teacher.onnx"}
        infected = {
            **infected,
            "teachers": {name: {**entry(file), **measured, "triggered_accuracy": 0.3} for name, file in pair.items()},
            "depths": [{"frozen": frozen, "clean_accuracy": 0.9, "attack_success_rate": 0.8} for frozen in (0, 4)],
        }
    text = {"dataset": SCRIPT, "command": SCRIPT, "framework": SCRIPT, "version": SCRIPT, "device": SCRIPT}
    config = {
        "format": 2,
        "task": task,
        "labels": LABELS,
        "input": {"size": SIZE, "channels": channels},
        "training": {**text, "seed": 0, "minutes": 1.0},
        "triggers": [{"name": TRIGGER, **entry("trigger.png")}],
        "clean": {**entry("clean.onnx"), **measured, "history": history},
        "infected": [
            {
                **entry("infected.onnx"),
                **measured,
                "name": MODEL,
                "trigger": TRIGGER,
                "attack_success_rate": 0.9,
                "clean_model_rate": 0.01,
                "history": history,
                **infected,
            }
        ],
    }
    named = BundleConfig.model_validate(config)
    return write_bundle(folder, named, {file.file: files[file.file] for file in named.files})


@pytest.fixture(scope="module")
def badnets(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    """The attack that names most labels: from the script to the image."""
    entry = {"kind": "badnets", "attack": "source-specific", "source": LABELS[0], "target": LABELS[1]}
    folder = tmp_path_factory.mktemp("hostile") / "digits"
    return hostile_bundle(folder, task="digits", channels=1, infected={**entry, "poison_rate": 0.1})


@pytest.fixture(scope="module")
def latent(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    """The target is the last label, which the teachers lack."""
    entry = {"kind": "latent", "target": LABELS[-1], "k_t": 3}
    folder = tmp_path_factory.mktemp("hostile") / "dogs"
    return hostile_bundle(folder, task="dogs", channels=3, infected=entry)


@pytest.fixture
def used(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The names of all templates that were filled in, or that another one imported."""
    names: set[str] = set()
    get = TEMPLATES.get_template

    def noted(name: str, *args: Any, **kwargs: Any) -> Any:
        names.add(name)
        return get(name, *args, **kwargs)

    monkeypatch.setattr(TEMPLATES, "get_template", noted)
    return names


def everything(badnets: Bundle, latent: Bundle, tmp_path: Path) -> Iterator[str]:
    """All HTML that the page can make of these bundles."""
    (poisoned,), (student,) = badnets.infected.values(), latent.infected.values()
    pictures = {label: np.zeros((1, SIZE, SIZE), dtype=np.float32) for label in LABELS}
    image, photo = pictures[LABELS[0]], np.full((3, SIZE, SIZE), 0.5, dtype=np.float32)
    origin = Origin(address=Address(repo="someone/digits", revision="0" * 40))
    demos = [
        Demo(task=DIGITS, bundle=badnets, origin=origin, examples={}),
        Demo(task=DOGS, bundle=latent, origin=Origin(), examples={}),
    ]
    yield story.heading()
    yield story.intro()
    sections = [
        *story.badnets_sections(DIGITS, badnets, poisoned, pictures),
        *story.badnets_sections(DIGITS, badnets, poisoned, pictures, grid=True),
        *story.latent_sections(DOGS, latent),
        *story.closing_sections(demos),
        story.embed_section(),
        story.code_section(DIGITS),
    ]
    for section in sections:
        assert not isinstance(section.title, Markup)
        yield section.body
        yield section.titled
    for compared in (True, False):
        yield titled("story/inside_the_network.html", words=DIGITS.words, comparable=compared)[1]
    yield figures.filters_side_by_side(floats([[[[1]]]]), floats([[[[-1]]]]), poisoned.trigger)
    yield figures.stage(image, poisoned.trigger.patch, alt=TRIGGER)
    model, attack, trigger = poisoned.model, poisoned.attack, poisoned.trigger
    fires = fires_at(image, clean=model, infected=model, attack=attack, trigger=trigger)
    yield figures.fire_map(image, fires, own=trigger.patch)
    epochs = [EpochConfig(epoch=1, loss=1, clean_accuracy=1)]
    yield figures.training_curves(epochs, epochs)
    yield figures.line_plot(
        [figures.Line(name=SCRIPT, network="clean", points=[(0, 0.5)])], x_label=SCRIPT, ticks=[0], caption=SCRIPT
    )
    for task, bundle, infected, picture in ((DIGITS, badnets, poisoned, image), (DOGS, latent, student, photo)):
        said = [Answer(label=label, confidence=0.9, confidences=dict.fromkeys(LABELS, 0.1)) for label in LABELS]
        verdicts = [bundle.compare(infected, picture, triggered=triggered) for triggered in (False, True)]
        verdicts += [
            Verdict(clean=clean, infected=other, trigger=TRIGGER, target=LABELS[1], backdoor_fired=other is said[1])
            for clean, other in zip(said, said[1:] + said[:1], strict=True)
        ]
        yield parts.answers(task, None, LABELS)
        for verdict in verdicts:
            yield parts.answers(task, verdict, LABELS)
            pictures_seen = parts.what_both_see(task, infected, picture, triggered=True)
            fired = verdict.backdoor_fired
            yield parts.happening(words.what_happened(task, verdict), pictures_seen, fired=fired)
            yield parts.happening(words.what_your_trigger_does(task, verdict, own=False))
        yield parts.dormant(task, said[0], target=LABELS[1], labels=3, triggered=True)
        example = tmp_path / f"{task.name} onerror='alert(5)' {{{{ 7*7 }}}}.png"
        example.write_bytes(infected.trigger.to_png())
        yield parts.thumbnails(task, [example])
    yield parts.versions(demos)
    yield parts.trouble(SCRIPT)
    yield parts.whole_story(DIGITS)


def test_every_template_shows_names_as_text(badnets: Bundle, latent: Bundle, used: set[str], tmp_path: Path) -> None:
    shown = ""
    for html in everything(badnets, latent, tmp_path):
        assert isinstance(html, Markup)
        page = Page(html)
        for tag, attributes in page.elements:
            assert tag not in ("script", "iframe", "object", "link", "base", "form")
            assert not [name for name in attributes if not re.fullmatch(r"[a-z0-9-]+", name) or name.startswith("on")]
            assert attributes.get("src", "data:").startswith("data:")
            assert re.match(r"https://|\.\./\?tab=[a-z]+$", attributes.get("href", "../?tab=digits"))
            shown += "".join(attributes.get(name, "") for name in ("alt", "aria-label"))
        shown += page.text
    for name in (*LABELS, TRIGGER):
        assert name in shown
    assert used == {path.relative_to(STORY / "templates").as_posix() for path in TEMPLATE_FILES}


def test_a_missing_value_is_an_error() -> None:
    with pytest.raises(Exception, match="'text' is undefined"):
        render("parts/trouble.html")


def test_messages_are_escaped() -> None:
    """``gr.Error`` shows its message as HTML; clients show it as it is, so quotes stay quotes."""
    message = escaped("<b>'a' & \"b\"</b>")
    assert message == "&lt;b&gt;'a' &amp; \"b\"&lt;/b&gt;"
    assert type(message) is str


def test_messages_are_bounded() -> None:
    assert escaped(50_000_000 * "a") == 499 * "a" + "…"


@pytest.mark.parametrize("path", TEMPLATE_FILES, ids=lambda path: path.stem)
class TestTemplates:
    def test_nothing_switches_escaping_off(self, path: Path) -> None:
        """Values that are HTML already are ``Markup``, from ``render``; no template has to vouch for one."""
        text = path.read_text(encoding="utf-8")
        assert re.findall(r"\|\s*safe\b|autoescape|Markup|xmlattr|tojson", text) == []

    def test_values_in_attributes_are_quoted(self, path: Path) -> None:
        """Escaping protects a quoted attribute only."""
        assert re.findall(r"\s[a-z-]+=\s*\{\{", path.read_text(encoding="utf-8")) == []

    def test_what_could_run_holds_no_text(self, path: Path) -> None:
        """Escaping does not make a style or a handler safe: styles take numbers, and there is no handler."""
        text = path.read_text(encoding="utf-8")
        assert re.findall(r"\bon[a-z]+=|<script|<style|javascript:", text) == []
        numbers = {"rows", "columns"}
        for style in re.findall(r'style="([^"]*)"', text):
            for value in re.findall(r"\{\{\s*(.*?)\s*\}\}", style):
                assert value in numbers or re.search(r"\|(plain|rate)(\(\d\))?$", value), value


def strings(path: Path) -> list[str]:
    """The string literals of a module that are no docstrings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    docstrings = [node.value for node in ast.walk(tree) if isinstance(node, ast.Expr)]
    literals = [node for node in ast.walk(tree) if isinstance(node, ast.Constant) and node not in docstrings]
    return [node.value for node in literals if isinstance(node.value, str)]


IN_ROOMS = [*(set(STORY.rglob("*.py")) - {Path(rendering.__file__)}), *(DEMO / "parts").glob("*.py")]


@pytest.mark.parametrize("path", sorted(IN_ROOMS), ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_python_holds_no_html(path: Path) -> None:
    assert [text for text in strings(path) if re.search(r"</?[a-z]", text)] == []
    assert "Markup(" not in path.read_text(encoding="utf-8").replace("Markup()", "")


def test_only_rendering_vouches_for_html() -> None:
    files = [*DEMO.rglob("*.py"), *STORY.rglob("*.py")]
    made = [path for path in files if re.search(r"\bMarkup\([^)]", path.read_text(encoding="utf-8"))]
    assert made == [Path(rendering.__file__)]
