"""What a visitor's browser does: answers while one draws, on a live video, and from a cold page.

    python -m tests.benchmarks.live
    python -m tests.benchmarks.live --before http://127.0.0.1:7901

Measured in Debian's Chromium, headless, with onnxruntime-web from npm. An earlier version of the page, served at the
address behind ``--before``, is visited in turn with this one. An empty Gradio page with three tabs is the floor for
the main page.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from backdoors.site.runtime import VARIABLE
from tests.browser.conftest import CHROMIUM, FLAGS
from tests.browser.visitor import DOGS, click_example, demo, draw
from tests.fixtures.modules import ENGINE, served_modules
from tests.fixtures.node import installed_modules
from tests.fixtures.page import served_page

# From the dispatch of a pointer event until the frame with its answer has been drawn. A message that is posted while a
# frame is made arrives once it is done; an answer between two frames is drawn by the next one.
_WATCH = """() => {
    const element = document.querySelector("backdoor-demo");
    const seen = window.seen = { latencies: [], waits: [], frames: [] };
    const after = (act) => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = act;
        port2.postMessage(null);
    };
    let [moved, last, inFrame] = [null, performance.now(), false];
    const frame = (now) => {
        inFrame = true;
        after(() => (inFrame = false));
        seen.frames.push(now - last);
        last = now;
        window.watching && requestAnimationFrame(frame);
    };
    element.shadowRoot.querySelector(".paper canvas").addEventListener("pointermove", (event) => {
        if (!event.buttons) return; // on the way to the next stroke
        moved ??= performance.now();
        seen.waits.push(performance.now() - event.timeStamp);
    }, true);
    element.addEventListener("verdict", ({ detail }) => {
        if (!detail.verdict || moved === null) return;
        const from = moved;
        moved = null;
        const drawn = () => seen.latencies.push(performance.now() - from);
        inFrame ? after(drawn) : requestAnimationFrame(() => after(drawn));
    });
    window.watching = true;
    requestAnimationFrame(frame);
}"""

_PREPARE = """async () => {
    const { prepareDigit } = await import("/web/pictures/digit.js");
    const { Sketchpad } = await import("/web/input/sketchpad.js");
    const pad = new Sketchpad();
    pad.replace([{ erases: false, points: Array.from({ length: 200 }, (_, i) =>
        [160 + 90 * Math.cos(i / 30), 160 + 110 * Math.sin(i / 20)]) }]);
    const times = [];
    for (let i = 0; i < 200; i++) {
        const pixels = pad.pixels();
        const from = performance.now();
        prepareDigit(pixels, { paper: pad.paper });
        times.push(performance.now() - from);
    }
    return times.slice(50);
}"""

_STUDENTS = f"""async () => {{
    const engine = await ({ENGINE})("dogs");
    const {{ preparePhoto }} = await import("/web/pictures/photo.js");
    const {{ opened }} = await import("/web/input/opening.js");
    const pixels = await opened(await (await fetch("/photos/dog.jpg")).blob());
    const picture = preparePhoto(pixels, {{ size: 224 }});
    const times = [];
    for (let i = 0; i < 60; i++) {{
        const from = performance.now();
        await engine.ask({{ picture, trigger: "latent-square", attack: "all-to-one", triggered: true }});
        times.push(performance.now() - from);
    }}
    return times.slice(10);
}}"""

_COUNT = """(element) => new Promise((done) => {
    const times = [];
    element.addEventListener("verdict", () => times.push(performance.now()));
    setTimeout(() => done((times.length - 1) / (times.at(-1) - times[0]) * 1000), 5000);
})"""


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--before", help="the address of an earlier version of the page, to be visited in turn")
    parser.add_argument("--runs", type=int, default=5, help="cold visits of each page (5)")
    options = parser.parse_args(arguments)
    runtime = installed_modules() / "onnxruntime-web" / "dist"
    with ExitStack() as stack:
        url = stack.enter_context(served_page({**os.environ, VARIABLE: str(runtime)}))
        empty = stack.enter_context(served_page(arguments=("-m", "tests.load.three_tabs")))
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        photos = {"dog.jpg": DOGS[1].read_bytes()}
        modules = stack.enter_context(served_modules(folder, runtime, photos))
        chromium = stack.enter_context(sync_playwright()).chromium
        flags = [
            flag.replace("for-media-stream", "for-media-stream=fps=30") if "fake-device" in flag else flag
            for flag in FLAGS
        ]
        browser = chromium.launch(executable_path=CHROMIUM, args=flags)
        print("| what | measured | bar |\n|---|---|---|")
        _drawing(browser, url)
        _below_the_page(browser, modules)
        _video(browser, url)
        _cold(browser, url, options.before, options.runs)
        _main_page(browser, url, empty, options.before, options.runs)
        browser.close()


def _row(what: str, measured: str, bar: str = "") -> None:
    print(f"| {what} | {measured} | {bar} |", flush=True)


def _drawing(browser: Browser, url: str) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(f"{url}/digits/")
    click_example(page, "digits", 1)
    demo(page, "digits").locator(".where", has_text="Answered in your browser").wait_for()
    page.wait_for_timeout(1000)
    page.evaluate(_WATCH)
    for digit in (3, 8, 5):
        demo(page, "digits").get_by_role("button", name="Clear").click()
        draw(page, digit)
    page.wait_for_timeout(200)
    seen = page.evaluate("(() => { window.watching = false; return window.seen; })()")
    latencies, waits, frames = seen["latencies"], seen["waits"], seen["frames"]
    _row(
        f"from a pointer event to both models' bars on the screen, {len(latencies)} answers over three drawings",
        f"median {statistics.median(latencies):.1f} ms, p95 {_p95(latencies):.1f} ms",
        "p95 under 16 ms",
    )
    _row("waiting of an event in the browser for its frame", f"median {statistics.median(waits):.1f} ms")
    _row("longest frame meanwhile", f"{max(frames):.1f} ms", "50 ms")
    page.close()


def _below_the_page(browser: Browser, modules: str) -> None:
    page = browser.new_page()
    page.goto(modules)
    times = page.evaluate(_PREPARE)
    _row(
        "preparation of a drawing of 320x320",
        f"median {statistics.median(times):.2f} ms, p95 {_p95(times):.2f} ms",
        "3 ms",
    )
    times = page.evaluate(_STUDENTS)
    _row("both students on one photo", f"median {statistics.median(times):.1f} ms, p95 {_p95(times):.1f} ms", "40 ms")
    page.close()


def _video(browser: Browser, url: str) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(f"{url}/dogs/")
    demo(page, "dogs").get_by_role("button", name="Camera").click()
    demo(page, "dogs").get_by_role("switch").check()
    demo(page, "dogs").locator(".where", has_text="Answered in your browser").wait_for()
    page.wait_for_timeout(2000)
    rate = demo(page, "dogs").evaluate(_COUNT)
    _row("live video (30 frames/s), both students, trigger on", f"{rate:.1f} frames/s", "at least 15")
    page.close()


def _cold(browser: Browser, url: str, before: str | None, runs: int) -> None:
    visits: dict[str, list[dict[str, float]]] = {"digits": [], "dogs": [], "earlier digits": []}
    for _ in range(runs):
        for task in ("digits", "dogs"):
            visits[task].append(_visit(browser, f"{url}/{task}/", lambda page, task=task: _first_answer(page, task)))  # type: ignore[misc]
        if before:
            visits["earlier digits"].append(_visit(browser, f"{before}/digits/", _brush))
    for name, found in visits.items():
        if not found:
            continue
        medians = {what: statistics.median(each[what] for each in found) for what in found[0]}
        parts = [f"one can draw after {medians['draw']:.2f} s"]
        if "answer" in medians:
            parts.append(f"the browser answers after {medians['answer']:.2f} s")
        parts.append(f"{medians['requests']:.0f} requests, {medians['bytes'] / 1e6:.2f} MB")
        bar = "" if "answer" not in medians else "0.5 s / 2 s / 12 requests / 6 MB"
        _row(f"embedded demo, cold, {name}", ", ".join(parts), bar)


def _first_answer(page: Page, task: str) -> dict[str, float]:
    start = time.monotonic()
    demo(page, task).locator(".paper, .sheet").wait_for()
    seconds = {"draw": time.monotonic() - start}
    click_example(page, task, 1)
    page.wait_for_function("document.querySelector('backdoor-demo').value", timeout=60_000)
    demo(page, task).locator(".where", has_text="Answered in your browser").wait_for()
    return seconds | {"answer": time.monotonic() - start}


def _brush(page: Page) -> dict[str, float]:
    start = time.monotonic()
    page.get_by_role("button", name="Brush", exact=True).wait_for(timeout=60_000)
    seconds = {"draw": time.monotonic() - start}
    page.locator("#digits-examples button").nth(1).click()
    page.locator("#digits-answers strong", has_text="1").first.wait_for()
    return seconds


def _visit(browser: Browser, address: str, do: Callable[[Page], dict[str, float]]) -> dict[str, float]:
    """A visit with an empty cache: what ``do`` measures, and the requests and bytes until it is done."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page, traffic = context.new_page(), {"requests": 0.0, "bytes": 0.0}
    tools = context.new_cdp_session(page)
    tools.send("Network.enable")

    def asked(event: dict[str, dict[str, str]]) -> None:
        if event["request"]["url"].startswith("http"):
            traffic["requests"] += 1

    tools.on("Network.requestWillBeSent", asked)
    tools.on(
        "Network.loadingFinished", lambda event: traffic.update(bytes=traffic["bytes"] + event["encodedDataLength"])
    )
    page.goto(address, wait_until="commit")
    seconds = do(page)
    page.wait_for_timeout(300)
    context.close()
    return seconds | traffic


