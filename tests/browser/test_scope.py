"""Whose words, and when: the choice above the box, where a record has speakers or times."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from bot.bot import Bot
from bot.web.server import start
from embeddings import Index, Retriever, SentenceTransformerEncoder, read_documents

from .opening import NewPage, click_before_an_answer
from .test_access import expect_no_serious_violation
from .test_chat import ask, expect_no_sideways_scroll

CAPTIONS = """WEBVTT

00:00:01.000 --> 00:00:04.000
<v Chair>We come to the parking fee. What do you propose?

00:10:31.000 --> 00:10:35.000
<v Ms. Ortega>I propose a parking fee of four dollars an hour.

00:12:31.000 --> 00:12:35.000
<v Mr. "J. B." Lee>I propose a parking fee of three dollars an hour.
"""
HEARING = """WEBVTT

00:00:01.000 --> 00:00:04.000
<v Dr. Sato>The river rose by two metres in May.

00:00:05.000 --> 00:00:09.000
<v Prof. Diaz>Nobody had measured the river before.
"""
FEE = "What parking fee is proposed?"


@pytest.fixture(scope="module")
def council(
    encoder: SentenceTransformerEncoder, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    folder: Path = tmp_path_factory.mktemp("council")
    (folder / "council.vtt").write_text(CAPTIONS, "utf-8")
    (folder / "garden.txt").write_text("The shed gets a green roof in October.", "utf-8")
    bot = Bot(Retriever(Index.build(read_documents(folder), encoder=encoder)))
    app, address = start(bot)
    yield address
    app.close(verbose=False)


@pytest.fixture(params=[1280, 390])
def page(request: pytest.FixtureRequest, new_page: NewPage, council: str) -> Page:
    return new_page(council, width=request.param)


def test_a_question_is_put_to_the_chosen_speakers(page: Page) -> None:
    summary = page.locator("#scope summary")
    expect(summary).to_have_text("Ask of everything")
    summary.press("Enter")
    lee = page.get_by_role("checkbox", name='Mr. "J. B." Lee')
    lee.focus()
    page.keyboard.press("Space")
    expect(summary).to_have_text('Ask of Mr. "J. B." Lee')
    expect(lee).to_be_checked()
    expect(lee).to_be_focused()
    expect_no_sideways_scroll(page)
    page.keyboard.press("Escape")
    expect(lee).to_be_hidden()
    answer = ask(page, FEE)
    expect(answer.locator(".quote")).to_contain_text("three dollars")
    expect(answer).to_contain_text('Asked of: Mr. "J. B." Lee.')
    summary.click()
    page.get_by_role("button", name="Ask of everything").click()
    expect(summary).to_have_text("Ask of everything")
    expect(summary).to_be_focused()
    answer = ask(page, "Who proposed a parking fee of four dollars?")
    expect(answer.locator(".quote")).to_contain_text("four dollars")
    expect(answer).not_to_contain_text("Asked of")


def test_a_question_is_put_to_a_part_of_the_recording(page: Page) -> None:
    summary = page.locator("#scope summary")
    summary.click()
    page.get_by_label("From").fill("noon")
    page.get_by_label("From").press("Enter")
    expect(page.get_by_test_id("toast-body")).to_contain_text("give a day (YYYY-MM-DD) or a time")
    expect(summary).to_have_text("Ask of everything")
    page.get_by_label("From").fill("00:10:00")
    page.get_by_label("From").press("Tab")
    page.keyboard.type("00:12")  # while the server hears of the first
    expect(summary).to_have_text("Ask of everything, from 00:10:00")
    expect(page.get_by_label("Before")).to_be_focused()
    page.keyboard.type(":00")
    page.keyboard.press("Enter")
    expect(summary).to_have_text("Ask of everything, from 00:10:00, before 00:12:00")
    expect(ask(page, "What is a parking fee?").locator(".quote")).to_contain_text("four dollars")


def test_only_what_the_ticked_meetings_have_is_offered(new_page: NewPage, council: str) -> None:
    page = new_page(council)
    scope = page.locator("#scope")
    scope.locator("summary").click()
    page.get_by_role("checkbox", name="Chair").check()
    expect(scope.locator("summary")).to_have_text("Ask of Chair")
    tick = page.get_by_role("checkbox", name="Ask council.vtt")
    tick.uncheck()
    expect(scope).to_be_hidden()
    expect(ask(page, "Which roof does the shed get?")).to_contain_text("green roof")
    tick.check()
    expect(scope.locator("summary")).to_have_text("Ask of Chair")


def test_in_a_low_window_it_lies_above_the_box(new_page: NewPage, council: str) -> None:
    page = new_page(council, width=640, height=400)  # a laptop's, enlarged twice
    page.locator("#scope summary").click()
    page.get_by_role("checkbox", name="Chair").check()
    expect(page.locator("#scope summary")).to_have_text("Ask of Chair")
    expect(page.get_by_label("Your question")).to_be_in_viewport(ratio=1)
    expect_no_serious_violation(page)


def test_a_record_without_speakers_and_times_offers_no_choice(new_page: NewPage) -> None:
    expect(new_page().locator("#scope")).to_be_hidden()


def test_those_who_are_ticked_are_those_who_are_asked(page: Page, tmp_path: Path) -> None:
    hearing = tmp_path / "hearing.vtt"
    hearing.write_text(HEARING, "utf-8")
    page.locator("#add input[type=file]").set_input_files(hearing)
    speakers = page.locator("#scope [name=speaker]")
    expect(speakers).to_have_count(5)
    ticked = "all => all.filter(one => one.checked).map(one => one.value)"
    summary = page.locator("#scope summary")
    summary.click()
    click_before_an_answer(speakers.nth(0), speakers.nth(3), "**/queue/join?")
    expect(summary).to_have_text("Ask of Chair, Dr. Sato")
    page.locator("#list [data-ask='council.vtt']").evaluate("one => one.click()")
    expect(summary).to_have_text("Ask of Dr. Sato")
    assert speakers.evaluate_all(ticked) == ["Dr. Sato"]
