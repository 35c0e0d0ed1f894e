"""What bad input takes, it gives back: memory before and after all of it, in one page."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from PIL import Image

from backdoors.site import demo_files
from backdoors.site.building import load_demos
from tests.fixtures.page import served_page
from tests.fixtures.process import resident_bytes
from tests.robustness.conftest import good_answer
from tests.robustness.pictures import BAD, ODD, THREE, noise, saved
from tests.robustness.test_requests import BODIES, JSON, ROUTES
from tests.robustness.ways import Site, data_url

MOST = 50_000_000


def settled(url: str) -> int:
    """The memory of the page once it has nothing left to do."""
    time.sleep(1)
    return resident_bytes(url)


@pytest.fixture
def before(quiet_site: Site, three: str) -> int:
    """The memory of the page when everything has been used once."""
    photo = saved(noise(size=(4000, 3000)), "JPEG")
    for _ in range(3):
        good_answer(quiet_site, three)
        quiet_site.picture("classify_digit", photo, "none", "all-to-one")
        quiet_site.picture("classify_dog", photo, True)
        quiet_site.tool("classify_digit", {"drawing": data_url(photo)})
    return settled(quiet_site.url)


def test_after_all_pictures_and_bodies(quiet_site: Site, before: int) -> None:
    for make in (*BAD.values(), *ODD.values()):
        data = make()
        quiet_site.picture("classify_digit", data, "none", "all-to-one")
        quiet_site.picture("classify_dog", data, True)
        quiet_site.tool("classify_digit", {"drawing": data_url(data)})
    for route in ROUTES:
        for body in BODIES.values():
            quiet_site.request("POST", route, content=body, headers=JSON)
    assert settled(quiet_site.url) - before < MOST


def test_after_all_files_of_the_demos(quiet_site: Site, before: int) -> None:
    """They are kept as they were sent, packed in each way: as often as somebody likes, and once each."""
    files = demo_files(load_demos(), server=None, runtime={})
    assert len(files) > 20
    for encoding in 3 * ("br", "gzip", "identity"):
        for path in files:
            assert quiet_site.client.get(f"{quiet_site.url}/{path}", headers={"Accept-Encoding": encoding}).is_success
    assert settled(quiet_site.url) - before < MOST


def test_large_pictures_give_their_memory_back() -> None:
    """48 pictures of 12 million pixels, eight at a time, on a page that has seen none: see ``serving/memory.py``."""
    photo, flat = noise(size=(4000, 3000)), Image.new("RGBA", (4000, 3000), "teal")
    pictures = [saved(photo, "JPEG"), saved(flat, "PNG"), saved(photo, "JPEG", progressive=True)]
    with served_page() as url:

        def ask(number: int) -> None:
            site, picture = Site(url), pictures[number % 3]
            if number % 4 == 3:
                answer = site.tool("classify_digit", {"drawing": data_url(picture)})
            elif number % 2:
                answer = site.picture("classify_dog", picture, True)
            else:
                answer = site.picture("classify_digit", picture, "none", "all-to-one")
            assert answer.ok, answer.text

        good_answer(Site(url), Site(url).upload(THREE))
        small = settled(url)
        with ThreadPoolExecutor(8) as visitors:
            list(visitors.map(ask, range(48)))
        assert settled(url) - small < MOST
