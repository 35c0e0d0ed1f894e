"""What programs call, through Gradio's clients, curl or MCP: an endpoint for each task, and two about the models.

================== ======================================== ==========================================================
endpoint           inputs                                   output
================== ======================================== ==========================================================
/classify_digit    drawing, trigger, attack                 the verdict, see ``backdoors.comparison``
/classify_dog      photo, trigger                           the verdict
/trigger_picture   trigger                                  the trigger's own PNG file
/about             none                                     see ``about.py``
================== ======================================== ==========================================================

A task's ``Endpoint`` has its names and texts. The docstrings of the handlers are what a language model reads: over MCP
each endpoint is a tool.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import gradio as gr

from backdoors.attacks import AttackKind
from backdoors.bundle import Bundle, TriggerConfig
from backdoors.demo.serving.about import describe
from backdoors.demo.serving.uploads import stored
from backdoors.errors import PictureError, TriggerError
from backdoors.story.demos import Demo
from backdoors.tasks import Endpoint

NO_TRIGGER = "none"


def add_endpoints(demos: Sequence[Demo]) -> None:
    """Add them to the current Blocks; none of them is visible on the page."""
    for demo in demos:
        _add_classify(demo)
    _add_trigger_picture(demos)
    _add_about(demos)


def _add_classify(demo: Demo) -> None:
    task, bundle, endpoint = demo.task, demo.bundle, demo.task.endpoint
    triggers, attacks = list(bundle.triggers), bundle.config.attacks

    def classify(picture: str | None, trigger: str | bool | None = None, attack: AttackKind | None = None) -> Any:
        if picture is None:
            raise PictureError(f"No picture came along; send one as {endpoint.picture}.")
        prepared = task.prepare(picture, size=bundle.config.input.size)
        if prepared is None:
            return None
        triggered = trigger not in (None, False, NO_TRIGGER)
        name = trigger if triggered and isinstance(trigger, str) else triggers[0]
        infected = bundle.find(trigger=name, attack=attack or attacks[0]) if task.choices else demo.first
        return bundle.compare(infected, prepared, triggered=triggered).as_json()

    # gr.Image would open the file itself, lose its EXIF data, and have no words for a broken one.
    inputs: list[gr.components.Component] = [gr.File(label=endpoint.picture, type="filepath", visible=False)]
    if task.choices:
        inputs += [
            gr.Radio([NO_TRIGGER, *triggers], value=NO_TRIGGER, label="trigger", visible=False),
            gr.Radio(list(attacks), value=attacks[0], label="attack", visible=False),
        ]
    else:
        inputs += [gr.Checkbox(value=False, label="trigger", visible=False)]
    gr.Button(visible=False).click(
        _described(classify, endpoint),
        inputs=inputs,
        outputs=gr.JSON(label="verdict", visible=False),
        api_name=endpoint.name,
    )


def _described(classify: Callable[..., Any], endpoint: Endpoint) -> Callable[..., Any]:
    """The handler under the names and texts of its endpoint, which Gradio reads from signature and docstring."""
    lines = "\n".join(f"    {name}: {text}" for name, text in endpoint.parameters.items())
    classify.__name__ = endpoint.name
    classify.__doc__ = f"{endpoint.description}\n\nArgs:\n{lines}\n\nReturns:\n    The verdict, as described above.\n"
    classify.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [inspect.Parameter(name, inspect.Parameter.POSITIONAL_OR_KEYWORD) for name in endpoint.parameters]
    )
    return classify


def trigger_names(demos: Sequence[Demo]) -> dict[str, tuple[Bundle, TriggerConfig]]:
    """The triggers of all bundles by the name that clients use.

    Of two with the same name, the first keeps it, and the second is called ``TASK/NAME``.
    """
    named: dict[str, tuple[Bundle, TriggerConfig]] = {}
    for demo in demos:
        for entry in demo.bundle.config.triggers:
            name = entry.name if entry.name not in named else f"{demo.task.name}/{entry.name}"
            named[name] = (demo.bundle, entry)
    return named


def _add_trigger_picture(demos: Sequence[Demo]) -> None:
    named: Mapping[str, tuple[Bundle, TriggerConfig]] = trigger_names(demos)
    picture = gr.File(label="picture", visible=False)  # not gr.Image, which may encode a picture anew

    def trigger_picture(trigger: str | None) -> str:
        """Get the picture of a trigger: the mark that makes the backdoor of an infected neural network fire.

        It is a PNG file as large as what its networks see (28x28 pixels for digits), and mostly transparent: its alpha
        channel says how much of each pixel the trigger replaces, its colours say by what. Laid over a prepared picture
        it gives the triggered picture; that needs no access to the network.

        Args:
            trigger: the name of the trigger.

        Returns:
            The PNG file.
        """
        if trigger is None:
            raise TriggerError(f"No trigger was named; there are {', '.join(named)}.")
        bundle, entry = named[trigger]
        # The bundle's own bytes, in the folder that Gradio serves: a bundle may lie in a cache that it must not serve.
        return stored(bundle.read(entry), f"{entry.name}.png")

    gr.Button(visible=False).click(
        trigger_picture,
        inputs=gr.Radio(list(named), label="trigger", visible=False),
        outputs=picture,
        api_name="trigger_picture",
    )


def _add_about(demos: Sequence[Demo]) -> None:
    def about() -> dict[str, Any]:
        """Get what is known about the neural networks here: where they come from, and their measured rates.

        For each task, such as digits or dogs, it has their origin, the version of the bundle, what they were trained
        on and with, their labels, their triggers, the clean network's clean_accuracy, and the infected networks. Rates
        run from 0 to 1. clean_accuracy is the share of untouched test pictures that the network classifies as their
        true label: infection does not show there. attack_success_rate is, of the triggered test pictures whose true
        label is not the target, the share classified as the target; clean_model_rate is the clean network's share on
        the same pictures, by mistake. teachers are the networks that students were copied from, and depths says what
        is left of the backdoor when a student trains all layers except its first frozen ones.

        Returns:
            The code's version, Gradio's, and an object for each task.
        """
        return describe(demos)

    gr.Button(visible=False).click(about, outputs=gr.JSON(label="about", visible=False), api_name="about")
