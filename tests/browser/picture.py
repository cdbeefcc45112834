"""Take the README's picture: `python tests/browser/picture.py [PATH]`.

Starts the chat on the packaged meeting, asks a question as a person would, and writes what is seen
as a PNG, by default over `chat.png` beside this file.
"""

from __future__ import annotations

import sys
from pathlib import Path

from install import LAUNCH, find_browser
from playwright.sync_api import sync_playwright

from bot.bot import Bot
from bot.packaged import EXAMPLES, PACKAGED_SOURCE
from bot.web.server import start
from embeddings import Index, Retriever, SentenceTransformerEncoder, read_documents

QUESTION = "What was agreed on North Korea?"


def take_picture(address: str, path: Path) -> None:
    """Ask at an address and write the picture."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find_browser(playwright.chromium.executable_path), args=list(LAUNCH)
        )
        page = browser.new_page(
            viewport={"width": 1280, "height": 800},
            color_scheme="light",
            reduced_motion="reduce",
        )
        page.goto(address)
        question = page.get_by_label("Your question")
        question.fill(QUESTION)
        question.press("Enter")
        page.locator("#chat .answer").wait_for()
        page.locator("article mark").wait_for()
        page.locator("#chat summary").click()
        page.evaluate("document.fonts.ready")
        page.screenshot(path=path)
        browser.close()


def main() -> int:
    """Serve the packaged meeting and take its picture; return the exit code."""
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).with_name("chat.png")
    index = Index.build(read_documents(PACKAGED_SOURCE), encoder=SentenceTransformerEncoder())
    app, address = start(Bot(Retriever(index)), examples=EXAMPLES)
    take_picture(address, path)
    app.close(verbose=False)
    sys.stdout.write(f"{path}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
