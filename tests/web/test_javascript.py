"""The JavaScript tests, under Node, with golden files that the library has just written."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.fixtures.page import REPOSITORY
from tests.web import golden

WEB = Path(__file__).parent


@pytest.fixture(scope="session")
def golden_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("golden")
    assert golden.write(folder, "digits", golden.digits()) > 3700
    assert golden.write(folder, "photos", golden.photos()) >= 8
    assert golden.write_verdicts(folder) > 60
    return folder


@pytest.mark.parametrize("file", sorted(WEB.glob("*.test.js")), ids=lambda file: file.name)
def test_under_node(file: Path, golden_files: Path, node_modules: Path) -> None:
    done = subprocess.run(
        ["node", "--test", str(file)],
        cwd=REPOSITORY,
        env={**os.environ, "GOLDEN": str(golden_files), "NODE_PATH": str(node_modules)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:]
