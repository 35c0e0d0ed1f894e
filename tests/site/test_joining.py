"""The modules as one script: it does what the modules do, and what joining cannot do is refused."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

from backdoors.errors import LocalFileError
from backdoors.site.joining import ENTRY, WEB, joined

MODULES = {
    "entry.js": """
/** What the page loads: a comment
 *  of two lines. */
import { area } from "./shapes/square.js";
import {
  SIDE,
  sides,
} from "./shapes/side.js";

// A name that another module has, too.
const hidden = "entry";

export class Sum {
  // Indented.
  get value() { return area() + SIDE + [...sides()].length; } // at the end of a line it stays
}
export function named() { return `${hidden} // no comment`; }
export async function later() { return area(); }
export const ANSWER = new Sum().value;
""",
    "shapes/square.js": """
import { SIDE } from "./side.js";
const hidden = "square";
export const area = () => SIDE * SIDE + hidden.length;
""",
    "shapes/side.js": """
export const SIDE = 3;
export function* sides() { yield* [1, 2, 3, 4]; }
const hidden = "side";
globalThis.loaded = (globalThis.loaded ?? 0) + 1;
""",
}
USED = """
const { Sum, named, later, ANSWER } = await import(process.argv[1]).then((module) => module.entry ?? module);
console.log(JSON.stringify([new Sum().value, named(), await later(), ANSWER, globalThis.loaded]));
"""


def written(folder: Path, modules: dict[str, str]) -> Path:
    """Modules in a folder; gives back the path of ``entry.js``."""
    for name, source in modules.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(source, encoding="utf-8")
    (folder / "package.json").write_text('{"type": "module"}')
    return folder / "entry.js"


@pytest.fixture
def entry(tmp_path: Path) -> Path:
    return written(tmp_path / "web", MODULES)


def node(*arguments: str | Path) -> str:
    command = ["node", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout


@pytest.mark.usefixtures("node_modules")
def test_it_does_what_the_modules_do(entry: Path, tmp_path: Path) -> None:
    file = tmp_path / "joined.mjs"
    file.write_text(f"{joined(entry)}\nexport {{ entry }};\n", encoding="utf-8")
    told = [json.loads(node("--input-type=module", "-e", USED, path)) for path in (entry, file)]
    assert told[0] == told[1] == [9 + 6 + 3 + 4, "entry // no comment", 15, 22, 1]


def test_each_module_returns_what_it_exports(entry: Path) -> None:
    assert re.findall(r"^const (\w+) = \(\(\) => \{$", joined(entry), re.MULTILINE) == [
        "shapes_side",
        "shapes_square",
        "entry",
    ]
    returned = re.findall(r"^return \{ (.*) \};$", joined(entry), re.MULTILINE)
    assert returned == ["SIDE, sides", "area", "Sum, named, later, ANSWER"]
    assert not re.search(r"^(import|export)\b", joined(entry), re.MULTILINE)


def test_comments_are_left_out(entry: Path) -> None:
    text = joined(entry)
    for gone in ("What the page loads", "of two lines", "another module has", "Indented."):
        assert gone not in text
    assert "// at the end of a line it stays" in text
    assert "// no comment" in text


CIRCLES: dict[str, dict[str, str]] = {
    "itself": {"entry.js": 'import { a } from "./entry.js";\n'},
    "each other": {
        "entry.js": 'import { a } from "./a.js";\nexport const b = 1;\n',
        "a.js": 'import { b } from "./entry.js";\nexport const a = b;\n',
    },
    "below": {
        "entry.js": 'import { a } from "./a.js";\n',
        "a.js": 'import { b } from "./b.js";\nexport const a = 1;\n',
        "b.js": 'import { a } from "./a.js";\nexport const b = 1;\n',
    },
}


@pytest.mark.parametrize("modules", CIRCLES.values(), ids=CIRCLES.keys())
def test_a_circle_is_refused(modules: dict[str, str], tmp_path: Path) -> None:
    with pytest.raises(LocalFileError, match=r"\.js: expected modules in an order, got a circle of imports"):
        joined(written(tmp_path, modules))


OTHER_FORMS = [
    'import "./a.js";',
    'import a from "./a.js";',
    'import * as a from "./a.js";',
    'import { a as b } from "./a.js";',
    'import a, { b } from "./a.js";',
    "import { a } from './a.js';",
    'import { a } from "./a.js"',
    'import { a } from "./a.js"; a();',
    'import("./a.js");',
    "export default 1;",
    "export { a };",
    'export * from "./a.js";',
    'export { a } from "./a.js";',
    "export let a = 1;",
    "export const { a } = {};",
]


@pytest.mark.parametrize("line", OTHER_FORMS)
def test_another_form_is_refused_with_its_line(line: str, tmp_path: Path) -> None:
    entry = written(tmp_path, {"entry.js": f"const before = 1;\n{line}\nconst after = 1;\n", "a.js": "\n"})
    with pytest.raises(LocalFileError, match=rf"^entry\.js: expected imports and exports by name, got .*{line[:6]}"):
        joined(entry)


@pytest.mark.usefixtures("node_modules")
def test_the_real_ones_join(tmp_path: Path) -> None:
    """Every module is in it, each once, and Node can read it."""
    text = joined()
    names = re.findall(r"^const (\w+) = \(\(\) => \{$", text, re.MULTILINE)
    modules = {path.relative_to(WEB).with_suffix("").as_posix() for path in WEB.rglob("*.js")}
    assert sorted(names) == sorted(re.sub(r"\W", "_", module) for module in modules)
    assert names[-1] == re.sub(r"\W", "_", Path(ENTRY).stem)
    assert not re.search(r"^ *(//|/\*\*)", text, re.MULTILINE)
    (tmp_path / "joined.mjs").write_text(text, encoding="utf-8")
    node("--check", tmp_path / "joined.mjs")
