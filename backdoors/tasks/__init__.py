"""The tasks, one for each demo.

To add one, write its value in a module of its own and add it to ``TASKS``; put its bundle into ``assets/models`` and
its example pictures into ``assets/examples``.
"""

from backdoors.bundle import BundleConfig
from backdoors.errors import BundleError
from backdoors.tasks.digits import DIGITS
from backdoors.tasks.dogs import DOGS
from backdoors.tasks.task import Endpoint, Play, Task, Words

TASKS: dict[str, Task] = {task.name: task for task in (DIGITS, DOGS)}
"""The tasks by name, in the order of the tabs."""


def task_of(config: BundleConfig) -> Task:
    """The task that a bundle is made for.

    Raises:
        BundleError: this version of the project has no such task.
    """
    try:
        return TASKS[config.task]
    except KeyError:
        raise BundleError(
            f"expected a bundle for one of {', '.join(TASKS)}, got one for {config.task!r}; it may need a newer "
            "version of this project",
            expected=tuple(TASKS),
            got=config.task,
        ) from None


__all__ = ["TASKS", "Endpoint", "Play", "Task", "Words", "task_of"]
