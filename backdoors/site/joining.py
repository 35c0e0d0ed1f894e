"""One file of JavaScript out of the modules in ``backdoors/web``: a demo in somebody's blog needs one request for all.

The modules run as they are. Joined, each becomes a function that returns what it exports, in the order in which they
need each other::

    const input_strokes = (() => { const SIDE = 320; ... return { SIDE, snapped }; })();
    const input_sketchpad = (() => { const { SIDE, snapped } = input_strokes; ... return { Sketchpad }; })();

So names of one module cannot collide with those of another. This needs no JavaScript tool, because the modules keep to
one form of import and one of export, and to comments at the beginning of a line; ``joined`` refuses all others.
"""

from __future__ import annotations

import functools
import re
from pathlib import Path

from backdoors.errors import LocalFileError

WEB = Path(__file__).parents[1] / "web"
ENTRY = "backdoor-demo.js"

_IMPORT = re.compile(r'^import \{((?:(?!\bas\b)[^{}])*)\} from "([^"]+)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?function\*? (\w+)|class (\w+)|const (\w+) )", re.MULTILINE)
_OTHERS = re.compile(r"^(?:import|export)\b.*", re.MULTILINE)
_COMMENT = re.compile(r"^ *(?:/\*\*(?:(?!\*/).)*\*/|//[^\n]*)\n", re.MULTILINE | re.DOTALL)


@functools.cache
def joined(entry: Path = WEB / ENTRY) -> str:
    """The modules that a module needs, and itself, as one module without comments.

    Raises:
        LocalFileError: a module imports or exports in another form, or modules need each other in a circle.
    """
    done: dict[Path, str] = {}
    _join(entry.resolve(), entry.resolve().parent, done, [])
    return "\n".join(done.values())


def _join(path: Path, root: Path, done: dict[Path, str], waiting: list[Path]) -> str:
    """Add a module behind those that it needs; gives back the name of its constant."""
    name = re.sub(r"\W", "_", path.relative_to(root).with_suffix("").as_posix())
    if path in done:
        return name
    if path in waiting:
        raise LocalFileError(f"{path.name}: expected modules in an order, got a circle of imports", path=path)
    source = _COMMENT.sub("", path.read_text(encoding="utf-8"))

    def imported(match: re.Match[str]) -> str:
        other = _join((path.parent / match[2]).resolve(), root, done, [*waiting, path])
        return f"const {{{match[1]}}} = {other};\n"

    body = _IMPORT.sub(imported, source)
    exports = [name for groups in _EXPORT.findall(body) for name in groups if name]
    body = _EXPORT.sub("", body)
    if other := _OTHERS.search(body):
        raise LocalFileError(f"{path.name}: expected imports and exports by name, got {other[0]!r}", path=path)
    done[path] = f"const {name} = (() => {{\n{body}return {{ {', '.join(exports)} }};\n}})();"
    return name
