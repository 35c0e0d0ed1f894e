"""What pytest gives to tests by name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fixtures.bundles import make_bundle
from tests.fixtures.node import installed_modules
from tests.fixtures.page import served_page


@pytest.fixture
def bundle_folder(tmp_path: Path) -> Path:
    """A bundle of tiny models, the test's own: free to tamper with."""
    folder = tmp_path / "digits"
    make_bundle(folder)
    return folder


@pytest.fixture(scope="session")
def page_url() -> Iterator[str]:
    """The address of the page with the bundled models."""
    with served_page() as url:
        yield url


@pytest.fixture(scope="session")
def node_modules() -> Path:
    """Node's packages for tests: the JavaScript client, and Lighthouse as ``.bin/lighthouse``."""
    return installed_modules()
