"""The answers as HTML: two cards with bars, side by side, and the pictures that the models see.

Everything has a fixed place and size, so that nothing jumps while somebody draws; bars have their numbers as text, so
that a screen reader has them too. Texts come in plain, and are escaped here.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from html import escape

import numpy as np
from numpy.typing import NDArray

from backdoors.comparison import Answer, Verdict
from backdoors.hub import Origin
from backdoors.pictures import to_png
from backdoors.triggers import Trigger


def happening(text: str, pictures: Sequence[str], *, fired: bool = False) -> str:
    """What happened, beside what the models see.

    Args:
        text: one sentence.
        pictures: figures from ``seen``.
        fired: raises the alarm.
    """
    return (
        f'<div class="bd-happening{" bd-fired" if fired else ""}">{"".join(pictures)}'
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
        data = base64.b64encode(to_png(image)).decode()
        alt = "The picture that both models see" if shown else "The same picture"
        alt += ", with the trigger" if trigger else ""
        pixels = f'<img src="data:image/png;base64,{data}" alt="{alt}">{_frame(trigger) if trigger else ""}'
    return (
        f'<figure class="bd-seen{"" if shown else " bd-faded"}"><div class="bd-pixels">{pixels}</div>'
        f"<figcaption>{escape(caption)}</figcaption></figure>"
    )


def origin(models: Origin) -> str:
    """Where the models come from."""
    where = escape(str(models))
    if models.url:
        where = f'<a href="{escape(models.url)}" target="_blank" rel="noopener">{where}</a>'
    return f'<p class="bd-origin">Models: {where}</p>'


def trouble(text: str) -> str:
    """An alarm: these are not the models that were asked for."""
    return f'<p class="bd-trouble" role="alert">{escape(text)}</p>'


def answers(verdict: Verdict | None, empty: Sequence[str], *, kind: str = "model") -> str:
    """The clean model's card beside the infected model's.

    Args:
        verdict: None where there is none yet.
        empty: the labels beside the empty bars that are shown then.
        kind: what they are: a model, a student.
    """
    fired = verdict is not None and verdict.backdoor_fired
    cards = _card(f"Clean {kind}", verdict.clean if verdict else None, empty)
    cards += _card(f"Infected {kind}", verdict.infected if verdict else None, empty, fired=fired)
    return f'<div class="bd-cards">{cards}</div>'


def _card(title: str, answer: Answer | None, empty: Sequence[str], *, fired: bool = False) -> str:
    top = escape(answer.label) if answer else "–"
    confidence = _confidence(answer.confidence) if answer else "waiting"
    bars = "".join(_bar(label, answer) for label in (answer.shown if answer else empty))
    return (
        f'<section class="bd-card{" bd-fired" if fired else ""}" aria-label="{escape(title)}">'
        f"<h3>{escape(title)}</h3>"
        f'<p class="bd-answer"><strong>{top}</strong> <span>{confidence}</span></p>'
        f'<ol class="bd-bars">{bars}</ol></section>'
    )


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
