"""The demos in a browser without a server, and the whole page as static files.

``files.py`` is what a demo needs; ``page.py`` is the page around the demos. ``python -m backdoors.site build DIR``
writes both.
"""

from backdoors.site.files import File, demo_files
from backdoors.site.runtime import runtime_files

__all__ = ["File", "demo_files", "runtime_files"]
