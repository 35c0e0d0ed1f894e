"""The static page, below a path of a plain file server: both demos, their stories, and nobody else asked."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from backdoors.tasks import TASKS
from tests.browser.conftest import PHONE, WIDE, open_page
from tests.browser.visitor import TARGET, answer, click_example, demo, draw, overflow, trigger, where


def panel(page: Page, name: str) -> None:
    page.get_by_role("tab", name=TASKS[name].words.tab if name in TASKS else "Use it elsewhere").click()
    expect(page.locator(f"#tab-{name}")).to_be_visible()


@pytest.mark.parametrize("viewport", [WIDE, PHONE], ids=["wide", "phone"])
def test_both_backdoors_fire(browser: Browser, static_url: str, viewport: ViewportSize) -> None:
    with open_page(browser, static_url, viewport) as page:
        page.goto(static_url)
        draw(page, 3)
        expect(answer(page, "digits", "infected")).to_have_text("3")
        trigger(page, "digits").check()
        expect(answer(page, "digits", "infected")).to_have_text("7")
        expect(where(page, "digits")).to_contain_text("Answered in your browser")
        panel(page, "dogs")
        click_example(page, "dogs", 1)
        expect(answer(page, "dogs", "infected")).not_to_have_text("–")
        trigger(page, "dogs").check()
        expect(answer(page, "dogs", "infected")).to_have_text(TARGET)
        assert overflow(page) <= 0


@pytest.mark.parametrize("name", [*TASKS, "elsewhere"])
def test_tabs_have_addresses(browser: Browser, static_url: str, name: str) -> None:
    with open_page(browser, static_url) as page:
        page.goto(f"{static_url}?tab={name}")
        expect(page.locator(f"#tab-{name}")).to_be_visible()
        panel(page, "digits" if name != "digits" else "dogs")
        page.go_back()
        expect(page.locator(f"#tab-{name}")).to_be_visible()
        page.locator(f"#tab-{name}-button").focus()
        page.keyboard.press("ArrowRight")
        names = [*TASKS, "elsewhere"]
        expect(page.locator(f"#tab-{names[(names.index(name) + 1) % len(names)]}")).to_be_visible()


@pytest.mark.parametrize("name", TASKS)
def test_every_section_says_something(browser: Browser, static_url: str, name: str) -> None:
    with open_page(browser, static_url) as page:
        page.goto(f"{static_url}?tab={name}")
        sections = page.locator(f"#tab-{name} .bd-question")
        assert sections.count() >= 5
        for section in sections.all():
            section.locator("summary").click()
            assert len(section.locator(".bd-text").inner_text()) > 100
        assert overflow(page) <= 0


def test_the_story_follows_the_chosen_model(browser: Browser, static_url: str) -> None:
    with open_page(browser, static_url) as page:
        page.goto(static_url)
        rates = page.locator("#digits-rates")
        rates.locator("summary").click()
        expect(rates).to_contain_text("classifies as the target, 7")
        demo(page, "digits").get_by_label("each digit becomes the next one").check()
        expect(rates).to_contain_text("classifies as the label after the true one")
        demo(page, "digits").get_by_label("every digit becomes 7").check()
        expect(rates).to_contain_text("classifies as the target, 7")


def test_it_prints_lines_with_its_own_address(browser: Browser, static_url: str) -> None:
    """It was built without being told where it will be."""
    with open_page(browser, static_url) as page:
        page.goto(f"{static_url}?tab=elsewhere")
        lines = page.locator("#tab-elsewhere code").all_inner_texts()
    assert sum(f'src="{static_url}backdoor-demo.js"' in line for line in lines) == len(TASKS)


@pytest.mark.parametrize("name", TASKS)
def test_a_demo_alone(browser: Browser, static_url: str, name: str) -> None:
    with open_page(browser, static_url) as page:
        page.goto(f"{static_url}{name}/?__theme=dark")
        click_example(page, name, 1)
        expect(answer(page, name, "clean")).not_to_have_text("–")
        story = demo(page, name).get_by_role("link", name="The whole story")
        assert story.evaluate("(link) => link.href") == f"{static_url}?tab={name}"
