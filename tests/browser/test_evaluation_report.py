"""The page of an evaluation, opened from disk with the network off, at desk and phone width."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from bot.bot import Bot
from bot.evaluation import Report, evaluate, load_questions
from bot.evaluation.html import render
from bot.packaged import PACKAGED_QUESTIONS

HOSTILE = "\"><script>window.hacked = 1</script><img src=x onerror='window.hacked = 2'>"

OpenPage = Callable[..., Page]


@pytest.fixture(scope="module")
def report(bot: Bot) -> Report:
    """Return a report of some questions, one of them hostile."""
    report = evaluate(bot, load_questions(PACKAGED_QUESTIONS)[::4])
    first, *others = report.questions
    hostile = replace(first, id=HOSTILE, question=HOSTILE, text=HOSTILE, kind=HOSTILE)
    return replace(report, questions=(hostile, *others))


@pytest.fixture
def open_page(browser: Browser, report: Report, tmp_path: Path) -> Iterator[OpenPage]:
    file = tmp_path / "report.html"
    file.write_text(render(report), "utf-8")
    asked_for: list[str] = []
    complaints: list[str] = []
    contexts = []

    def open_at(width: int) -> Page:
        context = browser.new_context(viewport={"width": width, "height": 800}, offline=True)
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda request: asked_for.append(request.url))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda message: complaints.append(message.text))
        page.goto(file.as_uri())
        return page

    yield open_at
    for context in contexts:
        context.close()
    assert set(asked_for) == {file.as_uri()}
    assert not complaints


@pytest.mark.parametrize("width", [1280, 360])
def test_it_opens_at_any_width(open_page: OpenPage, width: int) -> None:
    page = open_page(width)
    expect(page.locator("figure svg")).to_have_count(3)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate("window.hacked") is None
    mark = page.locator(".question[open] mark").first
    mark.scroll_into_view_if_needed()
    expect(mark).to_be_visible()


def test_questions_are_found_filtered_and_sorted(open_page: OpenPage, report: Report) -> None:
    page = open_page(1280)
    shown = page.locator(".question:not([hidden])")
    expect(shown).to_have_count(len(report.questions))
    failed = [one for one in report.questions if not one.correct]
    page.get_by_label("Show").select_option("failed")
    expect(shown).to_have_count(len(failed))
    expect(page.locator("#shown")).to_have_text(f"{len(failed)} questions")
    page.get_by_label("Sort by").select_option("confidence")
    page.get_by_label("highest first").check()
    confidences = shown.evaluate_all("all => all.map(one => Number(one.dataset.confidence))")
    assert confidences == sorted((one.confidence for one in failed), reverse=True)
    page.get_by_label("Show").select_option("")
    page.get_by_label("Kind").select_option("follow-up")
    expect(shown).to_have_count(sum(bool(one.history) for one in report.questions))
    page.get_by_label("Kind").select_option("")
    page.get_by_label("Find").fill(report.questions[-1].question)
    expect(shown).to_have_count(1)


def test_print_shows_every_question_open(open_page: OpenPage, report: Report) -> None:
    page = open_page(1280)
    closed = page.locator(".question:not([open])").count()
    assert closed
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    expect(page.locator(".question[open]")).to_have_count(len(report.questions))
    expect(page.locator(".controls")).to_be_hidden()
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    expect(page.locator(".question:not([open])")).to_have_count(closed)
