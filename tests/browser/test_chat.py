"""The chat in a real browser, used as a person would."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from bot.bot import Bot
from bot.packaged import EXAMPLES
from embeddings.query import LONGEST_QUESTION

from .opening import NewPage

NORTH_KOREA = "What was agreed on North Korea?"
FISHING = "What was agreed on fishing quotas?"
CVID = "complete, verifiable and irreversible dismantlement"


def ask(page: Page, question: str) -> Locator:
    """Ask by typing and Enter; return the answer."""
    answers = page.locator("#chat .answer")
    before = answers.count()
    page.get_by_label("Your question").fill(question)
    page.get_by_label("Your question").press("Enter")
    expect(answers).to_have_count(before + 1)
    return answers.last


def expect_in_sight(mark: Locator) -> None:
    """Expect a mark to lie within its pane and the window."""
    expect(mark).to_be_in_viewport()
    inside = """mark => {
        const pane = mark.closest("article").getBoundingClientRect();
        const box = mark.getBoundingClientRect();
        return box.top >= pane.top && box.top < pane.bottom;
    }"""
    assert mark.evaluate(inside)


def expect_no_sideways_scroll(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_answer_is_quoted_and_shown_in_the_record(page: Page, bot: Bot) -> None:
    answer = ask(page, NORTH_KOREA)
    expect(answer).to_contain_text(CVID)
    mark = page.locator("article mark")
    expect(mark).to_have_count(1)
    [citation] = bot.ask(NORTH_KOREA).citations
    assert mark.text_content() == citation.quote
    expect_in_sight(mark)
    expect(page.get_by_label("Your question")).to_have_value("")


def test_citation_leads_to_its_sentence_and_back(page: Page) -> None:
    link = ask(page, NORTH_KOREA).get_by_role("link", name="[1]")
    mark = page.locator("article mark")
    expect_in_sight(mark)
    page.locator("article.record").evaluate("article => article.scrollTo(0, 0)")
    expect(mark).not_to_be_in_viewport()
    link.click()
    expect_in_sight(mark)
    expect(mark).to_be_focused()
    page.keyboard.press("Escape")
    expect(link).to_be_focused()
    page.keyboard.press("Enter")
    expect(mark).to_be_focused()


def test_citation_of_an_earlier_answer_brings_its_mark_back(page: Page) -> None:
    first = ask(page, NORTH_KOREA)
    first = page.locator("#chat .answer").first
    ask(page, "What will the Japan Foundation do in Lima?")
    expect(page.locator("article mark")).not_to_contain_text(CVID)
    first.get_by_role("link", name="[1]").click()
    expect(page.locator("article mark")).to_contain_text(CVID)
    expect_in_sight(page.locator("article mark"))


def test_silence_is_plain_and_shows_the_closest_passage(page: Page, bot: Bot) -> None:
    answer = ask(page, FISHING)
    expected = bot.ask(FISHING)
    expect(answer).to_contain_text(expected.text)
    expect(answer).to_contain_text("It never mentions “quotas” or “fishing”.")
    expect(answer).to_contain_text("Closest, but not an answer")
    expect(answer.locator("blockquote")).to_contain_text(expected.hits[0].passage.text[:80])
    expect(answer.locator(".confidence")).to_have_count(0)
    near = page.locator("article mark.near").first
    expect_in_sight(near)
    page.locator("article.record").evaluate("article => article.scrollTo(0, 0)")
    answer.get_by_role("link", name="Read it in the record").click()
    expect_in_sight(near)


@pytest.mark.parametrize(
    ("question", "warning"),
    [("   ", "the question is empty"), ("long " * 2000, f"at most {LONGEST_QUESTION:,}")],
)
def test_bad_question_warns_and_the_chat_goes_on(page: Page, question: str, warning: str) -> None:
    box = page.get_by_label("Your question")
    box.fill(question)
    box.press("Enter")
    expect(page.get_by_test_id("toast-body")).to_contain_text(warning, ignore_case=True)
    expect(page.locator("#chat .asked")).to_have_count(0)
    new_chat = page.get_by_role("button", name="New chat").bounding_box()
    told = page.get_by_test_id("toast-body").bounding_box()
    assert new_chat and told and told["y"] >= new_chat["y"] + new_chat["height"]
    expect(box).to_have_value(question)  # to be mended
    expect(ask(page, NORTH_KOREA)).to_contain_text(CVID)


def test_example_is_asked_by_a_click(page: Page) -> None:
    for example in EXAMPLES:
        expect(page.get_by_role("button", name=example)).to_be_visible()
    page.get_by_role("button", name=NORTH_KOREA).click()
    expect(page.locator("#chat .asked")).to_have_text(NORTH_KOREA)
    expect(page.locator("#chat .answer")).to_contain_text(CVID)


def test_passages_behind_the_answer_have_place_and_score(page: Page, bot: Bot) -> None:
    answer = ask(page, NORTH_KOREA)
    expect(answer.locator("details li").first).not_to_be_visible()
    answer.locator("summary").click()
    first = bot.ask(NORTH_KOREA).hits[0]
    row = answer.locator("details li").first
    expect(row).to_be_visible()
    expect(row).to_contain_text(first.passage.location)
    expect(row).to_contain_text(f"{first.score:.2f}")
    expect(row.locator("b")).to_contain_text(CVID)
    expect(answer.locator(".confidence")).to_have_attribute("title", re.compile(r"^\d+% likely"))


def test_new_chat_forgets(page: Page) -> None:
    ask(page, NORTH_KOREA)
    page.get_by_role("button", name="New chat").click()
    expect(page.locator("#chat .answer")).to_have_count(0)
    expect(page.locator("article mark")).to_have_count(0)
    expect(page.get_by_role("button", name=NORTH_KOREA)).to_be_visible()


def test_browsers_do_not_see_each_other(new_page: NewPage) -> None:
    one, other = new_page(), new_page(stranger=True)
    ask(one, NORTH_KOREA)
    ask(other, FISHING)
    ask(one, "What will the Japan Foundation do in Lima?")
    assert one.locator("#chat .asked").all_text_contents() == [
        NORTH_KOREA,
        "What will the Japan Foundation do in Lima?",
    ]
    assert other.locator("#chat .asked").all_text_contents() == [FISHING]
    expect(other.locator("article mark.near").first).to_be_attached()
    other.reload()
    expect(other.locator("#chat .asked")).to_have_text([FISHING])


@pytest.mark.parametrize("served", ["hostile_address", "two_records_address"])
def test_hostile_text_is_shown_and_never_run(
    new_page: NewPage, served: str, request: pytest.FixtureRequest
) -> None:
    page = new_page(request.getfixturevalue(served))
    answer = ask(page, "By how much is the water budget raised?")
    expect(answer).to_contain_text('<img src=x onerror="window.hacked = 2">')
    article = page.locator("article.record")
    expect(article).to_contain_text('Council "><script>window.hacked = 1</script> minutes')
    expect(article).to_contain_text("{{constructor}} ${window.hacked = 3}")
    for summary in page.locator("#chat summary").all():
        summary.click()
    question = "Does <img src=x onerror='window.hacked = 7'> *open* on Sundays?"
    ask(page, question)
    expect(page.locator("#chat .asked").last).to_have_text(question)
    assert page.locator("#chat img, article img, article svg, article a").count() == 0
    page.wait_for_timeout(300)
    assert page.evaluate("typeof window.hacked") == "undefined"


def test_records_can_be_chosen_and_citations_change_them(
    new_page: NewPage, two_records_address: str
) -> None:
    page = new_page(two_records_address)
    article = page.locator("article.record")
    answer = ask(page, NORTH_KOREA)
    expect(answer).to_contain_text("Japan-Peru Relations, item 4")
    expect(article).to_contain_text("On August 14")
    page.get_by_role("button", name="Council").first.click()
    expect(article).to_contain_text("water budget")
    expect(article.locator("mark")).to_have_count(0)
    answer.get_by_role("link", name="[1]").click()
    expect(article.locator("mark")).to_contain_text(CVID)
    expect_in_sight(article.locator("mark"))
    opened = page.locator("#list [aria-current]")
    expect(opened).to_have_text("Japan-Peru Relations")


@pytest.mark.parametrize(("width", "height"), [(360, 640), (390, 844)])
def test_phone_reads_the_record_in_a_drawer(new_page: NewPage, width: int, height: int) -> None:
    page = new_page(width=width, height=height)
    expect(page.get_by_label("Your question")).to_be_in_viewport(ratio=1)
    expect_no_sideways_scroll(page)
    # What is not in sight is named.
    expect(page.locator("#chat .welcome")).to_contain_text("Japan-Peru Relations")
    expect(page.get_by_text("Your own meetings are added in “The record”")).to_be_in_viewport()
    link = ask(page, NORTH_KOREA).get_by_role("link", name="[1]")
    expect_no_sideways_scroll(page)
    shelf, mark = page.locator("#shelf"), page.locator("article mark")
    expect(shelf).to_be_hidden()
    link.click()
    expect(page.get_by_role("dialog", name="The record")).to_be_visible()
    expect_in_sight(mark)
    expect_no_sideways_scroll(page)
    page.keyboard.press("Escape")
    expect(shelf).to_be_hidden()
    expect(link).to_be_focused()
    page.get_by_role("button", name="The record").click()
    page.get_by_role("button", name="Close").click()
    expect(shelf).to_be_hidden()


def test_back_closes_the_record_on_a_phone(new_page: NewPage) -> None:
    page = new_page(width=390, height=844)
    address = page.url
    link = ask(page, NORTH_KOREA).get_by_role("link", name="[1]")
    shelf = page.locator("#shelf")
    for _ in range(2):
        link.click()
        expect(page.get_by_role("dialog", name="The record")).to_be_visible()
        page.go_back()
        expect(shelf).to_be_hidden()
        expect(link).to_be_focused()
    link.click()
    page.get_by_role("button", name="Close").click()
    expect(shelf).to_be_hidden()
    assert page.evaluate("history.state?.shelf") is None
    assert page.url == address
    expect(page.locator("#chat .answer")).to_have_count(1)


def test_question_is_in_sight_and_named_on_a_desk(page: Page) -> None:
    expect(page.get_by_label("Your question")).to_be_in_viewport(ratio=1)
    expect(page.get_by_label("Your question")).to_be_focused()
    expect(page.get_by_role("button", name="Ask", exact=True)).to_be_in_viewport(ratio=1)
    expect(page).to_have_title("Japan-Peru Relations · meetingbot")
    expect_no_sideways_scroll(page)
    icon = page.request.get(page.url + "favicon.ico")
    assert icon.ok and icon.headers["content-type"].startswith("image/svg")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_in_light_and_dark(new_page: NewPage, scheme: str) -> None:
    page = new_page(scheme=scheme)
    ask(page, NORTH_KOREA)
    contrast = """element => {
        const rgb = text => text.match(/[\\d.]+/g).map(Number);
        const light = colour => rgb(colour).slice(0, 3).reduce((sum, part, place) => {
            const share = part / 255;
            const linear = share <= .04045 ? share / 12.92 : ((share + .055) / 1.055) ** 2.4;
            return sum + linear * [.2126, .7152, .0722][place];
        }, 0);
        let under = element;
        while (/(, 0\\)|transparent)$/.test(getComputedStyle(under).backgroundColor)) {
            under = under.parentElement;
        }
        const pair = [getComputedStyle(element).color, getComputedStyle(under).backgroundColor];
        const [low, high] = pair.map(light).sort((one, other) => one - other);
        return (high + .05) / (low + .05);
    }"""
    for selector in (".quote", ".place", "summary", "a.cite", ".asked", "mark", ".aside", ".date"):
        assert page.locator(selector).first.evaluate(contrast) >= 4.5, selector


def test_a_suggested_question_is_asked_by_a_click_and_answered(page: Page) -> None:
    ask(page, NORTH_KOREA)
    offered = page.locator("#chat .next button")
    expect(offered).to_have_count(3)
    question = offered.first.text_content()
    assert question
    offered.first.click()
    expect(page.locator("#chat .answer")).to_have_count(2)
    expect(page.locator("#chat .asked").last).to_have_text(question)
    expect(page.locator("#chat .silent")).to_have_count(0)
    expect(page.locator("#chat .next")).to_have_count(1)
    expect(page.locator("#chat .next")).not_to_contain_text(question)
    expect(page.get_by_label("Your question")).to_be_focused()


def test_a_question_is_edited_and_replaces_what_followed(page: Page) -> None:
    ask(page, NORTH_KOREA)
    ask(page, FISHING)
    page.get_by_role("button", name="Edit").first.click()
    box = page.get_by_label("Your question")
    expect(box).to_have_value(NORTH_KOREA)
    expect(box).to_be_focused()
    page.keyboard.press("Escape")
    expect(box).to_have_value("")
    expect(page.locator("#note")).to_be_hidden()
    page.get_by_role("button", name="Edit").first.press("Enter")
    expect(box).to_have_value(NORTH_KOREA)
    box.fill("What was said about Venezuela?")
    box.press("Enter")
    expect(page.locator("#chat .asked")).to_have_text(["What was said about Venezuela?"])
    expect(page.locator("#chat .answer")).to_contain_text("Lima Group")


def test_a_question_is_asked_again(page: Page) -> None:
    ask(page, NORTH_KOREA)
    ask(page, FISHING)
    page.get_by_role("button", name="Ask again").first.click()
    expect(page.locator("#chat .asked")).to_have_text([NORTH_KOREA])
    expect(page.locator("#chat .answer")).to_contain_text(CVID)


def test_a_follow_up_shows_what_was_searched(page: Page) -> None:
    ask(page, "What was said about Venezuela?")
    answer = ask(page, "And about Nicaragua?")
    searched = answer.locator(".searched")
    expect(searched).to_have_text("Searched for: What was said about Nicaragua?")
    expect(searched).to_be_visible()
