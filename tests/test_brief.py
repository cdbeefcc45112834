"""An answer in brief stands beside its quote: a short answer inside it, a yes where it says so."""

import pytest

from bot import Bot
from bot.yes import says_yes
from embeddings import Document, Index, Retriever, SentenceTransformerEncoder

RECORD = (
    "The council discussed the new footbridge and its lighting. "
    "It approved a budget of 4.2 million crowns for the footbridge. "
    "Ms. Adeyemi will report on the tender on 14 March.\n\n"
    "The library stays closed on Mondays. The sides did not discuss the swimming pool. "
    "The visitors saw the lighthouse."
)


@pytest.fixture(scope="module")
def council(encoder: SentenceTransformerEncoder) -> Bot:
    return Bot(Retriever(Index.build([Document("a.txt", RECORD)], encoder=encoder)))


@pytest.mark.parametrize(
    ("question", "short"),
    [
        ("Who will report on the tender?", "Ms. Adeyemi"),
        ("What budget did the council approve?", "4.2 million crowns"),
    ],
)
def test_the_short_answer_is_a_span_of_the_quote(council: Bot, question: str, short: str) -> None:
    answer = council.ask(question)
    assert answer.short
    assert short in answer.short.quote
    assert RECORD[answer.short.start : answer.short.end] == answer.short.quote
    assert answer.short.quote in answer.text
    assert answer.as_dict()["short"]["quote"] == answer.short.quote


def test_without_a_reader_there_is_no_short_answer(council: Bot) -> None:
    plain = Bot(council.retriever, reader=None)
    answer = plain.ask("When will Ms. Adeyemi report on the tender?")
    assert answer.answered
    assert answer.short is None


def test_one_of_several_people_and_a_title_alone_are_no_answer(
    encoder: SentenceTransformerEncoder,
) -> None:
    text = (
        "Apologies were received and accepted from Cllr Tony Breck (work commitments) and"
        " District Cllr Lucy Mant (holiday). The chair thanked Mr. Osei for the tea.\n\n"
        "He was accompanied by the Ambassador, Ms. Gelovani, and by the mayor, Mr. Beridze.\n\n"
        "The Foreign Secretary, Dame Rosalind Achterberg, hosted the Minister of Foreign Affairs of"
        " Adzharistan, Mr. Levan Tsikarishvili, at Lancaster Row this morning."
    )
    bot = Bot(Retriever(Index.build([Document("a.txt", text)], encoder=encoder)))
    for question, last in (("Who sent apologies?", "Mant"), ("Who came with him?", "Beridze")):
        answer = bot.ask(question)
        assert last in answer.text
        assert answer.short is None or last in answer.short.quote
    dame = bot.ask("Who is Rosalind Achterberg?")
    assert "Dame Rosalind" in dame.text and dame.short is None
    thanked = bot.ask("Whom did the chair thank for the tea?").short
    assert thanked and "Osei" in thanked.quote


def test_what_other_meetings_answer_otherwise_does_not_stand_out(
    encoder: SentenceTransformerEncoder,
) -> None:
    may, july = (
        Document(f"{month}.txt", f"The meeting of {month} was short. {stalls} stalls were booked.")
        for month, stalls in (("May", 34), ("July", 40))
    )
    bot = Bot(Retriever(Index.build([may, july], encoder=encoder)))
    question = "How many stalls were booked?"
    assert bot.ask(question).answered and bot.ask(question).short is None
    for document, stalls in ((may, "34"), (july, "40")):
        short = bot.ask(question, documents=[document.id]).short
        assert short and stalls in short.quote


def test_yes_is_said_where_the_record_says_so(council: Bot) -> None:
    answer = council.ask("Was the footbridge discussed?")
    assert answer.answered
    assert answer.yes
    assert answer.as_dict()["yes"] is True
    assert answer.confidence >= 0.9
    assert not council.ask("What was discussed?").yes


@pytest.mark.parametrize(
    "question",
    [
        "Was the footbridge discussed?",
        "Did the council talk about the lighting of the footbridge?",
        "did they discuss the footbridge",
        "Did the footbridge come up?",
        "Has the footbridge been raised at the meeting?",
    ],
)
def test_a_question_whether_something_came_up_has_many_forms(question: str) -> None:
    assert says_yes(question, "The council discussed the new footbridge and its lighting.")


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("Was the merger agreed?", "After a long debate, the merger was agreed by seven votes."),
        ("Has the merger been agreed on?", "The board approved the merger with two banks."),
        ("Did they agree to sell the field?", "The council has agreed to sell the field."),
        ("Was Gaza discussed?", "They discussed Gaza."),
        ("Was Venezuela raised?", "Minister Kono also raised the issue of Venezuela."),
        ("Was the tram mentioned?", "The ministers met in Lima and exchanged views on the tram."),
        ("Was Greenland discussed?", "The future of Greenland was discussed at length."),
        ("Was the pool discussed?", "They discussed the future of the town, including the pool."),
    ],
)
def test_a_sentence_says_yes_in_many_ways(question: str, sentence: str) -> None:
    assert says_yes(question, sentence)


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("Was the swimming pool discussed?", "The sides did not discuss the swimming pool."),
        ("Was the lighthouse discussed?", "The visitors saw the lighthouse."),
        ("Was the airport discussed?", "The council discussed the new footbridge."),
        ("Was the tram agreed on?", "The council discussed the tram."),
        # What has yet to be done, is refused, put off, doubted or reported of another time.
        ("Was the pool discussed?", "The pool will be discussed at the next meeting."),
        ("Was the pool discussed?", "The board would have discussed the pool."),
        ("Was the pool discussed?", "The Chair asked that the pool be discussed in April."),
        ("Was the pool discussed?", "The residents should have been told about the pool."),
        ("Was Iran discussed?", "Mr. Lee said that the ministers refused to discuss Iran."),
        ("Was the merger agreed?", "The board agreed to postpone the merger until June."),
        ("Was the merger agreed?", "The board agreed to postpone the merger."),
        ("Did they agree on the merger?", "The board agreed to reject the merger."),
        ("Did they agree on the merger?", "They failed to agree on the merger and agreed to meet."),
        ("Was the bypass agreed?", "The council decided against the bypass."),
        ("Was the budget agreed?", "The committee decided to refer the budget back."),
        ("Was the ceasefire agreed?", "The ceasefire should be agreed by June."),
        ("Was the ceasefire agreed?", "He denied that the ceasefire was agreed."),
        ("Was a ceasefire agreed?", "He asked whether a ceasefire had been agreed."),
        ("Was the merger agreed?", "The merger was agreed to be unsuitable."),
        ("Was the merger agreed?", "The board agreed on the merger report."),
        ("Was the merger agreed?", "The board dropped the terms agreed on the merger."),
        ("Were the minutes agreed?", "It was agreed that the minutes be amended."),
        # The verb is another thing's, or no verb.
        ("Was the merger discussed?", "The newly proposed merger collapsed."),
        ("Was Peru discussed?", "The Peru delegation raised the issue of human rights."),
        ("Was Lima discussed?", "The council discussed trade and visited Lima."),
        ("Was Lima discussed?", "The minister thanked the mayor of Lima."),
        ("Were tickets discussed?", "The council raised the price of tickets."),
        ("Was the tram discussed?", "Had they discussed the tram?"),
        ("Did Ms. Adeyemi raise the tram?", "The council raised the tram with Ms. Adeyemi."),
        ("What was said about the tram?", "The council discussed the tram."),
    ],
)
def test_yes_is_not_said_where_the_sentence_does_not_say_so(question: str, sentence: str) -> None:
    assert not says_yes(question, sentence)
