"""The whole page: one story to read, with both demos inside it."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from pathlib import Path

import gradio as gr

from backdoors.attacks import AttackKind
from backdoors.bundle import Bundle, InfectedModel
from backdoors.demo import cards, figures, story
from backdoors.demo.clients import build_code_part
from backdoors.demo.digits import build_digits_demo
from backdoors.demo.dogs import build_dogs_demo
from backdoors.demo.embedding import build_embed_part
from backdoors.demo.endpoints import add_endpoints
from backdoors.demo.housekeeping import KEPT_SECONDS
from backdoors.demo.latent import latent_story
from backdoors.demo.own_triggers import build_own_digit_trigger, build_own_dog_trigger, fits_the_grid
from backdoors.demo.plots import freeze_depth_plot, training_curves
from backdoors.demo.show import build_show_button
from backdoors.errors import ModelError
from backdoors.filters import first_layer_filters
from backdoors.hub import Origin, Task
from backdoors.pictures import prepare_digit


def build_page(*, digits: Bundle, dogs: Bundle, origins: Mapping[Task, Origin], examples: Path) -> gr.Blocks:
    """Build the page.

    Args:
        digits: the digit models.
        dogs: the dog students and their teachers.
        origins: where the models of ``digits`` and ``dogs`` come from; the foot of the page says it.
        examples: the folder of example pictures, one folder a demo.
    """
    page = gr.Blocks(title=story.TITLE, analytics_enabled=False, delete_cache=(KEPT_SECONDS, KEPT_SECONDS))
    with page:
        with gr.Row(equal_height=False):
            with gr.Column(scale=6, min_width=320):
                _text(story.opening())
                build_show_button("digits", "dogs")
            with gr.Column(scale=4, min_width=320):
                gr.HTML(_teaser(digits, examples / "digits" / "3.png"), elem_classes="bd-flush")
        gr.HTML(story.contents(), js_on_load=story.JUMP, elem_classes="bd-text")
        _digits(digits, origins["digits"], examples / "digits")
        _dogs(dogs, origins["dogs"], examples / "dogs")
        _text(story.what_it_means())
        _text(story.what_helps(dogs))
        _text(story.embed_heading())
        build_embed_part(page)
        _text(story.code_heading())
        build_code_part(page)
        add_endpoints(digits, dogs, origins)
        gr.HTML(cards.versions({"digits": digits, "dogs": dogs}, origins), elem_id="versions")
    return page


def _digits(bundle: Bundle, origin: Origin, examples: Path) -> None:
    infected = next(iter(bundle.infected.values()))
    _text(story.digits_heading())
    _tell_trouble(origin, "digits")
    demo = build_digits_demo(bundle, examples)

    @functools.cache  # it is the same for all visitors
    def explained(trigger: str, attack: AttackKind) -> tuple[str, ...]:
        """Three texts, each with its figure, on the model that was chosen."""
        infected = bundle.find(trigger=trigger, attack=attack)
        clean, histories = bundle.config.clean.history, infected.config.history
        curves = training_curves(clean, histories) if clean and histories else ""
        filters = _filters(bundle, infected)
        return (
            story.why_nobody_notices(bundle, infected),
            curves,
            story.how_it_was_planted(infected),
            figures.poisoned_sheet(infected),
            story.inside_the_network() if filters else "",
            filters,
        )

    rates, curves, planted, sheet, inside, filters = explained(infected.config.trigger, infected.config.attack)
    shown = [
        *_beside(rates, curves, elem_id="digits-rates"),
        *_beside(planted, sheet),
        *_beside(inside, filters),
    ]
    gr.on(
        [demo.trigger.input, demo.attack.input],
        lambda trigger, attack: explained(trigger, attack),
        inputs=[demo.trigger, demo.attack],
        outputs=shown,
        show_progress="hidden",
        api_visibility="private",
    )
    if all(fits_the_grid(trigger) for trigger in bundle.triggers.values()):
        _text(story.only_its_own_trigger())
        build_own_digit_trigger(bundle, demo, examples / "3.png")


def _dogs(bundle: Bundle, origin: Origin, examples: Path) -> None:
    (infected,) = bundle.infected.values()
    _text(story.latent(bundle))
    gr.HTML(latent_story(bundle), elem_classes="bd-flush")
    _text(story.dogs_heading())
    _tell_trouble(origin, "dogs")
    photo = build_dogs_demo(bundle, examples)
    _text(story.why_nobody_notices(bundle, infected, kind="student"), elem_id="dogs-rates")
    _beside(story.computed_trigger(bundle), figures.enlarged_trigger(infected.trigger, cropped=True))
    _text(story.only_its_own_square())
    build_own_dog_trigger(bundle, photo, examples / "blanket.jpg")
    if bundle.config.depths:
        _beside(story.what_saves_the_student(bundle), freeze_depth_plot(bundle.config.depths), elem_id="dogs-depths")


def _filters(bundle: Bundle, infected: InfectedModel) -> str:
    """The first layers of both models; empty where somebody's networks have none of the kind, or not the same."""
    try:
        clean, other = (first_layer_filters(bundle.read(entry)) for entry in (bundle.config.clean, infected.config))
    except ModelError:
        return ""
    return figures.filters_side_by_side(clean, other, infected.trigger) if clean.shape == other.shape else ""


def _beside(text: str, figure: str, *, elem_id: str | None = None) -> list[gr.HTML]:
    """Text, and what it speaks of beside it, or below it where there is no room."""
    with gr.Row(equal_height=False, elem_id=elem_id):
        with gr.Column(scale=5, min_width=320):
            left = _text(text)
        with gr.Column(scale=5, min_width=320):
            right = gr.HTML(figure, elem_classes="bd-flush")
    return [left, right]


def _teaser(bundle: Bundle, example: Path) -> str:
    infected, digit = next(iter(bundle.infected.values())), prepare_digit(example)
    assert digit is not None
    return cards.teaser(digit, infected.trigger, bundle.compare(infected, digit, triggered=True))


def _text(html: str, *, elem_id: str | None = None) -> gr.HTML:
    return gr.HTML(html, elem_id=elem_id, elem_classes="bd-text")


def _tell_trouble(origin: Origin, task: str) -> None:
    if origin.trouble:
        gr.HTML(cards.trouble(origin.trouble), elem_id=f"{task}-trouble")
