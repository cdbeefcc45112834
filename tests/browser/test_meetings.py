"""Own meetings in the chat: added, asked, chosen and removed, as a person would."""

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from bot.bot import Bot
from bot.web.holdings import LARGEST_FILE
from bot.web.server import start
from embeddings.datatypes import Document
from embeddings.encoder import Encoded, Progress, SentenceTransformerEncoder
from embeddings.index import Index
from embeddings.network import CPU_BATCH
from embeddings.retriever import Retriever

from .opening import NewPage, click_before_an_answer
from .patient import LONGEST
from .test_chat import CVID, NORTH_KOREA, ask, expect_in_sight, expect_no_sideways_scroll

MINUTES = (
    "Garden Committee\n\n1. The shed gets a green roof in October.\n\n2. Tea costs two pounds.\n"
)
ARABIC = "وافق المجلس على ميزانية قدرها 3.2 مليون يورو."
SHED = "What kind of roof will the shed have?"


def add(page: Page, *paths: Path) -> None:
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Add meetings").click()
    chooser.value.set_files(paths)


@pytest.fixture
def minutes(tmp_path: Path) -> Path:
    path = tmp_path / "garden.txt"
    path.write_text(MINUTES, "utf-8")
    return path


def test_an_added_meeting_is_opened_and_searched_at_once(page: Page, minutes: Path) -> None:
    expect(page.locator("#add .hint")).to_contain_text(f"up to {LARGEST_FILE // 1_000_000} MB")
    add(page, minutes)
    expect(page.locator("#list [aria-current]")).to_have_text("Garden Committee")
    expect(page.locator("article.record")).to_contain_text("green roof")
    answer = ask(page, SHED)
    expect(answer).to_contain_text("The shed gets a green roof in October.")
    expect_in_sight(page.locator("article mark"))
    expect(ask(page, NORTH_KOREA)).to_contain_text(CVID)  # the other is still there