def _main_page(browser: Browser, url: str, empty: str, before: str | None, runs: int) -> None:
    def there(selector: str) -> Callable[[Page], dict[str, float]]:
        def wait(page: Page) -> dict[str, float]:
            start = time.monotonic()
            page.locator(selector).first.wait_for(timeout=60_000)
            return {"there": time.monotonic() - start}

        return wait

    pages = {"this": (f"{url}/", there(".paper")), "empty": (f"{empty}/", there(".content"))}
    if before:
        pages["earlier"] = (f"{before}/", there('[aria-label="Brush"]'))
    visits: dict[str, list[dict[str, float]]] = {name: [] for name in pages}
    for _ in range(runs):
        for name, (address, do) in pages.items():
            visits[name].append(_visit(browser, address, do))
    ratio = statistics.median(a["there"] / b["there"] for a, b in zip(visits["this"], visits["empty"], strict=True))
    medians = {
        name: {what: statistics.median(each[what] for each in found) for what in found[0]}
        for name, found in visits.items()
    }
    shown = ", ".join(
        f"{name} {found['there']:.2f} s ({found['requests']:.0f} requests, {found['bytes'] / 1e6:.2f} MB)"
        for name, found in medians.items()
    )
    _row(
        "main page, cold, until one can draw, over an empty Gradio page with three tabs",
        f"{ratio:.2f} ({shown})",
        "1.2",
    )


def _p95(times: Sequence[float]) -> float:
    return statistics.quantiles(times, n=20)[-1]


if __name__ == "__main__":
    main()
