"""Each error is the project's own and the builtin that a caller would catch anyway."""

from __future__ import annotations

import inspect

import pytest

import backdoors
from backdoors import errors

ALL = [error for _, error in inspect.getmembers(errors, inspect.isclass) if error.__module__ == errors.__name__]
RAISED = [error for error in ALL if error is not errors.BackdoorsError]


@pytest.mark.parametrize("error", RAISED)
def test_is_the_projects_own(error: type[Exception]) -> None:
    assert issubclass(error, errors.BackdoorsError)


@pytest.mark.parametrize("error", RAISED)
def test_is_a_builtin_that_callers_catch_anyway(error: type[Exception]) -> None:
    assert issubclass(error, ValueError | OSError)


def test_what_the_hub_says_is_an_os_error_like_every_trouble_with_a_network() -> None:
    assert issubclass(errors.HubError, OSError)


def test_a_missing_file_is_a_file_not_found_error() -> None:
    assert issubclass(errors.BundleFileNotFoundError, FileNotFoundError)


@pytest.mark.parametrize("error", ALL)
def test_says_what_it_means(error: type[Exception]) -> None:
    assert inspect.getdoc(error)


def test_public_names_exist() -> None:
    assert [name for name in backdoors.__all__ if not hasattr(backdoors, name)] == []
