"""The page: a Gradio app with a tab for each task. The only code that imports gradio.

``site.py`` is what is served, ``page.py`` the page with its ``tabs/``, ``component.py`` the demo as a component of
Gradio, and ``serving/`` what programs and browsers may ask for.
"""

from backdoors.demo.site import Site, build_site

__all__ = ["Site", "build_site"]
