"""The "Evaluate" tab: a question set is run, and a failed question opened, as a person would."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from .opening import NewPage
from .test_chat import CVID, expect_in_sight, expect_no_sideways_scroll

RIGHT = {"id": "right", "question": "What was agreed on North Korea?", "evidence": [CVID]}
# Its evidence is not what answers it: so it fails, whatever the bot says.
WRONG = {
    "id": "wrong",
    "question": "And on Venezuela?",
    "evidence": ["a lunch meeting hosted by Foreign Minister Popolizio"],
    "history": ["What was agreed on North Korea?"],
}


def questions(path: Path, *rows: object) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return path


def sit(page: Page, path: Path) -> None:
    page.get_by_role("tab", name="Evaluate").click()
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Run your own set").click()
    chooser.value.set_files(path)


def test_the_packaged_questions_are_asked_with_progress_until_they_are_stopped(page: Page) -> None:
    page.get_by_role("tab", name="Evaluate").click()
    page.get_by_role("button", name="Run the packaged questions").click()
    expect(page.get_by_role("progressbar", name="Questions asked")).to_have_attribute("max", "94")
    page.get_by_role("button", name="Stop", exact=True).click()
    expect(page.locator("#results")).to_be_empty()
    # It ends with the question that is being answered, on a slow machine after a while.
    expect(page.get_by_role("button", name="Stop", exact=True)).to_be_hidden()
    page.wait_for_timeout(500)
    expect(page.locator("#results")).to_be_empty()


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (390, 844)])
def test_a_failed_question_opens_in_the_chat(
    new_page: NewPage, tmp_path: Path, width: int, height: int
) -> None:
    page = new_page(width=width, height=height)
    sit(page, questions(tmp_path / "own.jsonl", RIGHT, WRONG))
    results = page.locator("#results")
    expect(results.get_by_role("heading", name="1 of 2 right")).to_be_visible()
    expect(results).to_contain_text("own.jsonl: 2 questions")
    row = results.get_by_role("row").filter(has_text="success@5")
    expect(row.get_by_role("cell", name="2", exact=True)).to_be_attached()
    expect(results.get_by_role("columnheader", name="95 % interval")).to_be_visible()
    expect(results.get_by_role("columnheader", name="n", exact=True)).to_be_visible()
    expect_no_sideways_scroll(page)
    failed = results.locator(".failed button")
    expect(failed).to_have_count(1)
    expect(failed).to_contain_text("after “What was agreed on North Korea?”")
    failed.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#chat .asked")).to_have_text([*WRONG["history"], WRONG["question"]])
    expect(page.locator("#note")).to_contain_text("what was expected")
    expect(page.get_by_label("Your question")).to_be_focused()
    if width < 900:
        page.get_by_role("button", name="Record").click()
    gold = page.locator("article mark.gold").first
    expect(gold).to_contain_text("lunch meeting hosted")
    expect_in_sight(gold)


def test_results_are_there_again_when_the_page_was_loaded_anew(page: Page, tmp_path: Path) -> None:
    sit(page, questions(tmp_path / "own.jsonl", RIGHT, WRONG))
    failed = page.locator("#results .failed button")
    expect(failed).to_have_count(1)
    page.reload()
    page.get_by_role("tab", name="Evaluate").click()
    failed.click()
    expect(page.locator("#chat .asked")).to_have_text([*WRONG["history"], WRONG["question"]])


def test_a_malformed_set_is_refused_with_line_and_reason(page: Page, tmp_path: Path) -> None:
    sit(page, questions(tmp_path / "bad.jsonl", RIGHT, {"id": "two", "evidence": []}))
    problem = page.locator("#results .problem")
    expect(problem).to_contain_text("bad.jsonl, line 2: has no 'question'")
    expect(problem).not_to_contain_text("/gradio/")
    sit(page, questions(tmp_path / "far.jsonl", {**RIGHT, "evidence": ["Nobody said this."]}))
    expect(problem).to_contain_text("'Nobody said this.' does not stand in")


def test_a_question_set_is_dropped_where_the_exam_is(page: Page) -> None:
    page.get_by_role("tab", name="Evaluate").click()
    expect(page.get_by_role("button", name="Run your own set")).to_be_visible()
    carried = page.evaluate_handle(
        """text => {
            const files = new DataTransfer();
            files.items.add(new File([text], "own.jsonl"));
            return files;
        }""",
        json.dumps(RIGHT),
    )
    page.dispatch_event("#exam", "drop", {"dataTransfer": carried})
    expect(page.locator("#results")).to_contain_text("1 questions, 1 answerable")
    expect(page.locator("#list")).not_to_contain_text("own.jsonl")
