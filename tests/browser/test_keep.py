"""What can be kept of the chat and said of it, by clicking and typing as a person would."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from bot.bot import Bot
from bot.feedback import NAME, read
from bot.verify import load_export, verify
from bot.web.server import start
from embeddings import Index, Retriever, SentenceTransformerEncoder, read_documents

from .opening import NewPage, StartChat
from .patient import LateBot
from .test_chat import FISHING, NORTH_KOREA, ask

VENEZUELA = "What was said about Venezuela?"
FOLLOW_UP = "And about Nicaragua?"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="module")
def keeping_address(bot: Bot, data: Path) -> Iterator[str]:
    app, address = start(bot, data=data)
    yield address
    app.close(verbose=False)


def test_the_conversation_is_saved_as_json_that_verifies(
    page: Page, bot: Bot, tmp_path: Path
) -> None:
    save = page.get_by_role("button", name="JSON")
    expect(save).to_have_count(0)  # nothing to save yet
    for question in (VENEZUELA, FOLLOW_UP, FISHING):
        ask(page, question)
    with page.expect_download() as download:
        save.click()
    assert download.value.suggested_filename.endswith(".json")
    path = tmp_path / "export.json"
    download.value.save_as(path)
    turns = json.loads(path.read_text("utf-8"))["turns"]
    assert [turn["question"] for turn in turns] == [VENEZUELA, FOLLOW_UP, FISHING]
    assert turns[1]["standalone_question"] == "What was said about Nicaragua?"
    assert verify(load_export(path), bot.documents.values()) == []
    with page.expect_download():  # once more
        save.click()


def test_the_conversation_is_saved_as_markdown_by_keyboard(page: Page) -> None:
    quote = ask(page, NORTH_KOREA).locator(".quote span").first.inner_text()
    page.get_by_role("button", name="Markdown").focus()
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    assert download.value.suggested_filename.endswith(".md")
    text = Path(download.value.path()).read_text("utf-8")
    assert f"## {NORTH_KOREA}" in text and quote in text and "item 4, characters 3" in text


@pytest.mark.parametrize("secure", [True, False])
def test_a_copied_answer_keeps_its_citations(new_page: NewPage, bot: Bot, secure: bool) -> None:
    page = new_page()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    if not secure:  # as beyond this machine, without HTTPS
        page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    answer = ask(page, NORTH_KOREA)
    answer.get_by_role("button", name="Copy").click()
    expect(answer.get_by_role("status")).to_have_text("Copied")
    box = page.get_by_label("Your question")
    box.focus()
    page.keyboard.press("Control+v")
    [citation] = bot.ask(NORTH_KOREA).citations
    expect(box).to_have_value(f"{citation.quote} [1]\n[1] Japan-Peru Relations, item 4")


def test_a_copied_answer_flows_and_keeps_its_places(
    new_page: NewPage,
    start_chat: StartChat,
    encoder: SentenceTransformerEncoder,
    tmp_path: Path,
) -> None:
    (tmp_path / "parks.txt").write_text(
        "The committee agreed on the closing of the playground in the north of\n"
        "   the town for the summer, and on **a new roof** for the paddling pool.\n"
    )
    bot = Bot(Retriever(Index.build(read_documents(tmp_path), encoder=encoder)))
    page = new_page(start_chat(bot))
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    asked = "Was the closing of the playground agreed?"
    answer = ask(page, asked)
    answer.get_by_role("button", name="Copy").click()
    expect(answer.get_by_role("status")).to_have_text("Copied")
    [citation] = bot.ask(asked).citations
    assert citation.quote.count("\n") == 1
    copied = page.evaluate("navigator.clipboard.readText()")
    flowing = " ".join(citation.quote.replace("**", "").split())
    assert copied == f"Yes.\n{flowing} [1]\n[1] parks.txt, {citation.location}"


def test_a_selected_answer_is_copied_with_its_numbers(page: Page, bot: Bot) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    quote = ask(page, NORTH_KOREA).locator(".quote")
    quote.evaluate("quote => getSelection().selectAllChildren(quote)")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("Control+c")
    copied = page.evaluate("navigator.clipboard.readText()").replace("\u00a0", " ")
    [citation] = bot.ask(NORTH_KOREA).citations
    assert copied == f"{citation.quote} [1]"


def test_without_a_data_directory_nobody_is_asked(page: Page) -> None:
    answer = ask(page, NORTH_KOREA)
    expect(answer.get_by_role("button", name="Copy")).to_be_visible()
    expect(answer.get_by_role("button", name="Helpful", exact=True)).to_have_count(0)


def test_feedback_is_kept_with_its_note(
    new_page: NewPage, keeping_address: str, data: Path
) -> None:
    page = new_page(keeping_address)
    ask(page, VENEZUELA)
    answer = ask(page, FOLLOW_UP)
    thumb = answer.get_by_role("button", name="Not helpful")
    thumb.focus()
    page.keyboard.press("Enter")
    expect(thumb).to_have_attribute("aria-pressed", "true")
    expect(answer.get_by_role("status")).to_have_text("Thank you")
    kept = read(data / NAME)[-1]
    assert (kept.turn, kept.helpful, kept.note) == (2, False, "")
    assert kept.answer["question"] == FOLLOW_UP and kept.history == (VENEZUELA,)

    answer.get_by_label("What was wrong?").fill("It is about <b>Peru</b>.\t")
    page.keyboard.press("Enter")
    expect(answer.get_by_role("status")).to_have_text("Thank you, your note is kept")
    expect(thumb).to_be_focused()
    assert read(data / NAME)[-1].note == "It is about <b>Peru</b>."
    expect(answer.get_by_label("What was wrong?")).to_have_count(0)

    ask(page, NORTH_KOREA)  # the chat is drawn anew
    expect(page.locator("#chat .answer [aria-pressed=true]")).to_have_text("Not helpful")
    before = len(read(data / NAME))
    page.locator("#chat .answer").nth(1).get_by_role("button", name="Helpful", exact=True).click()
    expect(page.locator("#chat .answer [aria-pressed=true]")).to_have_text("Helpful")
    assert read(data / NAME)[-1].helpful and len(read(data / NAME)) == before

    page.get_by_role("button", name="New chat").click()
    expect(page.locator("#chat .answer")).to_have_count(0)
    ask(page, VENEZUELA)
    expect(page.locator("#chat [aria-pressed=true]")).to_have_count(0)


def test_an_answer_stays_as_it_is_when_suggestions_come_and_go(
    new_page: NewPage, start_chat: StartChat, retriever: Retriever, tmp_path: Path
) -> None:
    bot = LateBot(retriever)
    page = new_page(start_chat(bot, data=tmp_path))
    answer = ask(page, NORTH_KOREA)
    answer.get_by_role("button", name="Not helpful").click()
    note = answer.get_by_label("What was wrong?")
    note.press_sequentially("Too")
    answer.locator("summary").click()
    answer.evaluate("answer => getSelection().selectAllChildren(answer.querySelector('.quote'))")
    selected = page.evaluate("getSelection().toString()")
    bot.allowed.set()
    offered = page.locator("#chat .next button")
    expect(offered.first).to_be_visible()
    assert selected and page.evaluate("getSelection().toString()") == selected
    expect(answer.locator("summary")).to_be_focused()
    expect(answer.locator("li").first).to_be_visible()  # it lies open
    expect(note).to_have_value("Too")
    offered.first.click()
    expect(page.locator("#chat .answer")).to_have_count(2)
    first = page.locator("#chat .answer").first
    expect(first.locator("li").first).to_be_visible()
    note = first.get_by_label("What was wrong?")
    note.press("End")
    note.press_sequentially(" long")
    note.press("Enter")
    expect(first.get_by_role("status")).to_have_text("Thank you, your note is kept")
    expect(first.get_by_role("button", name="Not helpful")).to_be_focused()
    assert read(tmp_path / NAME)[-1].note == "Too long"


def test_feedback_that_cannot_be_kept_is_told(
    new_page: NewPage, keeping_address: str, data: Path
) -> None:
    page = new_page(keeping_address)
    answer = ask(page, NORTH_KOREA)
    (data / NAME).rename(data / "aside")
    (data / NAME).mkdir()
    answer.get_by_role("button", name="Helpful", exact=True).click()
    expect(page.get_by_test_id("toast-body")).to_contain_text("could not be kept")
    expect(answer.get_by_role("button", name="Helpful", exact=True)).to_have_attribute(
        "aria-pressed", "false"
    )
    (data / NAME).rmdir()
    (data / "aside").rename(data / NAME)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_all_of_the_conversation_is_printed(new_page: NewPage, tmp_path: Path, scheme: str) -> None:
    page = new_page(scheme=scheme)
    for question in (NORTH_KOREA, "What was discussed at the meeting?", FISHING):
        ask(page, question)
    page.pdf(path=tmp_path / "chat.pdf", format="A4")
    [printed] = read_documents(tmp_path / "chat.pdf")
    for said in (NORTH_KOREA, FISHING, "The record does not say."):
        assert said in " ".join(printed.text.split())
    assert "Ask again" not in printed.text and "New chat" not in printed.text
    page.emulate_media(media="print")
    # A full circle must not be printed as an empty one.
    adjust = "it => getComputedStyle(it, '::before').printColorAdjust"
    assert page.locator(".confidence").first.evaluate(adjust) == "exact"
    for selector in (".asked", ".quote"):
        colour = page.locator(selector).first.evaluate("it => getComputedStyle(it).color")
        assert colour == "rgb(35, 32, 27)"
