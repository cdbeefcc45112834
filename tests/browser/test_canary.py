"""Text of others reaches the page as text: a canary that would tell of anything run or loaded."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from bot.bot import Bot
from bot.datatypes import Answer
from bot.web.server import start
from embeddings.retriever import Retriever

from .opening import NewPage
from .test_chat import ask
from .test_exam import WRONG, questions, sit
from .test_meetings import add

# Each would set `hacked`, or ask a host that is not this machine, for which `new_page` watches.
PAYLOADS = (
    "<script>window.hacked=1</script>",
    "<img src=x onerror=window.hacked=1>",
    "<img src=//canary.invalid/a.png>",
    "<svg onload=window.hacked=1>",
    "<style>@import '//canary.invalid/b.css'; body{background:url(//canary.invalid/c)}</style>",
    "<link rel=stylesheet href=//canary.invalid/d.css>",
    "<iframe srcdoc='<script>parent.hacked=1</script>'></iframe>",
    "<meta http-equiv=refresh content='0;url=//canary.invalid/e'>",
    "![x](https://canary.invalid/f.png)",
    "[click](javascript:window.hacked=1)",
    "<a href=javascript:window.hacked=1>click</a>",
    "{{constructor.constructor('window.hacked=1')()}}",
    "${window.hacked=1}",
    "'\"></article><script>window.hacked=1</script>",
)
HOSTILE = " ".join(PAYLOADS)


class Writer(Bot):
    """Answer in words of its own, as a language model would."""

    def answer(self, *arguments: Any, **options: Any) -> Answer:
        answer = super().answer(*arguments, **options)
        return replace(answer, text=f"The fee is four dollars. {HOSTILE}")


@pytest.fixture(scope="module")
def writer_address(retriever: Retriever) -> Iterator[str]:
    app, address = start(Writer(retriever))
    yield address
    app.close(verbose=False)


def expect_unharmed(page: Page) -> None:
    page.wait_for_timeout(300)  # what was let in would have come by now
    assert page.evaluate("window.hacked") is None
    assert "canary" not in page.evaluate(
        "performance.getEntriesByType('resource').map(e => e.name).join()"
    )
    for link in page.locator("a").all():
        assert not (link.get_attribute("href") or "").startswith(("javascript:", "http", "//"))


def test_documents_names_and_questions_stay_text(page: Page, tmp_path: Path) -> None:
    name = "<img src=x onerror=window.hacked=1>![x](canary).txt"
    (tmp_path / name).write_text(
        "\n\n".join(f"The fee for item {n} is four dollars. {p}" for n, p in enumerate(PAYLOADS))
    )
    (tmp_path / f"{name}.pdf").write_bytes(b"no pdf")
    add(page, tmp_path / name, tmp_path / f"{name}.pdf")
    expect(page.locator("#list")).to_contain_text("is not a PDF")
    expect(page.locator("article.record")).to_contain_text(PAYLOADS[0])
    expect_unharmed(page)
    answer = ask(page, "What is the fee for item 3?")
    expect(answer).to_contain_text("four dollars")
    ask(page, HOSTILE[:900])
    for summary in page.locator("#chat summary").all():
        summary.click()
    expect(page.locator("#chat")).to_contain_text(PAYLOADS[0])
    expect_unharmed(page)


def test_a_question_set_stays_text(page: Page, tmp_path: Path) -> None:
    # Only a question that failed is shown.
    asked = {**WRONG, "id": HOSTILE, "question": f"What is {HOSTILE[:800]}?"}
    sit(page, questions(tmp_path / "own.jsonl", asked))
    expect(page.locator("#results .failed")).to_contain_text(PAYLOADS[0])
    expect_unharmed(page)


def test_words_that_are_no_quote_stay_text(new_page: NewPage, writer_address: str) -> None:
    page = new_page(writer_address)
    expect(ask(page, "What was agreed on North Korea?")).to_contain_text(PAYLOADS[0])
    expect_unharmed(page)
