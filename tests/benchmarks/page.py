"""What a cold visit of the page costs, and how fast its tabs change, in Debian's Chromium.

    python -m tests.benchmarks.page http://127.0.0.1:7901/ http://127.0.0.1:7902/ --runs 5

Pages are visited in turn, each time with an empty cache. Printed are medians: requests and bytes on the wire until the
page has been quiet for two seconds, the milliseconds until the sketchpad shows its brush, and until a stroke on it has
led to a request. Where the page has tabs, a change to one that was open before is timed too, until it is painted.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Sequence

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.conftest import CHROMIUM, FLAGS

Numbers = dict[str, float]

_CHANGE = """async (name) => {
  const begin = performance.now();
  document.querySelector(`#tab-${name}-button`).click();
  const panel = () => document.querySelector(`#tab-${name}`);
  while (!panel()?.offsetHeight) await new Promise(requestAnimationFrame);
  await new Promise((go) => requestAnimationFrame(() => setTimeout(go))); // painted
  return performance.now() - begin;
}"""


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pages", nargs="+")
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args(arguments)
    found: dict[str, list[Numbers]] = {page: [] for page in options.pages}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for _ in range(options.runs):
            for address, visits in found.items():
                visits.append(visit(browser, address))
        browser.close()
    for address, visits in found.items():
        medians = {what: statistics.median(each[what] for each in visits) for what in visits[0]}
        print(address, "  ".join(f"{what} {value:,.0f}" for what, value in medians.items()), flush=True)


def visit(browser: Browser, address: str) -> Numbers:
    """One visit with an empty cache."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page, traffic = context.new_page(), {"requests": 0.0, "bytes": 0.0, "last": time.monotonic()}
    tools = context.new_cdp_session(page)
    tools.send("Network.enable")
    tools.on("Network.requestWillBeSent", lambda _: traffic.update(requests=traffic["requests"] + 1))
    tools.on(
        "Network.loadingFinished",
        lambda event: traffic.update(bytes=traffic["bytes"] + event["encodedDataLength"], last=time.monotonic()),
    )
    begin = time.monotonic()
    page.goto(address, wait_until="commit")
    numbers: Numbers = {}
    if "tab=" not in address or "tab=digits" in address:
        page.get_by_role("button", name="Brush", exact=True).wait_for(timeout=120_000)
        numbers["brush_ms"] = 1000 * (time.monotonic() - begin)
    else:
        page.get_by_role("tabpanel").first.wait_for(timeout=120_000)
        numbers["tab_ms"] = 1000 * (time.monotonic() - begin)
    while time.monotonic() - traffic["last"] < 2:
        page.wait_for_timeout(100)
    numbers |= {"requests": traffic["requests"], "kB": traffic["bytes"] / 1000}
    numbers["nodes"] = page.evaluate("document.querySelectorAll('*').length")
    if "brush_ms" in numbers:
        numbers["stroke_ms"] = _stroke(page)
    if page.locator("#tab-dogs-button").count():
        for name in ("dogs", "digits"):  # visited, from here on
            page.evaluate(_CHANGE, name)
            page.wait_for_timeout(1500)
        changes = [page.evaluate(_CHANGE, name) for name in ("dogs", "digits") * 3]
        numbers["change_ms"] = statistics.median(changes)
        numbers["slowest_change_ms"] = max(changes)
    context.close()
    return numbers


def _stroke(page: Page) -> float:
    """From the end of a pen stroke to the request that it leads to."""
    canvas = page.locator("#digits-pad canvas").first
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y - 60)
    page.mouse.down()
    page.mouse.move(x, y + 60, steps=4)
    with page.expect_request(lambda request: "/queue/join" in request.url, timeout=120_000):
        begin = time.monotonic()
        page.mouse.up()
    return 1000 * (time.monotonic() - begin)


if __name__ == "__main__":
    main()
