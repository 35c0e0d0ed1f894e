"""The pictures that the models see."""

from __future__ import annotations

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from backdoors.bundle import InfectedModel
from backdoors.story.figures import frame, picture
from backdoors.story.rendering import render
from backdoors.tasks import Task
from backdoors.triggers import Trigger


def seen(
    task: Task,
    image: NDArray[np.float32] | None,
    trigger: Trigger | None,
    *,
    caption: str,
    shown: bool = True,
) -> Markup:
    """A picture as both models see it.

    Args:
        image: ``(channel, height, width)`` float32 in ``[0, 1]``, trigger included; None while there is none.
        trigger: framed in the picture, because one pixel is easily overlooked; None frames nothing.
        caption: stands below.
        shown: whether the models see this one now; others are faded.
    """
    alt = f"The picture that both {task.words.network}s see" if shown else "The same picture"
    alt += ", with the trigger" if trigger else ""
    return render(
        "parts/seen.html",
        picture=None if image is None else picture(image, alt=alt),
        frame=frame(trigger.patch, trigger.size) if image is not None and trigger else None,
        caption=caption,
        shown=shown,
        photo=task.channels == 3,
    )


def what_both_see(
    task: Task, infected: InfectedModel, image: NDArray[np.float32] | None, *, triggered: bool
) -> list[Markup]:
    """All pictures for ``happening``: of a drawing the one that the models see, of a photo both.

    Args:
        image: ``(channel, height, width)`` float32 in ``[0, 1]``, without the trigger; None while there is none.
        triggered: whether the trigger is switched on.
    """
    trigger = infected.trigger
    height, width = trigger.size
    captions = {False: "without the trigger", True: "with the trigger"}
    if task.input == "sketchpad":
        captions = {triggered: f"seen by both: {height}×{width}"}
    return [
        seen(
            task,
            trigger.stamp(image) if stamped and image is not None else image,
            trigger if stamped else None,
            caption=caption,
            shown=stamped == triggered,
        )
        for stamped, caption in captions.items()
    ]
