"""What every command of the project does with errors and with Ctrl-C."""

from __future__ import annotations

import sys
from collections.abc import Callable

from backdoors.errors import BackdoorsError


def exit_status(command: Callable[[], None], *, stopped: str) -> int:
    """Run a command; the project's own errors become one line, and anything else is a bug that shows where it is.

    Args:
        stopped: what to say after Ctrl-C: what is kept, and how to go on.

    Returns:
        What the process should exit with: 0, 1 after an error, 130 after Ctrl-C.
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
