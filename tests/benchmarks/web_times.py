"""Measure the chat as a browser sees it: `python tests/benchmarks/web_times.py`.

Prints the medians of twenty: from asking for the page to an input that can be typed in, and from
Enter to the answer on the screen, on the packaged meeting.
"""

from __future__ import annotations

import sys
from pathlib import Path
from statistics import median
from time import perf_counter

sys.path.insert(0, str(Path(__file__).parents[1] / "browser"))
from install import LAUNCH, find_browser
from playwright.sync_api import Page, sync_playwright

from bot.bot import Bot
from bot.evaluation import load_questions
from bot.packaged import EXAMPLES, PACKAGED_QUESTIONS, PACKAGED_SOURCE
from bot.web.server import start
from embeddings import Index, Retriever, read_documents

TIMES = 20
# Measured inside the page: the calls from Python to the browser are no part of it.
WAIT_FOR_ANSWER = """count => new Promise(resolve => {
    const box = document.querySelector("#question textarea");
    let began;
    box.addEventListener("keydown", () => (began = performance.now()), { once: true });
    new MutationObserver((_, observer) => {
        if (document.querySelectorAll("#chat .answer").length <= count) return;
        observer.disconnect();
        requestAnimationFrame(() => resolve(performance.now() - began));
    }).observe(document.querySelector("#chat"), { childList: true, subtree: true });
})"""


def open_page(page: Page, address: str) -> float:
    began = perf_counter()
    page.goto(address)
    page.get_by_label("Your question").fill("x")
    return perf_counter() - began


def ask(page: Page, question: str, count: int) -> float:
    box = page.get_by_label("Your question")
    box.fill(question)
    waiting = f"window.answered = ({WAIT_FOR_ANSWER})({count}), null"
    page.evaluate(waiting)
    box.press("Enter")
    milliseconds: float = page.evaluate("window.answered")
    page.get_by_role("button", name="Ask", exact=True).wait_for()
    return milliseconds / 1000


def main() -> None:
    index = Index.build(read_documents(PACKAGED_SOURCE))
    app, address = start(Bot(Retriever(index)), examples=EXAMPLES)
    questions = [one.question for one in load_questions(PACKAGED_QUESTIONS) if not one.history]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find_browser(playwright.chromium.executable_path), args=list(LAUNCH)
        )
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        open_page(page, address)  # warms both sides up
        opened = [open_page(page, address) for _ in range(TIMES)]
        answered = [ask(page, one, count) for count, one in enumerate(questions[:TIMES])]
        browser.close()
    app.close(verbose=False)
    print(
        f"page to usable input: {median(opened):.2f} s, Enter to answer: {median(answered):.3f} s"
    )


if __name__ == "__main__":
    main()
