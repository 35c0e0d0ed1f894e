"""The floor of all measurements: a page with the same limits, and without anything of the project."""

from __future__ import annotations

import subprocess
import sys

from backdoors.demo.serving import limits
from tests.fixtures.page import REPOSITORY
from tests.load import empty_page


def test_its_limits_are_the_pages() -> None:
    assert (empty_page.AT_ONCE, empty_page.WAITING) == (limits.AT_ONCE, limits.WAITING)


def test_it_imports_nothing_of_the_project() -> None:
    code = "import sys, tests.load.empty_page; print([name for name in sys.modules if name.startswith('backdoors')])"
    done = subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
