"""The two kinds of Space, and whether a name is free for one of them."""

from __future__ import annotations

from dataclasses import dataclass

from huggingface_hub import HfApi, SpaceInfo
from huggingface_hub.errors import RepositoryNotFoundError

from backdoors.errors import RepositoryError
from backdoors.hub.connection import hub_errors, patiently
from backdoors.hub.publishing import EVERY_REPOSITORY, check_private
from backdoors.site.joining import ENTRY

TEMPLATE = {"index.html", "style.css"}
"""What the Hub itself puts into a new static Space."""


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind of Space.

    Attributes:
        sdk: the Hub's name for it.
        marker: a file that every version of the page has in a Space of this kind, and in no other.
    """

    sdk: str
    marker: str


GRADIO = Kind(sdk="gradio", marker="backdoors/__init__.py")
STATIC = Kind(sdk="static", marker=ENTRY)


def check_space(repo: str, kind: Kind, *, private: bool) -> SpaceInfo | None:
    """Raise if a name is taken by anything but a Space of this kind with the page. Nothing is changed.

    Args:
        private: whether the Space is to be private.

    Returns:
        The Space; None if there is none yet.

    Raises:
        RepositoryError: the Space holds something else or a page of the other kind, or it is public and ``private`` is
            True.
        HubError: see ``hub_errors``.
    """
    with hub_errors(repo):
        try:
            info = patiently(lambda: HfApi().space_info(repo))
        except RepositoryNotFoundError:
            return None
        check_private(info, private)
        files = files_of(info)
        if kind.marker in files:
            return info
        other = STATIC if kind is GRADIO else GRADIO
        if other.marker in files:
            raise RepositoryError(
                f"{repo} holds this page as a {other.sdk} Space, and this would be a {kind.sdk} one; choose another "
                "name",
                expected=kind.sdk,
                got=other.sdk,
            )
        others = files - EVERY_REPOSITORY
        if others and not (kind is STATIC and _is_as_created(info)):
            raise RepositoryError(
                f"{repo} holds something other than this page ({', '.join(sorted(others)[:3])}); choose another name",
                got=sorted(others),
            )
        return info


def files_of(info: SpaceInfo) -> set[str]:
    """The paths of all files of a Space."""
    return {sibling.rfilename for sibling in info.siblings or ()}


def _is_as_created(info: SpaceInfo) -> bool:
    """Whether a static Space has only the Hub's template, which its owner has not changed.

    A push that is interrupted after it created the Space leaves it like that.
    """
    if files_of(info) - EVERY_REPOSITORY - TEMPLATE:
        return False
    return len(patiently(lambda: HfApi().list_repo_commits(info.id, repo_type="space"))) == 1
