"""What the page explains, and shows beside its demos: sections of text with figures, as HTML that needs nothing else.

The Gradio app and the static page show the same. ``sections.py`` has the texts' numbers, ``templates/`` their words,
``figures/`` the pictures and plots; nothing here imports gradio.
"""

from backdoors.story.demos import Demo

__all__ = ["Demo"]
