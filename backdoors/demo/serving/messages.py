"""Messages that leave the page. Labels in them may be a stranger's: they are cut, and escaped where HTML is shown."""

from __future__ import annotations

import html

from backdoors.demo.serving.limits import MESSAGE_LENGTH


def shortened(text: str) -> str:
    """At most ``MESSAGE_LENGTH`` characters of a text; an ellipsis ends one that was cut."""
    return text if len(text) <= MESSAGE_LENGTH else f"{text[: MESSAGE_LENGTH - 1]}…"


def escaped(text: str) -> str:
    """Plain text for what Gradio shows as HTML, and clients as it is: the messages of ``gr.Error`` and ``gr.Warning``.

    Quotes stay as they are: a message never stands in an attribute.
    """
    return html.escape(shortened(text), quote=False)
