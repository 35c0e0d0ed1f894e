"""What the page costs over an empty Gradio page, served beside it: start-up, memory, latency and throughput.

    python -m tests.benchmarks.serving

The empty page (``tests/load/empty_page.py``) takes the same upload through the same queue, and answers without looking
at it. All figures are taken in turns with that floor: a busy machine slows both, and only ratios are worth quoting.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.fixtures.page import REPOSITORY, started_page
from tests.fixtures.process import resident_bytes
from tests.robustness.ways import Site

EMPTY_PAGE = ("-m", "tests.load.empty_page")
PAGE = ("app.py",)

EXAMPLES = REPOSITORY / "assets" / "examples"
DIGIT, DOG = EXAMPLES / "digits" / "3.png", EXAMPLES / "dogs" / "blanket.jpg"

Ask = Callable[[Site], None]


def asking(endpoint: str, picture: Path, *others: object) -> Ask:
    """Upload a picture, ask about it, and wait for the answer."""
    data = picture.read_bytes()

    def ask(site: Site) -> None:
        answer = site.picture(endpoint, data, *others, name=picture.name)
        if not answer.ok:
            raise RuntimeError(f"/{endpoint}: {answer.text}")

    return ask


@dataclass(frozen=True, kw_only=True)
class Case:
    """A question, the same one for the empty page, and the bars for their ratio."""

    floor: Ask
    ask: Ask
    most_latency: float
    least_throughput: float


CASES = {
    "digit": Case(
        floor=asking("classify", DIGIT, "", ""),
        ask=asking("classify_digit", DIGIT, "pattern", "all-to-one"),
        most_latency=1.2,
        least_throughput=0.8,
    ),
    "dog": Case(
        floor=asking("classify", DOG, "", ""),
        ask=asking("classify_dog", DOG, True),
        most_latency=2.0,
        least_throughput=0.6,
    ),
}


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--starts", type=int, default=9, help="of each page (9)")
    parser.add_argument("--calls", type=int, default=100, help="of one client, of each kind (100)")
    parser.add_argument("--threads", type=int, default=16, help="that ask at once (16)")
    parser.add_argument("--seconds", type=float, default=5, help="of throughput, in each of four turns (5)")
    options = parser.parse_args(arguments)
    print("| what | empty page | page | ratio | bar |\n|---|---|---|---|---|")
    floors, pages = zip(*((start(EMPTY_PAGE), start(PAGE)) for _ in range(options.starts)), strict=True)
    row("start-up, s", [each[0] for each in floors], [each[0] for each in pages], "at most 1.15")
    floor, page = (statistics.median(each[1] for each in starts) / 1e6 for starts in (floors, pages))
    print(f"| memory once started, MB | {floor:.0f} | {page:.0f} | +{page - floor:.0f} MB | at most +70 MB |")
    with ExitStack() as stack:
        empty, ours = (
            Site(stack.enter_context(started_page(arguments=each, quiet=True))[0]) for each in (EMPTY_PAGE, PAGE)
        )
        for name, case in CASES.items():
            taken = latencies([(empty, case.floor), (ours, case.ask)], options.calls)
            least_ms, ms = ([1000 * seconds for seconds in each] for each in taken)
            row(f"{name}, one client, ms", least_ms, ms, f"at most {case.most_latency}")
        floor, page = (resident_bytes(site.url) / 1e6 for site in (empty, ours))
        print(f"| memory after these calls, MB | {floor:.0f} | {page:.0f} | +{page - floor:.0f} MB | |", flush=True)
        for name, case in CASES.items():
            rates: list[list[float]] = [[], []]
            for _ in range(4):
                for (site, ask), found in zip(((empty, case.floor), (ours, case.ask)), rates, strict=True):
                    found.append(throughput(site.url, ask, options.threads, options.seconds))
            row(
                f"{name}, {options.threads} threads, answers/s",
                rates[0],
                rates[1],
                f"at least {case.least_throughput}",
            )


def row(what: str, floor: Sequence[float], found: Sequence[float], bar: str) -> None:
    """A line of the table: medians, and the median of the ratios of runs that were made in turn."""
    ratio = statistics.median(b / a for a, b in zip(floor, found, strict=True))
    print(
        f"| {what} | {statistics.median(floor):.3g} | {statistics.median(found):.3g} | {ratio:.2f} | {bar} |",
        flush=True,
    )


def start(arguments: Sequence[str]) -> tuple[float, int]:
    """Seconds until a page is served, and the memory that it has then."""
    begin = time.perf_counter()
    with started_page(arguments=arguments, quiet=True) as (url, _):
        seconds = time.perf_counter() - begin
        httpx.get(url).raise_for_status()
        return seconds, resident_bytes(url)


def latencies(runs: Sequence[tuple[Site, Ask]], count: int) -> list[list[float]]:
    """Seconds from the upload to the end of the answer; one client after the other, in turns."""
    seconds: list[list[float]] = [[] for _ in runs]
    for _ in range(count + 5):
        for (site, ask), taken in zip(runs, seconds, strict=True):
            begin = time.perf_counter()
            ask(site)
            taken.append(time.perf_counter() - begin)
    return [taken[5:] for taken in seconds]


def throughput(url: str, ask: Ask, threads: int, seconds: float) -> float:
    """Answers in a second, with so many threads that each ask one question after the other."""
    begin = time.monotonic()

    def visit(_: int) -> int:
        site, count = Site(url), 0
        while time.monotonic() < begin + seconds:
            ask(site)
            count += 1
        return count

    with ThreadPoolExecutor(threads) as visitors:
        answers = sum(visitors.map(visit, range(threads)))
    return answers / (time.monotonic() - begin)


if __name__ == "__main__":
    main()
