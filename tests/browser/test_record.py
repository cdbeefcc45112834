"""How the record is set: the numbers of its items."""

from pathlib import Path

import pytest
from opening import NewPage
from playwright.sync_api import expect


@pytest.mark.parametrize("width", [1280, 390])
def test_the_number_of_an_item_is_not_broken(new_page: NewPage, tmp_path: Path, width: int) -> None:
    page = new_page(width=width)
    path = tmp_path / "board.txt"
    labels = ["8.", "100.", "(xviii)"]
    items = (f"{one} The bench at gate {place} is old.\n\n" for place, one in enumerate(labels))
    path.write_text("Board\n\n" + "".join(items))
    page.locator("#add input[type=file]").set_input_files(path)
    shown = page.locator("article .label")
    expect(shown).to_have_count(3)
    lines = """labels => labels.map(one => {
        const range = document.createRange();
        range.selectNodeContents(one);
        return range.getClientRects().length;
    })"""
    assert shown.evaluate_all(lines) == [1, 1, 1]
