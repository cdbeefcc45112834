"""What stands in sight while one asks."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from test_chat import NORTH_KOREA, ask

LONG = "What was discussed at the meeting?"

NewPage = Callable[..., Page]


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
