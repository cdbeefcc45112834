"""A real browser, and real servers for it to talk to."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Error,
    Page,
    expect,
    sync_playwright,
)

from bot.bot import Bot
from bot.packaged import EXAMPLES
from bot.web.server import start
from embeddings import Document, Index, Retriever, SentenceTransformerEncoder
from embeddings.text.layout import lay_out

from .install import LAUNCH, find_browser
from .opening import NewPage, StartChat
from .patient import PatientBot

# What a document might try. `hacked` must stay undefined.
HOSTILE = """Council "><script>window.hacked = 1</script> minutes

May 3, 2024

Alice Smith: <img src=x onerror="window.hacked = 2"> The water budget is raised by ten percent.

Bob Jones: I propose {{constructor}} ${window.hacked = 3} that the bridge be repaired before winter.

Carol White: <svg onload="window.hacked = 4"></svg> The library will open on Sundays from September.

Dan Brown: [1](javascript:window.hacked=5) <a class="cite" href="#c1-1">Trees</a> are planted.
"""

expect.set_options(timeout=30_000)  # the machine may be busy, and a test is not about that
# In one process, pages have Gradio's script compiled once.
PROCESS = "--process-per-site"
# Gradio's complaints where a page is left while the server still writes to it.
LEFT = ("AbortError", "Unexpected error Connection errored out")


# Not for the session: while it is there, no other test can run an event loop.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        path = find_browser(playwright.chromium.executable_path)
        if path is None:
            pytest.fail("no browser: run python tests/browser/install.py, which installs one")
        browser = playwright.chromium.launch(executable_path=path, args=[*LAUNCH, PROCESS])
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def tabs(browser: Browser, address: str) -> Iterator[BrowserContext]:
    """Yield where pages open that need not be strangers to each other."""
    context = browser.new_context()
    context.new_page().goto(f"{address}healthz")  # keeps their process alive
    yield context
    context.close()


@pytest.fixture(scope="package")
def address(bot: Bot) -> Iterator[str]:
    app, address = start(bot, examples=EXAMPLES)
    yield address
    app.close(verbose=False)


@pytest.fixture(scope="module")
def hostile() -> Document:
    return lay_out(Document(id='"><script>window.hacked = 6</script>.txt', text=HOSTILE))


@pytest.fixture(scope="module")
def hostile_address(hostile: Document, encoder: SentenceTransformerEncoder) -> Iterator[str]:
    app, address = start(Bot(Retriever(Index.build([hostile], encoder=encoder))))
    yield address
    app.close(verbose=False)


@pytest.fixture(scope="module")
def two_records_address(
    record: Document, hostile: Document, encoder: SentenceTransformerEncoder
) -> Iterator[str]:
    app, address = start(Bot(Retriever(Index.build([record, hostile], encoder=encoder))))
    yield address
    app.close(verbose=False)


@pytest.fixture(scope="module")
def patient(retriever: Retriever) -> Iterator[tuple[PatientBot, str]]:
    bot = PatientBot(retriever)
    app, address = start(bot)
    yield bot, address
    app.close(verbose=False)


@pytest.fixture
def start_chat() -> Iterator[StartChat]:
    """Start chats for one test, and return the address of each."""
    apps = []

    def start_one(bot: Bot, **options: Any) -> str:
        app, address = start(bot, **options)
        apps.append(app)
        return address

    yield start_one
    for app in apps:
        app.close(verbose=False)


# `start_chat` comes before it, so that the pages are closed first: left open they would complain.
@pytest.fixture
def new_page(
    browser: Browser, tabs: BrowserContext, address: str, start_chat: StartChat
) -> Iterator[NewPage]:
    """Open pages, each a visit of its own, and watch what they ask for and complain about.

    With `stranger` it is in another browser, which shares nothing with the others.
    """
    contexts: list[BrowserContext] = []
    hosts: set[str | None] = set()
    complaints: list[str] = []

    def complain(error: Error) -> None:
        if error.name != "AbortError":
            complaints.append(str(error))

    def read(message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith(LEFT):
            complaints.append(message.text)

    def open_page(
        url: str = address,
        width: int = 1280,
        height: int = 800,
        scheme: str = "light",
        stranger: bool = False,
    ) -> Page:
        context = tabs
        if stranger:
            context = browser.new_context()
            contexts.append(context)
        page = context.new_page()
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(
            color_scheme=scheme,  # type: ignore[arg-type]
            reduced_motion="reduce",  # scrolls at once, so that tests need not wait
        )
        page.on("request", lambda request: hosts.add(_host(request.url)))
        page.on("websocket", lambda socket: hosts.add(_host(socket.url)))
        page.on("pageerror", complain)
        page.on("console", read)
        page.goto(url)
        page.get_by_label("Your question").wait_for()
        page.locator("article.record").wait_for(state="attached")  # hidden on a phone
        return page

    yield open_page
    for context in contexts:
        context.close()
    for page in tabs.pages[1:]:
        page.close()
    tabs.clear_permissions()
    assert hosts == {"127.0.0.1"}
    assert not complaints


def _host(url: str) -> str | None:
    parts = urlsplit(url)
    # Data in the page itself is not asked of anyone.
    return "127.0.0.1" if parts.scheme in {"data", "blob"} else parts.hostname


@pytest.fixture
def page(new_page: NewPage) -> Page:
    return new_page()
