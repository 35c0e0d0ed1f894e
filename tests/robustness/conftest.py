"""A page for the bad inputs, and after each of them a good one, whose answer must be right."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.robustness.pictures import THREE
from tests.robustness.ways import FILE, SECONDS, Answer, Site, patience


@pytest.fixture(scope="session")
def quiet_site(page_url: str) -> Site:
    """The page, without the good request afterwards."""
    return Site(page_url)


@pytest.fixture(scope="session")
def three(quiet_site: Site) -> str:
    """The path of an uploaded 3."""
    return quiet_site.upload(THREE)


def good_answer(site: Site, three: str) -> Answer:
    return site.call("classify_digit", [{"path": three, "meta": FILE}, "single-pixel", "all-to-one"])


@pytest.fixture
def site(quiet_site: Site, three: str) -> Iterator[Site]:
    """The page; the request after the test's must get the right answer, in time."""
    yield quiet_site
    answer = good_answer(quiet_site, three)
    assert answer.ok, answer.text
    assert (answer.value["clean"]["label"], answer.value["infected"]["label"]) == ("3", "7")
    assert answer.seconds < SECONDS * patience()
