"""What stands in sight while one asks, and what becomes of what is typed meanwhile."""

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from .opening import NewPage
from .patient import PatientBot
from .test_chat import FISHING, NORTH_KOREA, ask

VENEZUELA = "What was said about Venezuela?"
LONG = "What was discussed at the meeting?"


@pytest.mark.parametrize(("width", "height"), [(1024, 700), (390, 844)])
def test_a_long_answer_is_shown_from_its_question_on(
    new_page: NewPage, width: int, height: int
) -> None:
    page = new_page(width=width, height=height)
    ask(page, NORTH_KOREA)
    answer = ask(page, LONG)
    expect(answer.locator(".acts")).to_be_attached()
    expect(answer.locator(".quote li").last).not_to_be_in_viewport()
    expect(page.locator("#chat .asked").last).to_be_in_viewport(ratio=1)
    expect(answer.locator(".quote li").first).to_be_in_viewport(ratio=1)


def test_who_has_scrolled_up_and_asks_sees_the_answer(page: Page) -> None:
    for _ in range(3):
        ask(page, LONG)
    page.locator("#chat .bubble-wrap").hover()
    page.mouse.wheel(0, -5000)
    expect(page.locator("#chat .asked").first).to_be_in_viewport(ratio=1)
    answer = ask(page, NORTH_KOREA)
    expect(page.locator("#chat .asked").last).to_be_in_viewport(ratio=1)
    expect(answer.locator(".quote")).to_be_in_viewport(ratio=1)
    expect(answer.locator(".acts")).to_be_in_viewport(ratio=1)
    page.mouse.wheel(0, -5000)
    page.get_by_role("button", name="Ask again").nth(1).click()
    expect(page.locator("#chat .asked")).to_have_count(2)
    expect(page.locator("#chat .asked").last).to_be_in_viewport(ratio=1)


def test_who_scrolls_on_is_left_where_he_is(page: Page) -> None:
    ask(page, LONG)
    answer = ask(page, LONG)
    page.locator("#chat .bubble-wrap").hover()
    page.mouse.wheel(0, -5000)
    expect(page.locator("#chat .asked").first).to_be_in_viewport(ratio=1)
    answer.evaluate("answer => answer.append('More')")  # as what is drawn below may change
    page.wait_for_timeout(300)
    expect(page.locator("#chat .asked").first).to_be_in_viewport(ratio=1)


def test_what_is_typed_while_an_answer_comes_stays(
    new_page: NewPage, patient: tuple[PatientBot, str]
) -> None:
    bot, address = patient
    page = new_page(address)
    ask(page, NORTH_KOREA)
    box = page.get_by_label("Your question")
    bot.allowed.clear()
    box.fill(VENEZUELA)
    box.press("Enter")
    expect(box).to_have_value("")
    expect(page.locator("#chat .asked")).to_have_text([NORTH_KOREA, VENEZUELA])
    box.press_sequentially(FISHING)
    box.press("Enter")  # not yet
    bot.allowed.set()
    expect(page.locator("#chat .answer")).to_have_count(2)
    expect(page.locator("#chat .asked")).to_have_text([NORTH_KOREA, VENEZUELA])
    expect(page.get_by_role("button", name="Ask", exact=True)).to_be_visible()
    expect(box).to_have_value(FISHING)
    box.press("Enter")
    expect(page.locator("#chat .answer")).to_have_count(3)
    expect(box).to_have_value("")


def test_a_question_that_was_not_taken_stands_in_the_box_again(
    tabs: BrowserContext, address: str
) -> None:
    page = tabs.new_page()
    page.goto(address)
    page.locator("article.record").wait_for()
    page.route("**/queue/join*", lambda route: route.fulfill(status=503, json={}))
    box = page.get_by_label("Your question")
    box.fill(FISHING)
    box.press("Enter")
    expect(page.get_by_test_id("toast-body")).to_be_visible()
    expect(box).to_have_value(FISHING)
    page.unroute("**/queue/join*")
    box.press("Enter")
    expect(page.locator("#chat .asked")).to_have_text([FISHING])
    page.close()


