"""The committed demos, loaded once."""

from __future__ import annotations

import pytest

from backdoors.site.building import load_demos
from backdoors.story import Demo


@pytest.fixture(scope="session")
def demos() -> list[Demo]:
    return load_demos()
