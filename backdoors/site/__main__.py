"""Write the whole page as static files: tabs, stories, demos and models, for any host and any path on it.

    python -m backdoors.site build DIR
    python -m backdoors.site build DIR --url https://example.org/backdoors/
    python -m backdoors.site build DIR --runtime node_modules/onnxruntime-web/dist

Then any file server shows it, for example `python3 -m http.server --directory DIR`. Models come from the Hub where the
variables BACKDOORS_DIGITS and BACKDOORS_DOGS name a repository, and from assets/models otherwise.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from backdoors.commands import exit_status
from backdoors.site.building import build, load_demos
from backdoors.site.runtime import VARIABLE, VERSION, runtime_files


def main(argv: list[str] | None = None) -> int:
    arguments = _parser().parse_args(argv)
    stopped = "nothing was written into the folder; run the same command again"
    return exit_status(lambda: _build(arguments), stopped=stopped)


def _build(arguments: argparse.Namespace) -> None:
    written = build(arguments.folder, load_demos(), runtime=runtime_files(arguments.runtime), url=arguments.url)
    megabytes = sum(path.stat().st_size for path in written) / 1e6
    print(f"{arguments.folder}: {len(written)} files, {megabytes:.1f} MB")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m backdoors.site", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    add = commands.add_parser("build", help="write the page into a folder").add_argument
    add("folder", metavar="DIR", type=Path, help="a new folder, or one that this command wrote before")
    add("--url", help="where the page will be, for link previews and the lines to copy")
    hint = (
        f"the folder dist of onnxruntime-web {VERSION} from npm, to serve it as well (also in {VARIABLE}); by default "
    )
    add("--runtime", metavar="DIR", type=Path, help=hint + "browsers take it from the public network jsDelivr")
    return parser


if __name__ == "__main__":
    sys.exit(main())