def test_a_half_written_question_survives_what_else_is_asked(page: Page) -> None:
    ask(page, NORTH_KOREA)
    box = page.get_by_label("Your question")
    box.fill("Half a")
    page.get_by_role("button", name="Ask again").click()
    expect(page.get_by_role("button", name="Ask", exact=True)).to_be_visible()
    expect(page.locator("#chat .next button")).not_to_have_count(0)
    page.locator("#chat .next button").first.click()
    expect(page.locator("#chat .answer")).to_have_count(2)
    expect(box).to_have_value("Half a")


@pytest.mark.parametrize("width", [1280, 390])
def test_an_edit_can_be_given_up(new_page: NewPage, width: int) -> None:
    page = new_page(width=width)
    ask(page, NORTH_KOREA)
    box = page.get_by_label("Your question")
    box.fill("Half a")
    page.get_by_role("button", name="Edit").press("Enter")
    expect(box).to_have_value(NORTH_KOREA)
    page.get_by_role("button", name="Keep it").click()
    expect(box).to_have_value("Half a")
    expect(page.locator("#note")).to_be_hidden()
    page.get_by_role("button", name="Edit").press("Enter")
    expect(box).to_have_value(NORTH_KOREA)
    page.keyboard.press("Escape")
    expect(box).to_have_value("Half a")
    ask(page, VENEZUELA)
    expect(page.locator("#chat .asked")).to_have_text([NORTH_KOREA, VENEZUELA])


def test_a_new_chat_is_begun_in_the_chat(page: Page) -> None:
    ask(page, NORTH_KOREA)
    page.get_by_role("tab", name="Evaluate").click()
    page.get_by_role("button", name="New chat").click()
    expect(page.get_by_role("button", name=NORTH_KOREA)).to_be_visible()
    expect(page.locator("#chat .answer")).to_have_count(0)
    expect(page.get_by_label("Your question")).to_be_focused()


def test_answers_that_were_put_away_can_be_brought_back(page: Page) -> None:
    for question in (NORTH_KOREA, VENEZUELA, FISHING):
        ask(page, question)
    asked, back = page.locator("#chat .asked"), page.get_by_role("button", name="Bring them back")
    page.get_by_role("button", name="Ask again").first.click()
    expect(page.get_by_text("3 answers are put away.")).to_be_visible()
    back.click()
    expect(asked).to_have_text([NORTH_KOREA, VENEZUELA, FISHING])
    expect(back).to_have_count(0)
    page.get_by_role("button", name="New chat").click()
    expect(asked).to_have_count(0)
    back.press("Enter")
    expect(asked).to_have_text([NORTH_KOREA, VENEZUELA, FISHING])
    expect(page.get_by_label("Your question")).to_be_focused()
    page.get_by_role("button", name="Ask again").last.click()  # nothing else is lost
    expect(page.get_by_role("button", name="Ask", exact=True)).to_be_visible()
    expect(back).to_have_count(0)
    page.get_by_role("button", name="New chat").click()
    expect(asked).to_have_count(0)
    ask(page, FISHING)
    expect(back).to_have_count(0)


def test_who_moves_about_by_keyboard_sees_where_he_is(page: Page) -> None:
    for _ in range(3):
        answer = ask(page, LONG)
    page.get_by_label("Your question").focus()
    first = page.locator("#chat .answer").first.get_by_role("link", name="[1]")
    first.evaluate("link => link.focus()")  # as Shift+Tab, or a screen reader, comes there
    expect(first).to_be_in_viewport()
    answer.evaluate("answer => answer.append('More')")  # as what is drawn below may change
    page.wait_for_timeout(300)
    expect(first).to_be_in_viewport()
