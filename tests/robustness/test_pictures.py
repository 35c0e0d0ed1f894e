"""Pictures that are none, and pictures that are odd, through each way in."""

from __future__ import annotations

import pytest

from tests.robustness.conftest import good_answer
from tests.robustness.pictures import BAD, ENDINGS, ODD, THREE
from tests.robustness.ways import LARGE, SECONDS, Site, data_url, patience, troubles

OTHERS = {"classify_digit": ("none", "all-to-one"), "classify_dog": (True,)}


@pytest.mark.parametrize("endpoint", OTHERS)
@pytest.mark.parametrize("bad", BAD)
def test_bad_over_http(site: Site, bad: str, endpoint: str) -> None:
    data = BAD[bad]()
    answer = site.picture(endpoint, data, *OTHERS[endpoint])
    assert troubles(answer, large=len(data) > LARGE) == []


@pytest.mark.parametrize("bad", BAD)
def test_bad_over_mcp(site: Site, bad: str) -> None:
    data = BAD[bad]()
    answer = site.tool("classify_digit", {"drawing": data_url(data)})
    assert troubles(answer, large=len(data) > LARGE) == []


@pytest.mark.parametrize("endpoint", OTHERS)
@pytest.mark.parametrize("odd", ODD)
def test_odd_over_http(site: Site, odd: str, endpoint: str) -> None:
    """A verdict, or a reason why there is none."""
    answer = site.picture(endpoint, ODD[odd](), *OTHERS[endpoint])
    if answer.ok:
        assert answer.value is None or set(answer.value) >= {"clean", "infected"}
        assert answer.seconds < SECONDS * patience()
    else:
        assert troubles(answer) == []


@pytest.mark.parametrize("name", ENDINGS)
def test_the_ending_of_a_name_does_not_matter(site: Site, name: str) -> None:
    answer = site.picture("classify_digit", THREE, "none", "all-to-one", name=name)
    assert answer.ok, answer.text
    assert answer.value["clean"]["label"] == "3"


def test_the_good_one_over_mcp(site: Site) -> None:
    answer = site.tool("classify_digit", {"drawing": data_url(THREE), "trigger": "single-pixel"})
    assert answer.ok
    assert "'backdoor_fired': True" in answer.value


def test_good_answers_are_asked_for_quickly(site: Site, three: str) -> None:
    assert good_answer(site, three).ok
