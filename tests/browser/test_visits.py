"""What is there again when a page was loaded anew, lost its connection or was left for long."""

import datetime
from pathlib import Path

import gradio.state_holder
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from bot.bot import Bot
from bot.web.server import start

from .opening import NewPage
from .patient import PatientBot
from .test_chat import FISHING, NORTH_KOREA, ask
from .test_meetings import SHED, add, minutes  # noqa: F401

VENEZUELA = "What was said about Venezuela?"
GIVEN_BACK = "your question stands in the box again"


class Later(datetime.datetime):
    """A clock that is two hours fast."""

    @classmethod
    def now(cls, tz: datetime.tzinfo | None = None) -> "Later":
        return super().now(tz) + datetime.timedelta(hours=2)


def test_a_page_that_is_loaded_anew_goes_on_where_it_was(
    page: Page,
    minutes: Path,  # noqa: F811
) -> None:
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: dialogs.append(dialog.type))
    add(page, minutes)
    expect(page.locator("#list [aria-current]")).to_have_text("Garden Committee")
    ask(page, NORTH_KOREA)
    page.get_by_label("Your question").fill("Half a")
    page.reload()
    expect(page.locator("#chat .asked")).to_have_text([NORTH_KOREA])
    expect(page.get_by_label("Your question")).to_have_value("Half a")
    expect(page.locator("#note")).to_be_hidden()
    expect(ask(page, SHED)).to_contain_text("green roof")
    page.get_by_role("button", name="New chat").click()
    expect(page.locator("#chat .asked")).to_have_count(0)
    page.reload()
    expect(page.locator("#list")).to_contain_text("Garden Committee")
    expect(page.locator("#chat .asked")).to_have_count(0)
    page.get_by_role("button", name="Bring them back").click()
    expect(page.locator("#chat .asked")).to_have_text([NORTH_KOREA, SHED])
    assert not dialogs


def test_a_question_that_found_no_connection_can_be_asked_again(
    browser: Browser, address: str
) -> None:
    page = browser.new_page()
    page.goto(address)
    page.locator("article.record").wait_for()
    ask(page, NORTH_KOREA)
    page.context.set_offline(True)
    box = page.get_by_label("Your question")
    box.fill(FISHING)
    with page.expect_event("requestfailed", lambda request: request.url.endswith("app_id")):
        box.press("Enter")  # sent in vain or not at all: the page tries to come back
    with page.expect_event("load"):
        page.context.set_offline(False)
    expect(box).to_have_value(FISHING)
    expect(page.locator("#chat .asked")).to_have_text([NORTH_KOREA])
    box.press("Enter")
    expect(page.locator("#chat .answer")).to_have_count(2)
    expect(page.get_by_text(GIVEN_BACK)).to_be_hidden()
    page.close()


def test_a_question_that_was_being_answered_is_given_back(
    new_page: NewPage, patient: tuple[PatientBot, str]
) -> None:
    bot, address = patient
    page = new_page(address)
    bot.allowed.clear()
    box = page.get_by_label("Your question")
    box.fill(VENEZUELA)
    box.press("Enter")
    expect(page.locator("#chat .asked")).to_have_text([VENEZUELA])
    page.reload()
    expect(box).to_have_value(VENEZUELA)
    bot.allowed.set()
    box.press("Enter")
    expect(page.locator("#chat .answer")).to_have_count(1)
    expect(page.locator("#chat .asked")).to_have_text([VENEZUELA])


def test_a_page_that_was_cut_off_and_left_open_keeps_its_chat(
    tabs: BrowserContext, bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    app, address = start(bot)
    page = tabs.new_page()
    page.goto(address)
    page.locator("article.record").wait_for()
    ask(page, NORTH_KOREA)
    held = app.app.state_holder
    for connection in list(app.server.server_state.connections):
        # Without that of its questions, of which the page would see and load itself anew.
        if "/heartbeat/" in connection.scope["path"]:
            connection.loop.call_soon_threadsafe(connection.transport.abort)
    while not any(one.is_closed for one in [*held.session_data.values()]):
        page.wait_for_timeout(50)
    monkeypatch.setattr(gradio.state_holder.datetime, "datetime", Later)
    held.delete_all_expired_state()  # as Gradio does each second
    ask(page, FISHING)
    expect(page.locator("#chat .asked")).to_have_text([NORTH_KOREA, FISHING])
    page.close()
    app.close(verbose=False)


def test_a_copied_tab_is_a_visit_of_its_own(page: Page) -> None:
    ask(page, NORTH_KOREA)
    with page.expect_popup() as popup:
        page.evaluate("open(location.href)")  # takes a copy of the tab's storage along
    expect(popup.value.locator("article.record")).to_be_visible()
    ask(popup.value, FISHING)
    expect(popup.value.locator("#chat .asked")).to_have_text([FISHING])


def test_a_server_that_was_started_anew_says_that_the_chat_is_gone(
    tabs: BrowserContext, bot: Bot, own_port: int
) -> None:
    app, address = start(bot, port=own_port)
    page = tabs.new_page()
    page.goto(address)
    ask(page, NORTH_KOREA)
    app.close(verbose=False)
    app, _ = start(bot, port=own_port)
    page.reload()
    expect(page.get_by_text("the chat that stood here is gone")).to_be_visible()
    expect(page.locator("#chat .answer")).to_have_count(0)
    page.close()
    app.close(verbose=False)
