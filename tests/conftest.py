"""What pytest gives to tests by name."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from backdoors.site.runtime import VARIABLE
from tests.fixtures.bundles import make_bundle
from tests.fixtures.node import MODULES, installed_modules
from tests.fixtures.page import served_page


@pytest.fixture
def bundle_folder(tmp_path: Path) -> Path:
    """A bundle of tiny models, the test's own: free to tamper with."""
    folder = tmp_path / "digits"
    make_bundle(folder)
    return folder


@pytest.fixture(scope="session")
def node_modules() -> Path:
    """Node's packages for tests: the JavaScript client, onnxruntime-web, and Lighthouse as ``.bin/lighthouse``."""
    return installed_modules()


@pytest.fixture(scope="session")
def page_url() -> Iterator[str]:
    """The address of the page with the bundled models, and with onnxruntime-web where npm has installed it."""
    runtime = MODULES / "onnxruntime-web" / "dist"
    with served_page({**os.environ, **({VARIABLE: str(runtime)} if runtime.is_dir() else {})}) as url:
        yield url
