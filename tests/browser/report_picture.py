"""Take the README's pictures of an evaluation's page: `python tests/browser/report_picture.py`.

Evaluates the packaged questions, opens the page from its file as a person would, and writes it as
seen on a desk and on a phone over `report.png` and `report-phone.png` beside this file.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from install import LAUNCH, find_browser
from playwright.sync_api import sync_playwright

from bot import Bot, evaluate, load_questions
from bot.evaluation.html import render
from bot.packaged import PACKAGED_QUESTIONS, PACKAGED_SOURCE
from embeddings import Index, Retriever, read_documents

VIEWS = {"report.png": (1280, 800, "Figures"), "report-phone.png": (390, 800, "Metrics")}


def main() -> int:
    """Write the pictures; return the exit code."""
    bot = Bot(Retriever(Index.build(read_documents(PACKAGED_SOURCE))))
    report = evaluate(bot, load_questions(PACKAGED_QUESTIONS))
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        path = Path(folder, "report.html")
        path.write_text(render(report, None), "utf-8")
        browser = playwright.chromium.launch(
            executable_path=find_browser(playwright.chromium.executable_path), args=list(LAUNCH)
        )
        for name, (width, height, heading) in VIEWS.items():
            page = browser.new_page(viewport={"width": width, "height": height})
            page.goto(path.as_uri())
            page.get_by_role("heading", name=heading, exact=True).evaluate(
                "heading => heading.scrollIntoView()"
            )
            page.wait_for_timeout(300)  # for the questions that come into view to be laid out
            page.screenshot(path=Path(__file__).with_name(name))
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
