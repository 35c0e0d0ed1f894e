"""A task: everything in which one demo differs from the others, as one value.

Tabs, endpoints, embedded pages, ``/about``, the commands for the Hub, model cards and "Show me" loop over ``TASKS``.
Names, labels and rates come from the bundle of a task, behaviour and words from the task.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from backdoors.bundle import Bundle, BundleConfig
from backdoors.errors import BundleError
from backdoors.pictures import Picture

# Browsers ask for a bundle's files by their paths. A model called "x.html" would be a page to them, and braces are
# patterns to the server.
_PLAIN = re.compile(r"[\w ./-]+\.(?:onnx|png)")


class Prepare(Protocol):
    """How a task turns what people send into pictures for its models."""

    def __call__(self, picture: Picture, *, size: int, drawn: bool = False) -> NDArray[np.float32] | None:
        """Prepare one picture.

        Args:
            picture: as it was sent.
            size: the side of the pictures that the models take, in pixels.
            drawn: whether it comes from the page's sketchpad, white on black.

        Returns:
            ``(channel, size, size)`` float32 in ``[0, 1]``; None if nothing is drawn.

        Raises:
            PictureError: the picture cannot be read or used.
        """
        ...


@dataclass(frozen=True, kw_only=True)
class Words:
    """The words of a task, for the page and the model cards.

    Attributes:
        one, many: what the pictures show, as in "one digit", "many digits".
        network: the noun for the clean and the infected network: "model", "student".
        does: what the models do, as in "models that read digits".
        tab: the title of the tab, an invitation: "Draw a digit".
        embedded: the title of the page that contains this demo alone.
        invitation: the text in place of the answers, before there is a picture.
        example: the name of an example picture for screen readers; ``{}`` stands for its file name.
        triggers: a description of each trigger, by its name: "a single bright pixel".
    """

    one: str
    many: str
    network: str
    does: str
    tab: str
    embedded: str
    invitation: str
    example: str
    triggers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """The endpoint that programs call, and its documentation, which language models read over MCP.

    Attributes:
        name: the endpoint, without its slash.
        picture: the name of the parameter for the picture.
        sample: the file name of the example picture that the printed lines of code send.
        description: what the endpoint does and answers, in paragraphs.
        parameters: a description of each parameter: the picture, ``trigger``, and ``attack`` if visitors choose one.
            Gradio reads one line for each parameter and drops further ones, so a description is one line.
    """

    name: str
    picture: str
    sample: str
    description: str
    parameters: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Play:
    """What "Show me" plays and says. ``{clean}`` and ``{infected}`` stand for the answers of the two networks.

    Attributes:
        example: the example picture that is clicked, a file name without its suffix. On a sketchpad it is drawn.
        opening: said before there is a picture.
        agreed: said when both networks have answered.
        trigger: said before the trigger is switched on.
        fired: said when the backdoor has fired.
    """

    example: str
    opening: str
    agreed: str
    trigger: str
    fired: str


def nothing_to_refuse(bundle: Bundle) -> None:
    """The default of ``Task.accepts``: the checks of ``Task.check`` are enough."""


def no_caution(config: BundleConfig) -> str:
    """The default of ``Task.caution``: the model card needs no further warning."""
    return ""


@dataclass(frozen=True, kw_only=True)
class Task:
    """One demo.

    Attributes:
        name: the name of its folders in ``assets``, its tab, its embedded page and its environment variable.
        input: how visitors give a picture: they draw on a sketchpad or upload a photo.
        channels: of the pictures that the models take; 1 for grey, 3 for RGB.
        blank: the grey value of an empty picture, in ``[0, 1]``.
        choices: whether visitors choose a trigger and an attack. If not, the bundle has one infected model.
        prepare: turns what people send into pictures for the models.
        in_browser: the module of ``backdoors/web/pictures`` that does the same in a browser. If there is none, the
            page's server answers.
        accepts: raises a ``BundleError`` if a bundle lacks something that only this demo needs.
        caution: a paragraph for the model card about the risks of this task's models; may be empty.
        words, endpoint, play: see these classes.
    """

    name: str
    input: Literal["sketchpad", "photo"]
    channels: Literal[1, 3]
    blank: float
    choices: bool
    prepare: Prepare
    words: Words
    endpoint: Endpoint
    play: Play
    in_browser: Literal["digit", "photo"] | None = None
    accepts: Callable[[Bundle], None] = nothing_to_refuse
    caution: Callable[[BundleConfig], str] = no_caution

    @property
    def variable(self) -> str:
        """The environment variable that names a repository for this task's models."""
        return f"BACKDOORS_{self.name.upper().replace('-', '_')}"

    def check(self, bundle: Bundle) -> None:
        """Raise if the page cannot show a bundle as this task.

        Raises:
            BundleError: the bundle is for another task, or lacks something that the page needs.
        """
        config = bundle.config
        if config.task != self.name:
            raise BundleError(
                f"expected models of {self.name}, got models of {config.task}; name another one",
                expected=self.name,
                got=config.task,
            )
        if config.input.channels != self.channels:
            raise BundleError(
                f"expected models for pictures of {self.channels} channels, got {config.input.channels}",
                expected=self.channels,
                got=config.input.channels,
            )
        if odd := [entry.file for entry in config.files if not _PLAIN.fullmatch(entry.file)]:
            raise BundleError(
                f"expected files called NAME.onnx and NAME.png, of letters, digits, spaces and ._-/, got {odd[0]!r}",
                got=odd[0],
            )
        kinds = sorted({entry.kind for entry in config.infected})
        if len(kinds) > 1 or (self.choices and kinds != ["badnets"]):
            expected = "badnets" if self.choices else "one kind"
            raise BundleError(
                f"expected infected models of {expected}, got {' and '.join(kinds)}; the page tells one story a demo",
                expected=expected,
                got=kinds,
            )
        aims = {(model.attack.kind, model.source, model.target) for model in bundle.infected.values()}
        attacks = [attack for attack, *_ in aims]
        if several := sorted({attack for attack in attacks if attacks.count(attack) > 1}):
            raise BundleError(
                f"expected one source and target for each attack, got several for {' and '.join(several)}",
                got=several,
            )
        asked = sorted((model.config.trigger, model.attack.kind) for model in bundle.infected.values())
        if self.choices and asked != sorted((t, attack) for t in bundle.triggers for attack in config.attacks):
            raise BundleError(
                "visitors choose a trigger and an attack, so the page needs one infected model for each trigger with "
                f"each attack, got {asked}",
                got=asked,
            )
        if not self.choices and len(bundle.infected) != 1:
            raise BundleError(
                f"the page shows one infected {self.words.network}, got {list(bundle.infected)}",
                expected=1,
                got=len(bundle.infected),
            )
        self.accepts(bundle)
