"""What happened, in one sentence, beside what the models see."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from backdoors.story.rendering import render


def happening(text: str, pictures: Sequence[Markup] = (), *, fired: bool = False) -> Markup:
    """A box that screen readers read out when it changes.

    Args:
        text: one sentence, plain text.
        pictures: from ``seen``.
        fired: raises the alarm.
    """
    return render("parts/happening.html", text=text, pictures=pictures, fired=fired)
