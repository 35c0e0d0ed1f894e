"""The picture of link previews: a digit with the trigger in it, and what both models answer."""

from __future__ import annotations

import io
from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from backdoors.story import Demo

WIDTH, HEIGHT = 1200, 630  # the size that pages and messengers ask for
ALT = "A picture with a trigger in it, and the labels that a clean and an infected model give it."

_PAPER, _INK, _QUIET, _ALARM, _FRAME = "#ffffff", "#111827", "#4b5563", "#b91c1c", "#facc15"
_SIDE, _LEFT, _TOP = 400, 60, 170


def preview(demos: Sequence[Demo]) -> bytes:
    """A PNG file; the answers in it are those of the first demo's models."""
    demo = demos[0]
    infected, words = demo.first, demo.task.words
    file = demo.examples.get(demo.task.play.example)
    prepared = None if file is None else demo.task.prepare(file, size=demo.bundle.config.input.size)
    if prepared is None:
        prepared = np.full_like(infected.trigger.pattern, demo.task.blank)
    verdict = demo.bundle.compare(infected, prepared, triggered=True)

    sheet = Image.new("RGB", (WIDTH, HEIGHT), _PAPER)
    draw = ImageDraw.Draw(sheet)
    draw.text((_LEFT, 50), "Backdoors in neural networks", _INK, _font(64))
    pixels = np.rint(infected.trigger.stamp(prepared) * 255).astype(np.uint8)
    shown = Image.fromarray(pixels[0] if len(pixels) == 1 else np.moveaxis(pixels, 0, -1)).convert("RGB")
    sheet.paste(shown.resize((_SIDE, _SIDE), Image.Resampling.NEAREST), (_LEFT, _TOP))
    patch, pixel = infected.trigger.patch, _SIDE / pixels.shape[-1]
    x, y = _LEFT + patch.left * pixel, _TOP + patch.top * pixel
    draw.rectangle((x - 5, y - 5, x + patch.width * pixel + 4, y + patch.height * pixel + 4), outline=_FRAME, width=5)
    for top, name, answer, colour in (
        (_TOP, "clean", verdict.clean, _INK),
        (_TOP + 215, "infected", verdict.infected, _ALARM if verdict.backdoor_fired else _INK),
    ):
        draw.rounded_rectangle((520, top, WIDTH - _LEFT, top + 185), 16, outline=colour, width=4)
        draw.text((550, top + 70), f"The {name} {words.network} says", _QUIET, _font(40))
        draw.text(
            (WIDTH - 100, top + 92), answer.label, colour, _font(130 if len(answer.label) < 4 else 44), anchor="rm"
        )
    buffer = io.BytesIO()
    sheet.save(buffer, format="PNG", optimize=True)
    return buffer.getvalue()


def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)
