"""The answers as HTML: two cards with bars, side by side, and the pictures that the models see.

Everything has a fixed place and size, so that nothing jumps while somebody draws; bars have their numbers as text, so
that a screen reader has them too. Texts come in plain, and are escaped here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

import numpy as np
from numpy.typing import NDArray

from backdoors import __version__
from backdoors.bundle import Bundle
from backdoors.comparison import Answer, Verdict
from backdoors.demo.images import picture
from backdoors.hub import Origin, Task
from backdoors.triggers import Trigger


def happening(text: str, pictures: Sequence[str], *, fired: bool = False) -> str:
    """What happened, beside what the models see.

    Args:
        text: one sentence.
        pictures: figures from ``seen``.
        fired: raises the alarm.
    """
    return (
        f'<div class="bd-happening{" bd-fired" if fired else ""}{" bd-tall" if pictures else ""}">{"".join(pictures)}'
        f'<p role="status">{escape(text)}</p></div>'
    )


def seen(image: NDArray[np.float32] | None, trigger: Trigger | None, *, caption: str, shown: bool = True) -> str:
    """A picture as both models see it; the browser enlarges it, so that saving it gives the true pixels.

    Args:
        image: ``(channel, height, width)`` in ``[0, 1]``, trigger included; None where there is none yet.
        trigger: framed in the picture, since one pixel is easily overlooked; None frames nothing.
        shown: whether the models are shown this one now; others are faded.
    """
    pixels = ""
    if image is not None:
        alt = "The picture that both models see" if shown else "The same picture"
        alt += ", with the trigger" if trigger else ""
        pixels = picture(image, alt=alt) + (_frame(trigger) if trigger else "")
    return (
        f'<figure class="bd-seen{"" if shown else " bd-faded"}"><div class="bd-pixels">{pixels}</div>'
        f"<figcaption>{escape(caption)}</figcaption></figure>"
    )


def teaser(image: NDArray[np.float32], trigger: Trigger, verdict: Verdict) -> str:
    """What it is all about, at a glance: one picture with the trigger, two answers."""
    clean, infected = escape(verdict.clean.label), escape(verdict.infected.label)
    return (
        f'<div class="bd-teaser">{seen(trigger.stamp(image), trigger, caption="with the trigger")}'
        f'<span class="bd-arrow" aria-hidden="true">→</span><dl><dt>clean model</dt><dd>{clean}</dd>'
        f'<dt>infected model</dt><dd class="bd-alarming">{infected}</dd></dl></div>'
    )


def versions(bundles: Mapping[Task, Bundle], origins: Mapping[Task, Origin]) -> str:
    """Which code and which models answer here, for whoever reports something."""
    models = [f"{task}: {_origin(origins[task])}, version {bundle.version}" for task, bundle in bundles.items()]
    return f'<p class="bd-versions">Code {__version__} · Models of {" · ".join(models)}</p>'


def whole_story() -> str:
    """The way from an embedded demo to the page that explains it."""
    return '<p class="bd-versions"><a href="../" target="_blank" rel="noopener">What is this? The whole story</a></p>'


def dormant(html: str) -> str:
    """Room for what the infected teacher says, of the same height with and without it."""
    return f'<p class="bd-dormant">{html}</p>'


def trouble(text: str) -> str:
    """An alarm: these are not the models that were asked for."""
    return f'<p class="bd-trouble" role="alert">{escape(text)}</p>'


def answers(verdict: Verdict | None, empty: Sequence[str] | None, *, kind: str = "model") -> str:
    """The clean model's card beside the infected model's.

    Args:
        verdict: None where there is none yet.
        empty: the labels beside the empty bars that are shown then; None shows no bars at all.
        kind: what they are: a model, a student.
    """
    fired = verdict is not None and verdict.backdoor_fired
    cards = _card(f"Clean {kind}", verdict.clean if verdict else None, empty)
    cards += _card(f"Infected {kind}", verdict.infected if verdict else None, empty, fired=fired)
    return f'<div class="bd-cards">{cards}</div>'


def _card(title: str, answer: Answer | None, empty: Sequence[str] | None, *, fired: bool = False) -> str:
    top = escape(answer.label) if answer else "–"
    confidence = _confidence(answer.confidence) if answer else "no picture yet"
    bars = "" if empty is None else "".join(_bar(label, answer) for label in (answer.shown if answer else empty))
    return (
        f'<section class="bd-card{" bd-fired" if fired else ""}" aria-label="{escape(title)}">'
        f'<p class="bd-title">{escape(title)}</p>'
        f'<p class="bd-answer"><strong>{top}</strong> <span>{confidence}</span></p>'
        + (f'<ol class="bd-bars">{bars}</ol>' if bars else "")
        + "</section>"
    )


def _origin(models: Origin) -> str:
    where = escape(str(models))
    return f'<a href="{escape(models.url)}" target="_blank" rel="noopener">{where}</a>' if models.url else where


def _bar(label: str, answer: Answer | None) -> str:
    probability = answer.confidences[label] if answer else 0.0
    top = ' class="bd-top"' if answer and label == answer.label else ""
    value = escape(_rounded(probability)) if answer else ""
    return (
        f'<li{top}><span>{escape(label)}</span><span class="bd-bar" aria-hidden="true">'
        f'<i style="width:{100 * probability:.1f}%"></i></span><span>{value}</span></li>'
    )


def _confidence(probability: float) -> str:
    """No model is 100.0% sure."""
    return "over 99.9% sure" if probability > 0.999 else f"{probability:.1%} sure"


def _rounded(probability: float) -> str:
    """A whole percentage that claims neither certainty nor impossibility."""
    return ">99%" if probability > 0.99 else "<1%" if probability < 0.01 else f"{probability:.0%}"


def _frame(trigger: Trigger) -> str:
    """A frame one pixel outside the mask, in percent of the picture."""
    rows, columns = np.nonzero(trigger.mask)
    height, width = trigger.size
    top, left = (rows.min() - 1) / height, (columns.min() - 1) / width
    tall, wide = (np.ptp(rows) + 3) / height, (np.ptp(columns) + 3) / width
    return f'<i class="bd-frame" style="top:{top:.2%};left:{left:.2%};height:{tall:.2%};width:{wide:.2%}"></i>'