def test_a_file_that_cannot_be_read_says_why_and_the_others_go_in(
    page: Page, minutes: Path, tmp_path: Path
) -> None:
    broken, other, large = (tmp_path / name for name in ("broken.txt", "tape.xyz", "large.txt"))
    broken.write_bytes(b"\x80\x81")
    other.write_text("A tape.")
    large.write_bytes(b"word " * (LARGEST_FILE // 5 + 1))
    add(page, broken, other, large, minutes)
    listed = page.locator("#list")
    expect(listed.get_by_role("button", name="Garden Committee", exact=True)).to_be_visible()
    for name, reason in (
        ("broken.txt", "not UTF-8"),
        ("tape.xyz", "cannot read .xyz"),
        ("large.txt", "larger than"),
    ):
        expect(listed.get_by_role("listitem").filter(has_text=name)).to_contain_text(reason)
    expect(listed).not_to_contain_text(str(tmp_path))
    expect(listed).not_to_contain_text("/gradio/")
    listed.get_by_role("button", name="Dismiss broken.txt").click()
    expect(listed.get_by_text("broken.txt")).to_have_count(0)


def test_files_can_be_dropped_on_the_page(page: Page) -> None:
    carried = page.evaluate_handle(
        """text => {
            const files = new DataTransfer();
            files.items.add(new File([text], "garden.txt"));
            return files;
        }""",
        MINUTES,
    )
    page.dispatch_event("#chat", "dragenter", {"dataTransfer": carried})
    expect(page.locator("body.dropping")).to_have_count(1)
    page.dispatch_event("#chat", "drop", {"dataTransfer": carried})
    expect(page.locator("body.dropping")).to_have_count(0)
    expect(page.locator("#list [aria-current]")).to_have_text("Garden Committee")


def test_meetings_are_ticked_removed_and_the_example_comes_back(page: Page, minutes: Path) -> None:
    answer = ask(page, NORTH_KOREA)
    add(page, minutes)
    tick = page.get_by_role("checkbox", name="Ask Japan-Peru Relations")
    expect(tick).to_be_checked()
    tick.focus()
    page.keyboard.press("Space")
    expect(tick).not_to_be_checked()
    expect(tick).to_be_focused()
    expect(page.locator("#meetings")).to_contain_text("the ticked meetings, 1 of 2.")
    ask(page, NORTH_KOREA)
    expect(page.locator("#chat .answer").last).not_to_contain_text(CVID)
    page.get_by_role("button", name="Remove Garden Committee").click()
    expect(page.locator("article.record")).to_contain_text("Mr. Taro Kono")
    page.get_by_role("button", name="Remove Japan-Peru Relations").click()
    expect(page.locator("article.record")).to_contain_text("No meeting is here")
    box = page.get_by_label("Your question")
    box.fill(SHED)
    box.press("Enter")
    told = page.get_by_test_id("toast-body").get_by_text("no meeting to ask")
    expect(told).to_be_visible()
    capital = "one => getComputedStyle(one, '::first-letter').textTransform"
    assert told.evaluate(capital) == "uppercase"
    page.get_by_test_id("toast-close").click()
    answer = page.locator("#chat .answer").first
    answer.get_by_role("link", name="[1]").click()
    expect(page.get_by_test_id("toast-body")).to_contain_text("That place is no longer here.")
    page.get_by_role("button", name="New chat").click()
    expect(page.locator("#chat .welcome")).to_contain_text("No meeting yet")
    page.get_by_role("button", name="Load the example").click()
    expect(page.locator("#chat .welcome")).to_contain_text("Japan-Peru Relations")
    expect(page.locator("article.record")).to_contain_text("Mr. Taro Kono")
    expect(page.get_by_role("button", name="Load the example")).to_be_hidden()
    expect(ask(page, NORTH_KOREA)).to_contain_text(CVID)


def test_a_long_list_shows_what_was_refused_and_then_what_is_read(
    page: Page, tmp_path: Path
) -> None:
    paths = [tmp_path / f"{number}.txt" for number in range(7)]
    for number, path in enumerate(paths):
        path.write_text(f"Committee {number}\n\nThe bench at gate {number} is to be painted.\n")
    paths[3].write_bytes(b"\x80\x81")
    add(page, *paths)
    listed = page.locator("#list")
    last = listed.get_by_role("button", name="Committee 6", exact=True)
    expect(last).to_be_attached()
    expect(listed.get_by_text("not UTF-8")).to_be_in_viewport()
    expect(last).not_to_be_in_viewport()
    listed.get_by_role("button", name="Dismiss 3.txt").click()
    ask(page, "What is to be done with the bench at gate 6?")
    expect(listed.locator("[aria-current]")).to_have_text("Committee 6")
    expect(last).to_be_in_viewport()
    listed.get_by_role("checkbox", name="Ask Committee 5").uncheck()
    expect(listed.get_by_role("checkbox", name="Ask Committee 5")).not_to_be_checked()
    expect(last).to_be_in_viewport()


def test_own_records_alone_are_offered_nothing_about_the_example(
    new_page: NewPage, hostile_address: str
) -> None:
    page = new_page(hostile_address)
    ask(page, "What was said of the bridge?")
    expect(page.get_by_role("button", name="Load the example")).to_be_hidden()
    page.get_by_role("tab", name="Evaluate").click()
    expect(page.get_by_role("button", name="Run your own set")).to_be_visible()
    expect(page.get_by_role("button", name="Run the packaged questions")).to_be_hidden()


def is_right_to_left(shown: Locator) -> bool:
    """Say whether the first letter of what is shown stands to the right of the last."""
    first, last = shown.evaluate(
        """one => {
            const range = document.createRange();
            const walk = document.createTreeWalker(one, NodeFilter.SHOW_TEXT);
            const text = walk.nextNode();
            return [0, text.length - 1].map((at) => {
                range.setStart(text, at);
                range.setEnd(text, at + 1);
                return range.getBoundingClientRect().x;
            });
        }"""
    )
    return bool(first > last)


def test_what_is_written_from_right_to_left_is_read_so(page: Page, tmp_path: Path) -> None:
    path = tmp_path / "council.txt"
    path.write_text(f"City Council\n\n{ARABIC}\n\nThe rest was said in English.\n")
    add(page, path)
    assert is_right_to_left(page.locator("article p", has_text=ARABIC[:9]))
    ask(page, ARABIC.split(".")[0])
    assert is_right_to_left(page.locator("#chat .asked"))


def test_an_added_meeting_is_nobody_elses(new_page: NewPage, minutes: Path) -> None:
    one, other = new_page(), new_page(stranger=True)
    add(one, minutes)
    expect(one.locator("#list [aria-current]")).to_have_text("Garden Committee")
    ask(other, SHED)
    expect(other.locator("#chat .answer")).not_to_contain_text("green roof")
    expect(other.locator("#list")).not_to_contain_text("Garden")
    other.reload()
    expect(other.locator("#list")).to_contain_text("Japan-Peru Relations")
    expect(other.locator("#list")).not_to_contain_text("Garden")


def test_meetings_are_added_on_a_phone(new_page: NewPage, minutes: Path) -> None:
    page = new_page(width=360, height=640)
    page.get_by_role("button", name="Record").click()
    add(page, minutes)
    expect(page.locator("#list [aria-current]")).to_have_text("Garden Committee")
    expect_no_sideways_scroll(page)
    page.keyboard.press("Escape")
    expect(page.locator("#shelf")).to_be_hidden()
    expect(ask(page, SHED)).to_contain_text("green roof")


class SlowEncoder(SentenceTransformerEncoder):
    """Be the packaged encoder on a slow machine: a batch of passages waits to be let through."""

    def __init__(self) -> None:
        super().__init__()
        self.batches = threading.Semaphore(0)

    def encode(
        self,
        texts: Sequence[str],
        *,
        contexts: Sequence[str] = (),
        progress: Progress | None = None,
    ) -> list[Encoded]:
        def waiting(done: int, of: int) -> None:
            assert progress
            progress(done, of)
            self.batches.acquire(timeout=LONGEST)

        return super().encode(texts, contexts=contexts, progress=progress and waiting)


@pytest.fixture(scope="module")
def slow(record: Document) -> Iterator[tuple[SlowEncoder, str]]:
    encoder = SlowEncoder()
    bot = Bot(Retriever(Index.build([record], encoder=encoder)))
    app, address = start(bot)
    yield encoder, address
    app.close(verbose=False)


@pytest.fixture
def held(new_page: NewPage, slow: tuple[SlowEncoder, str]) -> tuple[SlowEncoder, Page]:
    """Open a page whose encoder lets no batch through until it is told to."""
    encoder, address = slow
    page = new_page(address)
    while encoder.batches.acquire(blocking=False):
        pass
    return encoder, page


def test_progress_is_shown_for_each_file(held: tuple[SlowEncoder, Page], tmp_path: Path) -> None:
    encoder, page = held
    long = tmp_path / "long.txt"
    long.write_text("\n\n".join(f"{n}. " + f"Word number {n} is said. " * 25 for n in range(36)))
    after = tmp_path / "after.txt"
    after.write_text(MINUTES)
    add(page, long, after)
    rows = page.locator("#list li.coming")
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text(f"indexing {CPU_BATCH} of")
    bar = rows.first.get_by_role("progressbar", name="long.txt")
    expect(bar).to_have_attribute("value", str(CPU_BATCH))
    expect(rows.last).to_contain_text("waiting")
    encoder.batches.release(1000)
    expect(rows).to_have_count(0)
    expect(page.locator("#list")).to_contain_text("Garden Committee")


def test_the_first_of_several_files_lies_open_while_the_others_come_in(
    held: tuple[SlowEncoder, Page], minutes: Path, tmp_path: Path
) -> None:
    encoder, page = held
    other = tmp_path / "tram.txt"
    other.write_text("Traffic Committee\n\nThe tram is late.\n")
    add(page, minutes, other)
    encoder.batches.release()
    expect(page.locator("#list [aria-current]")).to_have_text("Garden Committee")
    expect(page.locator("article.record")).to_contain_text("green roof")
    expect(page.locator("#list li.coming")).to_have_count(1)
    encoder.batches.release(1000)
    expect(page.locator("#list")).to_contain_text("Traffic Committee")
    expect(page.locator("#list [aria-current]")).to_have_text("Garden Committee")


def test_a_question_may_be_asked_while_a_meeting_is_added(
    held: tuple[SlowEncoder, Page], minutes: Path
) -> None:
    encoder, page = held
    add(page, minutes)
    expect(page.locator("#list li.coming")).to_contain_text("indexing")
    expect(ask(page, NORTH_KOREA)).to_contain_text(CVID)
    encoder.batches.release(1000)
    expect(page.locator("#list li.coming")).to_have_count(0)
    expect(page.locator("#list")).to_contain_text("Garden Committee")
    expect(page.locator("#chat .answer")).to_contain_text(CVID)


def test_one_meeting_alone_is_asked_by_a_click_and_all_by_another(
    page: Page, minutes: Path
) -> None:
    add(page, minutes)
    ticks = page.get_by_role("checkbox")
    expect(ticks).to_have_count(2)
    only = page.get_by_role("button", name="only the open one")
    only.press("Enter")
    expect(page.get_by_role("checkbox", name="Ask Garden Committee")).to_be_checked()
    expect(page.get_by_role("checkbox", name="Ask Japan-Peru Relations")).not_to_be_checked()
    expect(only).to_be_focused()
    page.get_by_role("button", name="all", exact=True).click()
    for tick in ticks.all():
        expect(tick).to_be_checked()


def test_what_is_ticked_is_what_is_asked(page: Page, minutes: Path) -> None:
    library = minutes.with_name("library.txt")
    library.write_text("Library Committee\n\n1. The library opens on Sundays.\n", "utf-8")
    add(page, minutes, library)
    ticks = page.locator("#list").get_by_role("checkbox")
    expect(ticks).to_have_count(3)
    hint = page.locator("#meetings .hint").first
    click_before_an_answer(ticks.nth(0), ticks.nth(1), "**/run/predict")
    expect(hint).to_contain_text("the ticked meetings, 1 of 3.")
    assert ticks.evaluate_all("all => all.map(one => one.checked)") == [False, False, True]
    page.get_by_role("button", name="all", exact=True).click()
    expect(hint).to_contain_text("the ticked meetings, 3 of 3.")
    assert ticks.evaluate_all("all => all.map(one => one.checked)") == [True, True, True]
    ticks.first.click()
    expect(hint).to_contain_text("the ticked meetings, 2 of 3.")
    page.get_by_role("button", name="Remove Japan-Peru Relations").click()
    expect(hint).to_contain_text("the ticked meetings, 2 of 2.")
    assert ticks.evaluate_all("all => all.map(one => one.checked)") == [True, True]
