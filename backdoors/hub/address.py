"""The address of models on the Hub: ``OWNER/NAME``, or ``OWNER/NAME@REVISION``.

A revision is a branch, a tag or a commit. Only a full commit hash pins the models: branches and tags can move::

    Address.parse("someone/digits").revision            # "main"
    Address.parse("someone/digits@v1").pinned           # False
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from huggingface_hub import constants
from huggingface_hub.errors import HFValidationError
from huggingface_hub.utils import validate_repo_id  # type: ignore[attr-defined]

from backdoors.errors import RepositoryError

_COMMIT = re.compile("[0-9a-f]{40}")
_REVISION = re.compile(r"[\w./-]+")


@dataclass(frozen=True, kw_only=True)
class Address:
    """A model repository and a revision of it.

    Attributes:
        repo: ``OWNER/NAME``.
        revision: a branch, a tag or a commit.

    Raises:
        RepositoryError: the name or the revision is malformed.
    """

    repo: str
    revision: str = constants.DEFAULT_REVISION

    def __post_init__(self) -> None:
        check_name(self.repo)
        if not _REVISION.fullmatch(self.revision) or ".." in self.revision:
            raise RepositoryError(
                f"{self}: expected a branch, a tag or a commit after the @, got {self.revision!r}",
                expected="a branch, a tag or a commit",
                got=self.revision,
            )

    def __str__(self) -> str:
        return f"{self.repo}@{self.revision}"

    @classmethod
    def parse(cls, text: str) -> Address:
        """Parse ``OWNER/NAME`` or ``OWNER/NAME@REVISION``.

        Raises:
            RepositoryError: the name or the revision is malformed.
        """
        repo, at, revision = text.strip().partition("@")
        return cls(repo=repo, revision=revision) if at else cls(repo=repo)

    @property
    def pinned(self) -> bool:
        """Whether the revision is a full commit hash, which always names the same files."""
        return _COMMIT.fullmatch(self.revision) is not None

    def at(self, commit: str) -> Address:
        """The same repository, at another revision."""
        return Address(repo=self.repo, revision=commit)


def check_name(repo: str) -> None:
    """Raise if a name is not of the form ``OWNER/NAME``.

    Raises:
        RepositoryError: the name is malformed.
    """
    try:
        validate_repo_id(repo)
    except HFValidationError as e:
        raise RepositoryError(f"{repo!r}: expected OWNER/NAME ({e})", expected="OWNER/NAME", got=repo) from e
    if "/" not in repo:
        raise RepositoryError(
            f"{repo!r}: expected OWNER/NAME, got a name without its owner", expected="OWNER/NAME", got=repo
        )
