"""Where the page takes its models from: a repository on the Hub, or the folder that comes with the page.

``BACKDOORS_DIGITS`` and ``BACKDOORS_DOGS`` name a repository as ``OWNER/NAME@REVISION``. Whatever goes wrong with it,
the page starts all the same, on its own models, and says so::

    digits, origin = load_models("digits", bundled=Path("assets/models/digits"))
    str(origin)     # "bundled", or "someone/digits at 8f14e45"
    origin.trouble  # None, or a sentence that says that these are not the models that were asked for
"""

from __future__ import annotations

import logging
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from huggingface_hub import constants

from backdoors.bundle import Bundle
from backdoors.errors import BackdoorsError, HubError, RepositoryError
from backdoors.hub.address import Address
from backdoors.hub.pulling import fetch
from backdoors.pictures import DIGIT_SIZE

log = logging.getLogger(__name__)

Task = Literal["digits", "dogs"]
TASKS: tuple[Task, ...] = get_args(Task)


@dataclass(frozen=True, kw_only=True)
class Origin:
    """Where models come from.

    Attributes:
        address: the repository, pinned to a commit; None for the bundled models.
        trouble: one sentence for the page, where these are not the models that were asked for; the log has the
            reason, which may name folders here. None where all is well.
    """

    address: Address | None = None
    trouble: str | None = None

    def __str__(self) -> str:
        return "bundled" if self.address is None else f"{self.address.repo} at {self.address.revision[:7]}"

    @property
    def url(self) -> str | None:
        """The page of that commit; None for the bundled models."""
        if self.address is None:
            return None
        return f"{constants.ENDPOINT}/{self.address.repo}/tree/{self.address.revision}"


def variable(task: Task) -> str:
    """The environment variable that names a repository for these models."""
    return f"BACKDOORS_{task.upper()}"


def load_models(task: Task, *, bundled: Path) -> tuple[Bundle, Origin]:
    """Load the models that the environment names, or else the bundled ones.

    Args:
        bundled: the folder to fall back to.

    Raises:
        BundleError: the bundled models themselves cannot be used.
    """
    named, trouble = os.environ.get(variable(task), "").strip(), None
    if named:
        try:
            return _from_hub(task, named)
        except BackdoorsError as e:
            cause = "the Hub did not give them" if isinstance(e, HubError) else "they are not what they should be"
            trouble = f"These are the bundled models: {named} was asked for, but {cause}. The log says more."
            log.warning("%s=%s cannot be used, so the page starts on the bundled models: %s", variable(task), named, e)
    log.info("%s: the bundled models", task)
    return Bundle.load(bundled), Origin(trouble=trouble)


def _from_hub(task: Task, named: str) -> tuple[Bundle, Origin]:
    address = Address.parse(named)
    fetched = fetch(address)
    if not address.pinned:
        log.info("%s: %s is commit %s now; name that to pin it", task, address, fetched.address.revision)
    check_shows(task, fetched.bundle, address)
    log.info("%s: %s, every file as its config.json says", task, fetched.address)
    return fetched.bundle, Origin(address=fetched.address)


_SHOWN_CHANNELS: dict[Task, int] = {"digits": 1, "dogs": 3}


def check_shows(task: Task, bundle: Bundle, address: Address) -> None:
    """Refuse a bundle that lacks something that the page shows.

    Raises:
        RepositoryError: says what is missing.
    """
    config = bundle.config
    if config.task != task:
        raise RepositoryError(f"{address}: expected models of {task}, got models of {config.task}; name another one")
    expected = (_SHOWN_CHANNELS[task], DIGIT_SIZE if task == "digits" else config.input.size)
    if (config.input.channels, config.input.size) != expected:
        raise RepositoryError(
            f"{address}: the page shows pictures of {expected[0]} channels and {expected[1]} pixels a side, got "
            f"models for {config.input.channels} and {config.input.size}"
        )
    if task == "digits" and config.labels != tuple("0123456789"):
        raise RepositoryError(f"{address}: the page draws the digits 0 to 9, got models for {list(config.labels)}")
    attacks = [entry.attack for entry in config.infected]
    if task == "dogs" and not ("infected" in bundle.teachers and attacks == ["all-to-one"]):
        raise RepositoryError(
            f"{address}: the page shows one infected student, all-to-one, and its teacher, got "
            f"{[entry.name for entry in config.infected]} and the teachers {list(bundle.teachers)}"
        )
    combinations = {(entry.trigger, entry.attack) for entry in config.infected}
    if combinations != {(trigger, attack) for trigger in bundle.triggers for attack in attacks}:
        raise RepositoryError(
            f"{address}: the page lets people choose trigger and attack, so each trigger needs an infected model for "
            f"each attack, got {sorted(combinations)}"
        )
