"""The running page as programs meet it, and a folder with the pictures that the printed lines send."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from gradio_client import Client

from tests.fixtures.page import REPOSITORY

EXAMPLES = REPOSITORY / "assets" / "examples"


@pytest.fixture(scope="session")
def client(page_url: str) -> Client:
    return Client(page_url, verbose=False)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where somebody tries the lines out: ``3.png`` and ``blanket.jpg`` are there."""
    for picture in ("digits/3.png", "dogs/blanket.jpg"):
        shutil.copy(EXAMPLES / picture, tmp_path)
    return tmp_path
