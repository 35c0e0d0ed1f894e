"""The page as a Space of the Hub, of one of two kinds.

A static Space is files: the demos run in the visitors' browsers. It is free, never sleeps, and has no API. A Gradio
Space runs ``app.py`` on a server, with an API and an MCP server; the Hub may ask for a paid plan::

    push_static_space("someone/backdoors", models={"digits": Address.parse("someone/digits")})
    push_gradio_space("someone/backdoors-api")

``backdoors.hub`` does not import this package: it needs the demos, which need ``backdoors.hub`` for their models.
"""

from backdoors.hub.spaces.gradio_space import gradio_files, push_gradio_space
from backdoors.hub.spaces.static_space import push_static_space

__all__ = ["gradio_files", "push_gradio_space", "push_static_space"]
