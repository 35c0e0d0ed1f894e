"""Loading the models that a page starts with: from a repository on the Hub, or the bundled ones.

For each task an environment variable such as ``BACKDOORS_DIGITS`` can name a repository as ``OWNER/NAME@REVISION``. If
the repository cannot be used, the bundled models are loaded, and the result says so::

    bundle, origin = load_models(task, bundled=Path("assets/models", task.name))
    str(origin)     # "bundled", or "someone/digits at 8f14e45"
    origin.trouble  # None, or a sentence for the page: these are not the models that were asked for
"""

from __future__ import annotations

import logging
import os
from dataclasses import dataclass
from pathlib import Path

from huggingface_hub import constants

from backdoors.bundle import Bundle
from backdoors.errors import BackdoorsError, BundleError, HubError, RepositoryError
from backdoors.hub.address import Address
from backdoors.hub.pulling import fetch
from backdoors.tasks import Task

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Origin:
    """Where models come from.

    Attributes:
        address: the repository, pinned to a commit; None for the bundled models.
        trouble: a sentence for the page if these are not the models that were asked for, otherwise None. The reason
            is in the log, because it may contain local paths.
    """

    address: Address | None = None
    trouble: str | None = None

    def __str__(self) -> str:
        return "bundled" if self.address is None else f"{self.address.repo} at {self.address.revision[:7]}"

    @property
    def url(self) -> str | None:
        """The Hub's page of the commit; None for the bundled models."""
        if self.address is None:
            return None
        return f"{constants.ENDPOINT}/{self.address.repo}/tree/{self.address.revision}"


def load_models(task: Task, *, bundled: Path) -> tuple[Bundle, Origin]:
    """Load the models that the environment names, or the bundled ones if that fails for any reason.

    Args:
        task: its ``variable`` names the repository, and its ``check`` decides whether the page can show the models.
        bundled: the folder of the bundled models.

    Returns:
        The models, and where they come from.

    Raises:
        BundleError: the bundled models cannot be loaded, or the page cannot show them.
    """
    named, trouble = os.environ.get(task.variable, "").strip(), None
    if named:
        try:
            return _from_hub(task, named)
        except Exception as e:  # a stranger's repository must not keep the page from starting, not even through a bug
            trouble = f"These are the bundled models: {named} was asked for, but {_cause(e)}. The log says more."
            bug = None if isinstance(e, BackdoorsError) else e
            log.warning(
                "%s=%s cannot be used, the bundled models are loaded instead: %s",
                task.variable,
                named,
                e,
                exc_info=bug,
            )
    log.info("%s: the bundled models", task.name)
    bundle = Bundle.load(bundled)
    task.check(bundle)
    return bundle, Origin(trouble=trouble)


def _cause(error: Exception) -> str:
    """Why the named models cannot be used, for visitors: without local paths."""
    if isinstance(error, HubError):
        return "the Hub did not deliver them"
    if isinstance(error, BundleError | RepositoryError):
        return "they are not models that the page can show"
    return "they could not be loaded"


def _from_hub(task: Task, named: str) -> tuple[Bundle, Origin]:
    address = Address.parse(named)
    fetched = fetch(address)
    if not address.pinned:
        log.info("%s: %s is commit %s now; name that to pin it", task.name, address, fetched.address.revision)
    check_shows(task, fetched.bundle, address)
    log.info("%s: %s, every file has its sha256", task.name, fetched.address)
    return fetched.bundle, Origin(address=fetched.address)


def check_shows(task: Task, bundle: Bundle, address: Address) -> None:
    """Raise if the page cannot show a repository's bundle as this task.

    Raises:
        RepositoryError: the bundle is for another task, or lacks something that the page needs.
    """
    try:
        task.check(bundle)
    except BundleError as e:
        raise RepositoryError(f"{address}: {e}", expected=e.expected, got=e.got) from e
