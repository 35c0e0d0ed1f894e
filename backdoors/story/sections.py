"""What the page explains: sections with a short question as the title, which a reader opens one by one.

Texts are in ``templates/story``, one section a file; every number comes from a bundle::

    for section in badnets_sections(task, bundle, infected, examples):
        with gr.Accordion(section.title, open=False):
            gr.HTML(section.body, elem_id=section.elem_id)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from backdoors.attacks import AttackKind
from backdoors.bundle import BadNetsConfig, Bundle, InfectedModel, LatentConfig
from backdoors.errors import ModelError
from backdoors.filters import first_layer_filters
from backdoors.story.demos import Demo
from backdoors.story.figures import (
    enlarged_trigger,
    filters_side_by_side,
    freeze_depth_plot,
    latent_story,
    poisoned_sheet,
    training_curves,
)
from backdoors.story.rendering import render, titled
from backdoors.story.words import what_the_attack_does
from backdoors.tasks import Task

TITLE = "Backdoors in neural networks"


@dataclass(frozen=True, kw_only=True)
class Section:
    """A question and its answer.

    Attributes:
        title: the question, in plain text.
        html: the answer.
        elem_id: names the section on the page: ``digits-rates``.
        figure: what the text is about; empty where there is none.
    """

    title: str
    html: Markup
    elem_id: str
    figure: Markup = field(default_factory=Markup)

    @property
    def body(self) -> Markup:
        """The text with its figure beside it, or below it where there is no room."""
        return render("story/section.html", html=self.html, figure=self.figure)

    def below(self, task: Task) -> Section:
        """The same below a demo, where its id is the demo's."""
        return replace(self, elem_id=f"{task.name}-{self.elem_id}")

    @property
    def titled(self) -> Markup:
        """The same under its title, where nobody has to open it."""
        return render("story/titled.html", title=self.title, html=self.html, elem_id=self.elem_id)


def heading() -> Markup:
    """The page's title."""
    return render("story/heading.html", title=TITLE)


def intro() -> Markup:
    """What a backdoor is, and what to do here, in two sentences."""
    return render("story/intro.html")


def sections_of(demo: Demo, trigger: str, attack: AttackKind) -> list[Section]:
    """The sections below a demo, about one of its infected models.

    Raises:
        BundleError: there is no such model.
    """
    infected = demo.bundle.find(trigger=trigger, attack=attack)
    if isinstance(infected.config, LatentConfig):
        return latent_sections(demo.task, demo.bundle)
    return badnets_sections(demo.task, demo.bundle, infected, demo.examples_by_label())


def badnets_sections(
    task: Task,
    bundle: Bundle,
    infected: InfectedModel,
    examples: Mapping[str, NDArray[np.float32]],
) -> list[Section]:
    """How a backdoor gets in through the training set. All infected models of a bundle have the same sections.

    ``-rates``, ``-planted`` and ``-filters`` (where the clean model's first layer is a convolution), each after the
    task's name.

    Args:
        infected: the model that the numbers and figures are about.
        examples: prepared pictures ``(channel, height, width)`` by their true label; see ``Demo``.
    """
    config, clean = infected.config, bundle.config.clean
    assert isinstance(config, BadNetsConfig)
    sections = [
        _rates(
            task,
            bundle,
            infected,
            figure=training_curves(clean.history, config.history) if clean.history and config.history else Markup(),
        ),
        _section(
            "how_it_was_planted",
            f"{task.name}-planted",
            figure=poisoned_sheet(infected, examples),
            words=task.words,
            copies=100 * config.poison_rate,
            attack=what_the_attack_does(task, infected),
        ),
    ]
    filters = _filters(bundle, infected)
    if filters is not None:
        sections.append(
            _section(
                "inside_the_network",
                f"{task.name}-filters",
                figure=filters,
                words=task.words,
                comparable=bool(filters),
            )
        )
    return sections


def latent_sections(task: Task, bundle: Bundle) -> list[Section]:
    """How a backdoor gets in through a teacher, for a bundle with one infected student.

    ``-rates``, ``-planted``, ``-trigger`` and, where the bundle has a freeze-depth table, ``-depths``, each after the
    task's name.
    """
    (infected,) = bundle.infected.values()
    config, patch = infected.config, infected.trigger.patch
    assert isinstance(config, LatentConfig)
    sections = [
        _rates(task, bundle, infected),
        _section(
            "latent",
            f"{task.name}-planted",
            figure=latent_story(task, bundle),
            words=task.words,
            target=config.target,
            teacher=config.teachers.infected if config.teachers else None,
        ),
        _section(
            "computed_trigger",
            f"{task.name}-trigger",
            figure=enlarged_trigger(infected.trigger, cropped=True),
            words=task.words,
            target=config.target,
            square=patch.height == patch.width,
        ),
    ]
    if config.depths:
        depths = sorted(config.depths, key=lambda depth: depth.frozen)
        sections.append(
            _section(
                "what_saves_the_student",
                f"{task.name}-depths",
                figure=freeze_depth_plot(task, depths),
                words=task.words,
                least=depths[0],
                most=depths[-1],
            )
        )
    return sections


def closing_sections(demos: Sequence[Demo]) -> list[Section]:
    """What backdoors mean for people who use models, and what helps: ``means`` and ``helps``.

    Args:
        demos: their freeze-depth tables give the numbers about fine-tuning.
    """
    depths = [
        {"words": demo.task.words, "row": min(entry.depths, key=lambda depth: depth.frozen)}
        for demo in demos
        for entry in demo.bundle.config.infected
        if isinstance(entry, LatentConfig) and entry.depths
    ]
    return [_section("what_it_means", "means"), _section("what_helps", "helps", depths=depths)]


def static_section() -> Section:
    """For people who want a copy: ``static``."""
    return _section("static", "static")


def embed_section() -> Section:
    """For bloggers: ``embed``. The lines to copy go below it."""
    return _section("embed", "embed")


def code_section(task: Task) -> Section:
    """For programmers: ``code``. The lines that call this task's endpoint go below it."""
    return _section("code", "code", words=task.words, sample=task.endpoint.sample)


def _section(template: str, elem_id: str, *, figure: Markup | None = None, **values: object) -> Section:
    title, html = titled(f"story/{template}.html", **values)
    return Section(title=title, html=html, elem_id=elem_id, figure=figure or Markup())


def _rates(task: Task, bundle: Bundle, infected: InfectedModel, *, figure: Markup | None = None) -> Section:
    return _section(
        "why_nobody_notices",
        f"{task.name}-rates",
        figure=figure,
        words=task.words,
        clean_accuracy=bundle.config.clean.clean_accuracy,
        infected=infected.config,
        attack=infected.attack.kind,
        source=infected.source,
    )


def _filters(bundle: Bundle, infected: InfectedModel) -> Markup | None:
    """The first layers side by side; empty where their shapes differ, None where the clean model has no filters."""
    try:
        clean = first_layer_filters(bundle.read(bundle.config.clean))
    except ModelError:
        return None
    if clean.shape[1] != bundle.config.input.channels:  # it does not look at the picture itself
        return None
    try:
        other = first_layer_filters(bundle.read(infected.config))
    except ModelError:
        return Markup()
    return filters_side_by_side(clean, other, infected.trigger) if clean.shape == other.shape else Markup()
