"""What the infected student's teacher answers: its backdoor is dormant."""

from __future__ import annotations

from markupsafe import Markup

from backdoors.comparison import Answer
from backdoors.story.rendering import render
from backdoors.tasks import Task


def dormant(task: Task, answer: Answer | None, *, target: str, labels: int, triggered: bool) -> Markup:
    """One paragraph, with the same height when it is empty.

    Args:
        answer: the teacher's; None while there is no picture.
        target: the label that the teacher lacks.
        labels: how many the teacher has.
        triggered: whether the trigger is in the picture.
    """
    return render(
        "parts/dormant.html", words=task.words, answer=answer, target=target, labels=labels, triggered=triggered
    )
