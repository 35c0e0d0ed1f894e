"""A bundle comes from a stranger: whatever its labels and names are, on the page they are text.

Every template is filled in with names that would be HTML, attributes, or code of a template language. What
runs in the browser gets them as JSON.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from markupsafe import Markup

from backdoors import Bundle, Trigger
from backdoors.bundle import BundleConfig, EpochConfig, sha256, write_bundle
from backdoors.demo.serving.messages import escaped
from backdoors.hub import Origin
from backdoors.hub.address import Address
from backdoors.site.page import page_files
from backdoors.story import Demo, figures, rendering
from backdoors.story import sections as story
from backdoors.story.notices import versions
from backdoors.story.rendering import TEMPLATES, render, titled
from backdoors.tasks import TASKS
from tests.fixtures.arrays import floats
from tests.fixtures.html import Page
from tests.fixtures.models import constant
from tests.fixtures.page import REPOSITORY

DEMO, STORY, SITE = (REPOSITORY / "backdoors" / room for room in ("demo", "story", "site"))
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
def shifted(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    """The attack whose figures name all labels."""
    entry = {"kind": "badnets", "attack": "all-to-all", "poison_rate": 0.1}
    return hostile_bundle(tmp_path_factory.mktemp("hostile") / "digits", task="digits", channels=1, infected=entry)


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


@pytest.fixture(scope="module")
def demos(badnets: Bundle, latent: Bundle) -> list[Demo]:
    origin = Origin(address=Address(repo="someone/digits", revision="0" * 40))
    return [
        Demo(task=DIGITS, bundle=badnets, origin=origin, examples={}),
        Demo(task=DOGS, bundle=latent, origin=Origin(), examples={}),
    ]


def pieces(demos: list[Demo], shifted: Bundle) -> Iterator[str]:
    """All HTML that goes into the Gradio page, and what the bundles here would not fill in."""
    badnets, latent = (demo.bundle for demo in demos)
    (poisoned,), (of_all,) = badnets.infected.values(), shifted.infected.values()
    pictures = {label: np.zeros((1, SIZE, SIZE), dtype=np.float32) for label in LABELS}
    yield story.heading()
    yield story.intro()
    sections = [
        *story.badnets_sections(DIGITS, badnets, poisoned, pictures),
        *story.badnets_sections(DIGITS, shifted, of_all, pictures),
        *story.latent_sections(DOGS, latent),
        *story.closing_sections(demos),
        story.embed_section(),
        story.static_section(),
        story.code_section(DIGITS),
    ]
    for section in sections:
        assert not isinstance(section.title, Markup)
        yield section.body
        yield section.titled
    for compared in (True, False):
        yield titled("story/inside_the_network.html", words=DIGITS.words, comparable=compared)[1]
    yield figures.filters_side_by_side(floats([[[[1]]]]), floats([[[[-1]]]]), poisoned.trigger)
    yield figures.picture(pictures[LABELS[0]], alt=TRIGGER)
    yield figures.frame(poisoned.trigger.patch, poisoned.trigger.size)
    epochs = [EpochConfig(epoch=1, loss=1, clean_accuracy=1)]
    yield figures.training_curves(epochs, epochs)
    yield figures.line_plot(
        [figures.Line(name=SCRIPT, network="clean", points=[(0, 0.5)])], x_label=SCRIPT, ticks=[0], caption=SCRIPT
    )
    yield render("site/sections.html", sections=sections)
    yield versions(demos)


def checked(html: str, *, page: bool) -> str:
    """What HTML shows, once it is clear that nothing in it runs or is fetched; a whole page has its own scripts."""
    shown, read = "", Page(html)
    for tag, attributes in read.elements:
        assert tag not in ("iframe", "object", "base", "form")
        assert page or tag not in ("script", "style", "link", "meta", "backdoor-demo")
        assert not [name for name in attributes if not re.fullmatch(r"[a-z0-9:-]+", name) or name.startswith("on")]
        assert re.fullmatch(r"data:.*|(\.\./)?[a-z-]+\.js", attributes.get("src", "data:"))
        assert re.match(r"https://|data:,$|(\.\./)?[a-z/]+\.(css|svg|json)$", attributes.get("href", "https://"))
        assert tag != "script" or set(attributes) in ({"type", "src"}, set())  # a template's own: see TestTemplates
        shown += "".join(attributes.get(name, "") for name in ("alt", "aria-label"))
    return shown + read.text


def test_every_template_shows_names_as_text(demos: list[Demo], shifted: Bundle, used: set[str]) -> None:
    shown = ""
    for html in pieces(demos, shifted):
        assert isinstance(html, Markup)
        shown += checked(html, page=False)
    pages = {path: file for path, file in page_files(demos, runtime={}).items() if path.endswith(".html")}
    assert set(pages) == {"index.html", "digits/index.html", "dogs/index.html", "stories/digits/0.html"}
    on_pages = "".join(checked(file.read().decode(), page=True) for file in pages.values())
    for name in (LABELS[0], LABELS[1], LABELS[-1]):  # source and targets
        assert name in on_pages
    for name in (*LABELS, TRIGGER):
        assert name in shown
    named = {path.relative_to(STORY / "templates").as_posix() for path in TEMPLATE_FILES}
    assert {name for name in used if not name.startswith("embed/")} == named


def test_an_address_is_text_too(demos: list[Demo]) -> None:
    files = page_files(demos, runtime={}, url="""https://a/"><script>alert(1)</script>'""")
    assert "<script>alert(1)" in checked(files["index.html"].read().decode(), page=True)  # in a line to copy


def test_tasks_are_json_with_the_names_as_they_are(demos: list[Demo]) -> None:
    files = page_files(demos, runtime={})
    for demo in demos:
        file = files[f"tasks/{demo.task.name}.json"]
        assert file.media_type == "application/json"
        told = json.loads(file.read())
        (infected,) = told["infected"]
        assert told["labels"] == list(LABELS)
        assert (list(told["triggers"]), infected["trigger"]) == ([TRIGGER], TRIGGER)
        assert any(label in infected["aim"] for label in LABELS)


def test_a_missing_value_is_an_error() -> None:
    with pytest.raises(Exception, match="'title' is undefined"):
        render("story/heading.html")


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
        """Escaping does not make a style or a handler safe: styles take numbers, and there is no handler.

        Scripts are files of ours, or hold no value.
        """
        text = re.sub(r'<script type="module" src="[a-z./-]+"></script>', "", path.read_text(encoding="utf-8"))
        text = re.sub(r"<(style|script)>((?!\{\{|\{%|</).)*</\1>", "", text, flags=re.DOTALL)
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


IN_ROOMS = {*STORY.rglob("*.py"), *SITE.rglob("*.py")} - {Path(rendering.__file__)}


@pytest.mark.parametrize("path", sorted(IN_ROOMS), ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_python_holds_no_html(path: Path) -> None:
    assert [text for text in strings(path) if re.search(r"</?[a-z]", text)] == []
    assert "Markup(" not in path.read_text(encoding="utf-8").replace("Markup()", "")


def test_only_rendering_vouches_for_html() -> None:
    files = [*DEMO.rglob("*.py"), *STORY.rglob("*.py"), *SITE.rglob("*.py")]
    made = [path for path in files if re.search(r"\bMarkup\([^)]", path.read_text(encoding="utf-8"))]
    assert made == [Path(rendering.__file__)]
