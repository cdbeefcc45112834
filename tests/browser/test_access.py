"""The chat for everyone: axe-core's rules, the keyboard alone, an answer that can be stopped."""

import threading
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from bot.bot import Bot
from bot.web.coming import ComingIndex
from embeddings import Index
from embeddings.encoder import Progress
from embeddings.retriever import Retriever

from .opening import NewPage, StartChat
from .patient import LONGEST, PatientBot
from .test_chat import FISHING, NORTH_KOREA, ask
from .test_exam import RIGHT, WRONG, questions, sit


def expect_no_serious_violation(page: Page) -> None:
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    serious = {
        one["id"]: [node["html"][:200] for node in one["nodes"]]
        for one in found
        if one["impact"] in ("serious", "critical")
    }
    assert not serious


@pytest.mark.parametrize(
    ("width", "scheme"), [(1280, "light"), (1280, "dark"), (390, "light"), (390, "dark")]
)
def test_axe_finds_nothing_serious(
    new_page: NewPage, tmp_path: Path, width: int, scheme: str
) -> None:
    page = new_page(width=width, height=844, scheme=scheme)
    expect_no_serious_violation(page)
    ask(page, NORTH_KOREA)
    ask(page, FISHING)
    for summary in page.locator("#chat summary").all():
        summary.click()
    expect_no_serious_violation(page)
    if width < 900:
        page.get_by_role("button", name="Record").click()
        expect_no_serious_violation(page)
        page.keyboard.press("Escape")
    sit(page, questions(tmp_path / "own.jsonl", RIGHT, WRONG))
    expect(page.locator("#results .failed")).to_be_visible()
    expect_no_serious_violation(page)


def test_everything_can_be_reached_by_tab_and_is_seen_to_be(page: Page) -> None:
    ask(page, NORTH_KOREA)
    wanted = {"New chat", "Chat", "Edit", "Ask again", "[1]", "5 passages", "Your question"}
    wanted |= {"Japan-Peru Relations", "Remove", "Add meetings", "What was said about"}
    page.locator("body").evaluate("() => document.activeElement.blur()")
    reached = ""
    for _ in range(40):
        page.keyboard.press("Tab")
        element = page.locator(":focus")
        if not element.count():
            continue
        name = element.evaluate("it => it.labels?.[0]?.textContent || it.textContent")
        reached += f"{name}\n"
        if name.strip() and element.evaluate("it => it.tagName") in ("BUTTON", "A", "SUMMARY"):
            style = element.evaluate("it => getComputedStyle(it).outlineStyle")
            assert style != "none", name
    assert not {one for one in wanted if one not in reached}
    expect(page.get_by_role("textbox", name="Your question", exact=True)).to_be_visible()


def test_the_page_does_not_move_while_an_answer_comes(page: Page) -> None:
    page.evaluate(
        """() => {
            window.moved = 0;
            new PerformanceObserver(list => {
                for (const one of list.getEntries()) window.moved += one.value;
            }).observe({ type: "layout-shift", buffered: false });
        }"""
    )
    ask(page, NORTH_KOREA)
    ask(page, FISHING)
    page.wait_for_timeout(300)
    assert page.evaluate("window.moved") < 0.1  # what Chromium calls good


def test_an_answer_can_be_stopped(new_page: NewPage, patient: tuple[PatientBot, str]) -> None:
    bot, address = patient
    page = new_page(address)
    bot.allowed.clear()
    before = page.get_by_role("button", name="Ask", exact=True).bounding_box()
    page.get_by_label("Your question").fill(NORTH_KOREA)
    page.get_by_label("Your question").press("Enter")
    expect(page.locator("#chat .asked")).to_have_text(NORTH_KOREA)
    expect(page.get_by_role("status").filter(has_text="Looking it up")).to_be_in_viewport()
    assert "processing |" not in page.locator("body").aria_snapshot()  # Gradio's clock, unseen
    stop = page.get_by_role("button", name="Stop")
    assert stop.bounding_box() == before
    stop.click()
    expect(page.locator("#chat .asked")).to_have_count(0)
    expect(page.get_by_label("Your question")).to_be_focused()
    bot.allowed.set()
    expect(ask(page, FISHING)).to_contain_text("The record does not say.")
    expect(page.locator("#chat .asked")).to_have_text([FISHING])


def test_it_says_that_it_is_warming_up_for_as_long_as_it_is(
    new_page: NewPage, start_chat: StartChat, retriever: Retriever
) -> None:
    bot = PatientBot(retriever)
    bot.allowed.clear()
    address = start_chat(bot)
    pages = [new_page(address, width=width) for width in (1280, 390)]
    said = [page.get_by_role("status").filter(has_text="Warming up") for page in pages]
    for one in said:
        expect(one).to_be_in_viewport()
    bot.allowed.set()
    for one in said:
        expect(one).to_have_count(0)
    for width in (1280, 390):
        later = new_page(address, width=width)
        expect(ask(later, FISHING)).to_contain_text("The record does not say.")
        expect(later.get_by_text("Warming up")).to_have_count(0)


def test_the_record_can_be_read_and_asked_while_it_is_indexed(
    new_page: NewPage, start_chat: StartChat, index: Index
) -> None:
    allowed = threading.Event()

    def make(progress: Progress) -> Index:
        progress(420, 2310)
        allowed.wait(LONGEST)
        return index

    coming = ComingIndex([*index.documents.values()], index.encoder, make)
    page = new_page(start_chat(Bot(Retriever(coming))))
    said = page.get_by_role("status").filter(has_text="the meetings are being read")
    expect(said).to_be_in_viewport()
    expect(page.locator("#warming")).to_contain_text("420 of 2,310 passages are indexed.")
    expect(page.locator("article.record h2")).to_contain_text("Japan-Peru")
    page.get_by_label("Your question").fill(NORTH_KOREA)
    page.get_by_label("Your question").press("Enter")
    expect(page.locator("#chat .asked")).to_have_text(NORTH_KOREA)
    expect(said).to_be_in_viewport()
    allowed.set()
    expect(page.locator("#chat .cite").first).to_be_visible()
    expect(said).to_have_count(0)
