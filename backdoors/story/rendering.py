"""HTML from templates: everything that the page shows and that Gradio has no component for.

Templates lie in ``templates``. Values are escaped when they are put in: labels, names and sentences may come from a
stranger's bundle. Only what ``render`` itself returned goes in unchanged, so templates can be nested::

    image = render("figures/picture.html", kind="png", data="iVBOR...", alt='a "3"', small=True)    # <img src="...
    render("figures/stage.html", picture=image, ...)                            # the image is not escaped again

Two filters write rates: ``rate`` (0.7 becomes 70.00%) and ``plain`` (a number without needless digits).
"""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).with_name("templates")),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    auto_reload=False,
)
"""Compiles each template once."""

TEMPLATES.filters["rate"] = lambda share, digits=2: f"{share:.{digits}%}"
TEMPLATES.filters["plain"] = lambda number: f"{number:.4g}"


def render(template: str, **values: object) -> Markup:
    """Fill a template in.

    Args:
        template: its path below ``templates``.
        values: what it needs; a ``Markup`` goes in unchanged, everything else is escaped.

    Raises:
        jinja2.UndefinedError: a value is missing.
    """
    return Markup(TEMPLATES.get_template(template).render(values).strip())


def titled(template: str, **values: object) -> tuple[str, Markup]:
    """Fill in a template that sets its own ``title``.

    Returns:
        The title, which is plain text, and the HTML.
    """
    module = TEMPLATES.get_template(template).make_module(values)
    title: str = module.title  # type: ignore[attr-defined]
    return title, Markup(str(module).strip())
