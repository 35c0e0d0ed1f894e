"""A task as a file for the browser: its words, its examples, and where its models are.

::

    {"name": "digits", "input": "sketchpad", "prepare": "digit", "size": 28, "labels": ["0", ... "9"], "blank": 0.0,
     "choices": true, "dormant": false, "trouble": null,
     "words": {"one": "digit", ...}, "play": {"opening": "...", ...},
     "triggers": {"single-pixel": "a single bright pixel", ...},
     "infected": [{"trigger": "single-pixel", "attack": "all-to-one", "aim": "every digit becomes 7"}, ...],
     "examples": [{"name": "3", "alt": "the digit 3", "strokes": [[[33.0, 25.0], ...], ...]}, ...],
     "own": {"kind": "grid", "side": 3, "stride": 1},
     "endpoint": "classify_digit", "server": "gradio_api",
     "models": "models/digits/", "runtime": null, "story": "./?tab=digits"}

``backdoors/web/parts/task.js`` reads it. Addresses are relative to the script's own place. ``server`` is null where
there is none, and ``runtime`` where onnxruntime-web comes from a public network of servers.
"""

from __future__ import annotations

import base64
import io
from pathlib import Path
from typing import Any

from PIL import Image

from backdoors.bundle import Bundle
from backdoors.story.demos import Demo
from backdoors.story.words import trigger_in_words, what_the_attack_does
from backdoors.tasks.strokes import STROKES, pen_path
from backdoors.triggers import Trigger

BLOCK = 3  # pixels a side of the grid for a trigger of one's own: the paper's pattern fits (Gu et al. 2017, 4.1.1)
_PLACES = 8  # steps each way on a photo: 81 places take about a second
_THUMBNAIL = 112  # pixels a side: twice as many as most screens show


def describe(demo: Demo, *, server: str | None, runtime: str | None) -> dict[str, Any]:
    """A demo as JSON.

    Args:
        server: the address of the page's API, relative to the script; None where there is none.
        runtime: the folder of onnxruntime-web, relative to the script; None for the public one.
    """
    task, bundle = demo.task, demo.bundle
    words, play = task.words, task.play
    return {
        "name": task.name,
        "input": task.input,
        "prepare": task.in_browser,
        "size": bundle.config.input.size,
        "labels": list(bundle.config.labels),
        "blank": task.blank,
        "choices": task.choices,
        "dormant": demo.first.teachers is not None,
        "trouble": demo.origin.trouble,
        "words": {
            "one": words.one,
            "network": words.network,
            "invitation": words.invitation,
        },
        "play": {part: getattr(play, part) for part in ("example", "opening", "agreed", "trigger", "fired")},
        "triggers": {name: trigger_in_words(task, name) for name in bundle.triggers},
        "infected": [
            {
                "trigger": infected.config.trigger,
                "attack": infected.attack.kind,
                "aim": what_the_attack_does(task, infected),
            }
            for infected in bundle.infected.values()
        ],
        "examples": [_example(demo, name, path) for name, path in demo.examples.items()],
        "own": _shapes(bundle),
        "endpoint": task.endpoint.name,
        "server": server,
        "models": f"models/{task.name}/",
        "runtime": runtime,
        "story": f"./?tab={task.name}",
    }


def _example(demo: Demo, name: str, path: Path) -> dict[str, Any]:
    described: dict[str, Any] = {"name": name, "alt": demo.task.words.example.format(name)}
    if demo.task.input == "sketchpad" and name in map(str, range(len(STROKES))):
        strokes = [stroke.round(1).tolist() for stroke in pen_path(int(name), steps=6)]
        return described | {"strokes": strokes}
    return described | {"thumbnail": _thumbnail(path), "file": f"examples/{demo.task.name}/{path.name}"}


def _thumbnail(path: Path) -> str:
    with Image.open(path) as picture:
        small = picture.convert("RGB")
        small.thumbnail((_THUMBNAIL, _THUMBNAIL))
    buffer = io.BytesIO()
    small.save(buffer, format="JPEG", quality=75)
    return base64.b64encode(buffer.getvalue()).decode()


def _shapes(bundle: Bundle) -> dict[str, Any]:
    """What a visitor's own trigger may look like: pixels on a grid if all triggers fit it, or the changed patch."""
    if fits_the_grid(bundle):
        return {"kind": "grid", "side": BLOCK, "stride": 1}
    side = max(max(trigger.patch.height, trigger.patch.width) for trigger in bundle.triggers.values())
    return {"kind": "patch", "side": side, "stride": max(1, (bundle.config.input.size - side) // _PLACES)}


def fits_the_grid(bundle: Bundle) -> bool:
    """Whether all triggers can be made with the grid: fully bright grey pixels, close enough to each other."""
    return all(map(_is_few_bright_pixels, bundle.triggers.values()))


def _is_few_bright_pixels(trigger: Trigger) -> bool:
    patch, lit = trigger.patch, trigger.mask > 0
    bright = bool((trigger.mask[lit] == 1).all() and (trigger.pattern[:, lit] == 1).all())
    return bright and trigger.channels == 1 and max(patch.height, patch.width) <= BLOCK <= min(trigger.size)
