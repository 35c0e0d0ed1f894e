"""How the commands of the project end: exit statuses, errors and Ctrl-C."""

from __future__ import annotations

import sys
from collections.abc import Callable

from backdoors.errors import BackdoorsError


def exit_status(command: Callable[[], None], *, stopped: str) -> int:
    """Run a command. An error of the project is printed as one line; any other is a bug and keeps its traceback.

    Args:
        stopped: printed after Ctrl-C: what is kept, and how to go on.

    Returns:
        The exit status of the process: 0, 1 after an error, 130 after Ctrl-C.
    """
    try:
        command()
    except BackdoorsError as e:
        print(f"error: {e}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(f"\nstopped; {stopped}", file=sys.stderr)
        return 130
    return 0
