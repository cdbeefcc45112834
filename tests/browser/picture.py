"""Take the README's pictures: `python tests/browser/picture.py [FOLDER]`.

Starts the chat on the packaged meeting, asks a question as a person would, and writes what is seen
on a desk and on a phone as `chat.png` and `chat-phone.png`, by default beside this file.
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


WIDTHS = {"chat.png": (1280, 800), "chat-phone.png": (390, 844)}


def take_picture(address: str, path: Path, width: int, height: int) -> None:
    """Ask at an address and write the picture."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find_browser(playwright.chromium.executable_path), args=list(LAUNCH)
        )
        page = browser.new_page(
            viewport={"width": width, "height": height},
            color_scheme="light",
            reduced_motion="reduce",
        )
        page.goto(address)
        question = page.get_by_label("Your question")
        question.fill(QUESTION)
        question.press("Enter")
        page.locator("#chat .answer").wait_for()
        page.locator("article mark").wait_for(state="attached")  # on a phone in the drawer
        page.get_by_role("button", name="Ask", exact=True).wait_for()
        page.get_by_text("Ask next").wait_for()
        page.evaluate("document.fonts.ready")
        page.screenshot(path=path)
        browser.close()


def main() -> int:
    """Serve the packaged meeting and take its pictures; return the exit code."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent
    index = Index.build(read_documents(PACKAGED_SOURCE), encoder=SentenceTransformerEncoder())
    app, address = start(Bot(Retriever(index)), examples=EXAMPLES)
    for name, (width, height) in WIDTHS.items():
        take_picture(address, folder / name, width, height)
        sys.stdout.write(f"{folder / name}\n")
    app.close(verbose=False)
    return 0


if __name__ == "__main__":
    sys.exit(main())
