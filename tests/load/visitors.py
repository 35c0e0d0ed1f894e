"""Visitors as threads: each uploads its own picture, asks, and checks its own answer.

Of ten requests one is bad, and of twenty one is left before its answer comes. A visitor who is told that the page is
busy waits a moment.
"""

from __future__ import annotations

import contextlib
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from tests.robustness.ways import FILE, Answer, Site

Right = Callable[[Any], bool]

BUSY = "The page is busy"

BAD, LEAVE = 0.10, 0.05  # shares of the requests


@dataclass(frozen=True, kw_only=True)
class Question:
    """What a visitor asks, and what is right.

    Attributes:
        endpoint: its name.
        picture: a file.
        others: the values beside the picture.
        right: whether an answer is.
    """

    endpoint: str
    picture: Path
    others: Sequence[Any] = ()
    right: Right


@dataclass
class Tally:
    """What happened, over all visitors: how often, and what must not have happened at all."""

    counts: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, what: str, complaint: str = "") -> None:
        with self.lock:
            self.counts[what] += 1
            if complaint:
                self.wrong.append(complaint)


def crowd(url: str, questions: Sequence[Question], *, visitors: int, seconds: float, rude: bool = True) -> Tally:
    """Let visitors come for a while, and wait until all are gone."""
    tally, end = Tally(), time.monotonic() + seconds
    threads = [
        threading.Thread(target=_visit, args=(url, questions, random.Random(number), end, rude, tally), daemon=True)
        for number in range(visitors)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=seconds + 120)
        assert not thread.is_alive(), "a visitor still waits for an answer"
    return tally


def _visit(url: str, questions: Sequence[Question], dice: random.Random, end: float, rude: bool, tally: Tally) -> None:
    site = Site(url)
    site.client = httpx.Client(timeout=60)
    while time.monotonic() < end:
        question, luck = dice.choice(questions), dice.random() if rude else 1.0
        try:
            if luck < BAD:
                _ask_badly(site, question, dice, tally)
            elif luck < BAD + LEAVE:
                _leave(site, question, tally)
            else:
                _ask(site, question, tally)
        except httpx.HTTPError as e:
            tally.add("failed", f"{question.endpoint}: {type(e).__name__} {e}")


def _ask(site: Site, question: Question, tally: Tally) -> None:
    answer = site.picture(question.endpoint, question.picture.read_bytes(), *question.others)
    if answer.ok and question.right(answer.value):
        tally.add("right")
    elif not answer.ok and BUSY in answer.text:
        _busy(tally)
    else:
        tally.add("wrong", f"{question.endpoint} {question.picture.name}: {str(answer)[:300]}")


def _ask_badly(site: Site, question: Question, dice: random.Random, tally: Tally) -> None:
    ways: list[Callable[[], Answer]] = [
        lambda: site.picture(question.endpoint, b"no picture", *question.others),
        lambda: site.picture(question.endpoint, question.picture.read_bytes()[:300], *question.others),
        lambda: site.call(question.endpoint, [{"path": "/etc/hostname", "meta": FILE}, *question.others]),
        lambda: site.call(question.endpoint, []),
    ]
    answer = dice.choice(ways)()
    if not answer.ok and BUSY in answer.text:
        _busy(tally)
    else:
        tally.add("refused", "" if not answer.ok and len(answer.text) > 15 else f"bad: {str(answer)[:300]}")


def _leave(site: Site, question: Question, tally: Tally) -> None:
    """Ask, and hang up while the answer is on its way."""
    call = f"{site.url}/gradio_api/call/{question.endpoint}"
    file = {"path": site.upload(question.picture.read_bytes()), "meta": FILE}
    begun = site.client.post(call, json={"data": [file, *question.others]})
    if begun.status_code == 503:
        return _busy(tally)
    with contextlib.suppress(httpx.ReadTimeout):
        site.client.get(f"{call}/{begun.json()['event_id']}", timeout=httpx.Timeout(60, read=0.01))
    tally.add("left")


def _busy(tally: Tally) -> None:
    tally.add("busy")
    time.sleep(0.5)
