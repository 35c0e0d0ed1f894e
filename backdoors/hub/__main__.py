"""Publish and fetch bundles, and run the page as a Space.

    python -m backdoors.hub push assets/models/digits OWNER/digits --dataset ylecun/mnist
    python -m backdoors.hub pull OWNER/digits my-digits             or OWNER/digits@REVISION
    python -m backdoors.hub verify my-digits                        or OWNER/digits@REVISION
    python -m backdoors.hub space OWNER/backdoors --digits OWNER/digits --dogs OWNER/dogs

push and space need a token that may write: `hf auth login` keeps one, or HF_TOKEN holds it.
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
from backdoors.hub.sources import TASKS
from backdoors.hub.spaces import push_space


def main(argv: list[str] | None = None) -> int:
    arguments = _parser().parse_args(argv)
    command: Callable[[argparse.Namespace], None] = arguments.command
    stopped = "the same command starts again, and what was transferred is kept"
    return exit_status(lambda: command(arguments), stopped=stopped)


def _push(arguments: argparse.Namespace) -> None:
    print(push(arguments.bundle, arguments.repo, private=arguments.private, datasets=arguments.dataset))


def _pull(arguments: argparse.Namespace) -> None:
    print(f"{arguments.folder}: {pull(Address.parse(arguments.address), arguments.folder)}, every file as it says")


def _verify(arguments: argparse.Namespace) -> None:
    where: str = arguments.where
    if Path(where).exists():
        bundle, name = Bundle.load(where), where
    else:
        try:
            address = Address.parse(where)
        except RepositoryError as e:
            raise RepositoryError(f"{where}: no such folder here, and no name of a repository; {e}") from e
        fetched = fetch(address)
        bundle, name = fetched.bundle, str(fetched.address)
    for entry in bundle.config.files:
        print(f"{entry.sha256}  {entry.file}")
    print(f"{name}: all {len(bundle.config.files)} files are as config.json says, and the models load")


def _space(arguments: argparse.Namespace) -> None:
    named = {task: getattr(arguments, task) for task in TASKS}
    models = {task: Address.parse(address) for task, address in named.items() if address is not None}
    print(push_space(arguments.repo, models=models, private=arguments.private))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m backdoors.hub", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    add = commands.add_parser("push", help="a bundle to a model repository, with its card").add_argument
    add("bundle", type=Path, help="the folder")
    add("repo", metavar="OWNER/NAME", help="made where there is none yet")
    add("--private", action="store_true", help="make a new repository private")
    add("--dataset", action="append", default=[], metavar="ID", help="the data set's Hub id, if training had a copy")
    commands.choices["push"].set_defaults(command=_push)

    add = commands.add_parser("pull", help="a bundle from the Hub into a new folder, checked").add_argument
    add("address", metavar="OWNER/NAME[@REVISION]", help="a branch, a tag or a commit; main by default")
    add("folder", type=Path, help="a new folder")
    commands.choices["pull"].set_defaults(command=_pull)

    add = commands.add_parser("verify", help="every file of a bundle against its sha256").add_argument
    add("where", metavar="FOLDER|OWNER/NAME[@REVISION]", help="a folder here, or a repository")
    commands.choices["verify"].set_defaults(command=_verify)

    add = commands.add_parser("space", help="the page as a Space, with these models").add_argument
    add("repo", metavar="OWNER/NAME", help="made where there is none yet")
    add("--digits", metavar="OWNER/NAME[@REVISION]", help="digit models, pinned to the commit that this is now")
    add("--dogs", metavar="OWNER/NAME[@REVISION]", help="dog models, likewise")
    add("--private", action="store_true", help="make a new Space private")
    commands.choices["space"].set_defaults(command=_space)
    return parser


if __name__ == "__main__":
    sys.exit(main())
