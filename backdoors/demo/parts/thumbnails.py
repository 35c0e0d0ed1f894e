"""Example pictures as buttons with names; those of ``gr.Examples`` have none."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

from markupsafe import Markup
from PIL import Image

from backdoors.story.figures import embedded
from backdoors.story.rendering import render
from backdoors.tasks import Task

_SIDE = 112  # pixels of a thumbnail: twice as many as most screens show


def thumbnails(task: Task, pictures: Sequence[Path]) -> Markup:
    """A row of buttons; ``data-number`` counts them from 0.

    Args:
        pictures: the files, each named after what it shows.
    """
    return render(
        "parts/thumbnails.html",
        pictures=[_thumbnail(path, task.words.example.format(path.stem)) for path in pictures],
        drawings=task.input == "sketchpad",
    )


def _thumbnail(path: Path, alt: str) -> Markup:
    with Image.open(path) as picture:
        kind = picture.format or "PNG"
        picture.thumbnail((_SIDE, _SIDE))
        buffer = io.BytesIO()
        picture.save(buffer, format=kind)
    return embedded(buffer.getvalue(), alt=alt, kind=kind.lower())
