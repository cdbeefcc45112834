"""How the record is set: the numbers of its items, and what a low window shows of it."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from .opening import NewPage
from .test_chat import NORTH_KOREA, ask, expect_in_sight


@pytest.mark.parametrize("width", [1280, 390])
def test_numbers_of_items_and_in_tables_are_not_broken(
    new_page: NewPage, tmp_path: Path, width: int
) -> None:
    page = new_page(width=width)
    path = tmp_path / "board.md"
    labels = ["8.", "100.", "(xviii)"]
    items = (f"{one} The bench at gate {place} is old.\n\n" for place, one in enumerate(labels))
    table = "| No. | Agreed payments | To whom it is paid |" + " Instalment |" * 6
    table += "\n|---|---|---|" + "---|" * 6 + "\n| 1 | Refurbishment | Konstantinopoulou |"
    path.write_text("Board\n\n" + "".join(items) + table + " 12,345,678.90 |" * 6 + "\n")
    page.locator("#add input[type=file]").set_input_files(path)
    shown = page.locator("article .label")
    expect(shown).to_have_count(3)
    lines = """all => all.map(one => {
        const range = document.createRange();
        range.selectNodeContents(one);
        return new Set([...range.getClientRects()].map(line => line.top)).size;
    })"""
    assert shown.evaluate_all(lines) == [1, 1, 1]
    assert page.locator("article tr:last-child td").evaluate_all(lines) == [1] * 9
    table = page.locator("article .table")
    assert table.evaluate("one => one.scrollWidth > one.clientWidth")
    assert page.locator("article").evaluate("one => one.scrollWidth == one.clientWidth")


@pytest.mark.parametrize(("width", "height"), [(640, 400), (844, 390)])
def test_in_a_low_window_a_quote_is_read(
    new_page: NewPage, tmp_path: Path, width: int, height: int
) -> None:
    page = new_page(width=width, height=height)
    paths = [tmp_path / f"{number}.txt" for number in range(7)]
    for number, path in enumerate(paths):
        path.write_text(f"Committee {number}\n\nThe bench at gate {number} is to be painted.\n")
    page.locator("#add input[type=file]").set_input_files(paths)
    expect(page.locator("#list li")).to_have_count(8)
    expect(page.locator("#list .coming")).to_have_count(0)
    answer = ask(page, NORTH_KOREA)
    answer.get_by_role("link", name="[1]").click()
    expect(page.get_by_role("dialog", name="The record")).to_be_visible()
    mark = page.locator("article mark")
    expect(mark).to_be_in_viewport(ratio=0.9)
    expect_in_sight(mark)
