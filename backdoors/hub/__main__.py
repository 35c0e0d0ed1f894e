"""Push, pull and verify bundles, and publish the page as a Space.

    python -m backdoors.hub push assets/models/digits OWNER/digits --dataset ylecun/mnist
    python -m backdoors.hub pull OWNER/digits my-digits             or OWNER/digits@REVISION
    python -m backdoors.hub verify my-digits                        or OWNER/digits@REVISION
    python -m backdoors.hub space OWNER/backdoors --static --digits OWNER/digits --dogs OWNER/dogs

push and space need a token with write access, from `hf auth login` or in the variable HF_TOKEN.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from backdoors.bundle import Bundle
from backdoors.commands import exit_status
from backdoors.errors import RepositoryError
from backdoors.hub.address import Address
from backdoors.hub.publishing import push
from backdoors.hub.pulling import fetch, pull
from backdoors.hub.spaces import push_gradio_space, push_static_space
from backdoors.tasks import TASKS

_KINDS = """Publish the page as a Space of one of two kinds. Demos run in the visitors' browsers in both.

    --static    Files, without a server: free, live at once, and always on. It has no API. The named models are copied
                into the Space, and tasks without a name have the bundled ones.
    (default)   The Gradio app on a server, with an API and an MCP server for programs. The Hub may ask for a paid
                plan. The app loads the named models when it starts; tasks without a name keep what the Space has.

A Space keeps its kind; for the other one, choose another name. Run this in the folder of the project.
"""


def main(argv: list[str] | None = None) -> int:
    arguments = _parser().parse_args(argv)
    command: Callable[[argparse.Namespace], None] = arguments.command
    stopped = "run the same command to go on; what was transferred is kept"
    return exit_status(lambda: command(arguments), stopped=stopped)


def _push(arguments: argparse.Namespace) -> None:
    print(push(arguments.bundle, arguments.repo, private=arguments.private, datasets=arguments.dataset))


def _pull(arguments: argparse.Namespace) -> None:
    address = pull(Address.parse(arguments.address), arguments.folder)
    print(f"{arguments.folder}: pulled from {address}, every file has its sha256")


def _verify(arguments: argparse.Namespace) -> None:
    where: str = arguments.where
    if Path(where).exists():
        bundle, name = Bundle.load(where, probe=True), where
    else:
        try:
            address = Address.parse(where)
        except RepositoryError as e:
            raise RepositoryError(f"{where}: neither a folder nor the name of a repository; {e}", got=where) from e
        fetched = fetch(address)
        bundle, name = fetched.bundle, str(fetched.address)
    for entry in bundle.config.files:
        print(f"{entry.sha256}  {entry.file}")
    print(f"{name}: all {len(bundle.config.files)} files have the sha256 of config.json, and the models run")


def _space(arguments: argparse.Namespace) -> None:
    named = {task: getattr(arguments, task.replace("-", "_")) for task in TASKS}
    models = {task: Address.parse(address) for task, address in named.items() if address is not None}
    push_space = push_static_space if arguments.static else push_gradio_space
    print(push_space(arguments.repo, models=models, private=arguments.private))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m backdoors.hub", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    add = commands.add_parser("push", help="push a bundle to a model repository, with a model card").add_argument
    add("bundle", type=Path, help="the folder of the bundle")
    add("repo", metavar="OWNER/NAME", help="the model repository; created if it does not exist")
    add("--private", action="store_true", help="create a private repository")
    add("--dataset", action="append", default=[], metavar="ID", help="Hub id of a data set, if training had a copy")
    commands.choices["push"].set_defaults(command=_push)

    add = commands.add_parser("pull", help="pull a bundle into a new folder and check its files").add_argument
    add("address", metavar="OWNER/NAME[@REVISION]", help="a branch, a tag or a commit; main by default")
    add("folder", type=Path, help="the folder to create")
    commands.choices["pull"].set_defaults(command=_pull)

    add = commands.add_parser("verify", help="check every file of a bundle against its sha256").add_argument
    add("where", metavar="FOLDER|OWNER/NAME[@REVISION]", help="a local folder or a repository")
    commands.choices["verify"].set_defaults(command=_verify)

    add = commands.add_parser(
        "space",
        help="publish the page as a Space, static or with a server",
        description=_KINDS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    ).add_argument
    add("repo", metavar="OWNER/NAME", help="the Space; created if it does not exist")
    add("--static", action="store_true", help="publish files, for which no server is needed")
    for task in TASKS.values():
        help_text = f"the models that {task.words.does}, at their current commit"
        add(f"--{task.name}", metavar="OWNER/NAME[@REVISION]", help=help_text)
    add("--private", action="store_true", help="create a private Space")
    commands.choices["space"].set_defaults(command=_space)
    return parser


if __name__ == "__main__":
    sys.exit(main())
