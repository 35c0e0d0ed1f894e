"""The answers: a card for the clean and one for the infected model, side by side, with bars.

Everything has a fixed place and size, so that nothing jumps while somebody draws. Bars have their numbers as text, for
screen readers too.
"""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from backdoors.comparison import Answer, Verdict
from backdoors.story.rendering import render
from backdoors.tasks import Task

_NONE = "–"
_LONG = 3  # characters: longer labels stand above their bars, not beside them


def answers(task: Task, verdict: Verdict | None, labels: Sequence[str], *, bars: bool = True) -> Markup:
    """Both cards.

    Args:
        verdict: None while there is no picture.
        labels: of the models.
        bars: whether to show the confidences.
    """
    cards = [
        _card(f"{name.capitalize()} {task.words.network}", getattr(verdict, name, None), labels, bars=bars)
        for name in ("clean", "infected")
    ]
    fired = verdict is not None and verdict.backdoor_fired
    return render("parts/cards.html", cards=cards, fired=fired, long=max(map(len, labels)) > _LONG)


def _card(title: str, answer: Answer | None, labels: Sequence[str], *, bars: bool) -> dict[str, object]:
    """What the template needs for one card."""
    if answer:
        shown = list(answer.shown.items())
    else:
        blank = Answer(label=_NONE, confidence=0, confidences=dict.fromkeys(labels, 0.0)).shown
        shown = [(label if len(blank) == len(labels) else _NONE, 0.0) for label in blank]
    return {
        "title": title,
        "label": answer.label if answer else _NONE,
        "confidence": _confidence(answer.confidence) if answer else "no picture yet",
        "bars": [
            {
                "label": label,
                "probability": probability,
                "text": _rounded(probability) if answer else "",
                "top": answer is not None and label == answer.label,
            }
            for label, probability in shown
        ]
        if bars
        else [],
    }


def _confidence(probability: float) -> str:
    """No model is 100.0% sure."""
    return "over 99.9% sure" if probability > 0.999 else f"{probability:.1%} sure"


def _rounded(probability: float) -> str:
    """A whole percentage that never says 0% or 100%."""
    return ">99%" if probability > 0.99 else "<1%" if probability < 0.01 else f"{probability:.0%}"
