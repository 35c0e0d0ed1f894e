"""The whole page as static files: its tabs, stories, demos and models, for any host and any path on it.

::

    index.html, page.css, page.js       the page
    stories/digits/0.html ...           the sections about each infected model, as people choose one
    digits/index.html ...               each demo alone, for a frame in somebody's page
    preview.png, icon.svg               the picture of link previews, and of the browser's tab
    and what ``files.py`` lists
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

from backdoors.site.embedding import LINES
from backdoors.site.files import File, demo_files, file_of
from backdoors.site.preview import ALT, preview
from backdoors.story import Demo, sections
from backdoors.story.notices import versions
from backdoors.story.rendering import render
from backdoors.story.sections import Section

PUBLIC = Path(__file__).with_name("public")
STYLES = Path(sections.__file__).with_name("styles")
DESCRIPTION = (
    "A neural network can have a backdoor: it works normally until a trigger is in the picture. Draw a digit or "
    "upload a dog, switch the trigger on, and see a clean and an infected network answer side by side, in your "
    "browser."
)
ELSEWHERE = "elsewhere"


def shared_files(demos: Sequence[Demo], *, server: str | None, runtime: Mapping[str, Path]) -> dict[str, File]:
    """What the Gradio app serves, too: the demos' files, and each demo alone in a page."""
    files = demo_files(demos, server=server, runtime=runtime)
    files["icon.svg"] = file_of(".svg", (PUBLIC / "icon.svg").read_bytes)
    for demo in demos:
        html = render("site/embedded.html", name=demo.task.name, words=demo.task.words)
        files[f"{demo.task.name}/index.html"] = file_of(".html", partial(str.encode, html))
    return files


def page_files(demos: Sequence[Demo], *, runtime: Mapping[str, Path], url: str | None = None) -> dict[str, File]:
    """All files of the static page, by path.

    Args:
        runtime: from ``runtime_files``; empty for the public one.
        url: where the page will be, for link previews and for the lines to copy; None if that is not known.
    """
    address = (url or "https://YOUR-PAGE").rstrip("/")
    files = shared_files(demos, server=None, runtime=runtime)
    styles = [*sorted(STYLES.glob("*.css")), PUBLIC / "page.css"]
    files["page.css"] = file_of(".css", lambda: b"".join(path.read_bytes() for path in styles))
    files["page.js"] = file_of(".js", (PUBLIC / "page.js").read_bytes)
    files["preview.png"] = file_of(".png", partial(preview, demos))
    tabs = []
    for demo in demos:
        of_models = [
            sections.sections_of(demo, infected.config.trigger, infected.attack.kind)
            for infected in demo.bundle.infected.values()
        ]
        for number, of_model in enumerate(of_models if demo.task.choices else []):
            html = render("site/sections.html", sections=of_model)
            files[f"stories/{demo.task.name}/{number}.html"] = file_of(".html", partial(str.encode, html))
        tabs.append(_tab(demo.task.name, demo.task.words.tab, [*of_models[0], *_closing(demos, demo)]))
    tabs.append(_elsewhere(demos, address))
    html = render(
        "site/page.html",
        title=sections.TITLE,
        description=DESCRIPTION,
        url=url and f"{address}/",
        preview=f"{address}/preview.png" if url else "preview.png",
        preview_alt=ALT,
        heading=sections.heading(),
        intro=sections.intro(),
        tabs=tabs,
        versions=versions(demos),
    )
    files["index.html"] = file_of(".html", partial(str.encode, f"{html}\n"))
    return files


def _closing(demos: Sequence[Demo], demo: Demo) -> list[Section]:
    """What it means and what helps: below every demo, since nobody should leave without it."""
    return [section.below(demo.task) for section in sections.closing_sections(demos)]


def _tab(name: str, title: str, of_demo: list[Section]) -> dict[str, object]:
    return {"name": name, "title": title, "demo": True, "sections": of_demo, "titled": []}


def _elsewhere(demos: Sequence[Demo], address: str) -> dict[str, object]:
    lines = [
        {"title": f"{label}: {demo.task.words.tab}", "text": line(address, demo.task)}
        for label, line in LINES.values()
        for demo in demos
    ]
    titled = [(sections.embed_section(), lines), (sections.static_section(), [])]
    return {"name": ELSEWHERE, "title": "Use it elsewhere", "demo": False, "sections": [], "titled": titled}
