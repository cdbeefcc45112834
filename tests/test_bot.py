"""Answers and silences, follow-ups, and the checks on every quote; on the real model and record."""

import json
import threading

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot import Bot
from bot.followups.standalone import FollowUp, read_follow_up
from bot.meeting.overview import MOST_TOLD
from bot.meeting.whole import asked_of_whole
from bot.packaged import PACKAGED_QUESTIONS
from embeddings import Document, Index, QuestionError, Retriever, SentenceTransformerEncoder
from embeddings.text.layout import lay_out

ROWS = [json.loads(line) for line in PACKAGED_QUESTIONS.read_text("utf-8").splitlines()]
VENEZUELA = ["What was said about Venezuela?"]


def test_the_question_set_is_as_promised(record: Document) -> None:
    answerable = [row for row in ROWS if row["evidence"]]
    silent = [row for row in ROWS if not row["evidence"]]
    assert len(ROWS) >= 60 and len(silent) >= 20
    assert len({row["id"] for row in ROWS}) == len(ROWS)
    assert 2 * sum(row["kind"] == "near-miss" for row in silent) >= len(silent)
    assert sum(bool(row.get("history")) for row in answerable) >= 8
    for row in ROWS:
        assert all(quote in record.text for quote in row["evidence"]), row["id"]
    asked_about = {
        record.location(record.text.index(quote)) for row in answerable for quote in row["evidence"]
    }
    assert asked_about == {"paragraph 1", "item 1", "item 2", "item 3", "item 4", "item 5"}


QUESTIONS = st.one_of(
    st.sampled_from([row["question"] for row in ROWS]), st.text(min_size=1, max_size=80)
)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(question=QUESTIONS)
def test_every_word_of_an_answer_is_the_record_s(bot: Bot, record: Document, question: str) -> None:
    try:
        answer = bot.ask(question)
    except QuestionError:
        return
    assert 0 <= answer.confidence <= 1
    assert answer.hits
    if answer.answered:
        assert answer.text == " ".join(citation.quote for citation in answer.citations)
        # Of the meeting as a whole more is told, and a single word may ask for that: "OVERVIEW".
        asked = asked_of_whole(bot.retriever.read(question), bot.retriever.index)
        assert 1 <= len(answer.citations) <= (MOST_TOLD if asked else 5)
        for citation in answer.citations:
            assert record.text[citation.start : citation.end] == citation.quote
    else:
        assert answer.text == "The record does not say." and answer.citations == ()


def test_silence_names_the_words_that_the_record_never_mentions(bot: Bot, record: Document) -> None:
    answer = bot.ask("Which fishing quotas were agreed with Bolivia?")
    assert not answer.answered
    assert set(answer.missing) == {"fishing", "quotas", "Bolivia"}
    assert not any(word[:4].casefold() in record.text.casefold() for word in answer.missing)
    assert bot.ask("What was said about Venezuela?").missing == ()
    assert bot.ask("Did anyone mention the bins?").missing == ("bins",)


def test_words_are_missing_from_the_documents_that_are_asked() -> None:
    documents = [
        Document("a", "The mayor opened the bridge."),
        Document("b", "Whaling was banned by the mayor."),
    ]
    bot = Bot(Retriever(Index.build(documents)), threshold=1.1)
    assert bot.ask("Was whaling banned?").missing == ()
    assert "whaling" in bot.ask("Was whaling banned?", documents=["a"]).missing


def test_a_sentence_that_leans_on_the_one_before_brings_it_along(
    encoder: SentenceTransformerEncoder,
) -> None:
    text = (
        "The board hired Ms. Marta Lindqvist as its auditor. "
        "She will report on the harbour fund in May."
    )
    bot = Bot(Retriever(Index.build([Document("a", text)], encoder=encoder)))
    answer = bot.ask("When will the auditor report on the harbour fund?")
    assert [citation.quote for citation in answer.citations] == [text]
    (alone,) = bot.ask("Who is the auditor?").citations
    assert alone.quote == text.partition(" She")[0]


@pytest.mark.parametrize(
    "text",
    [
        "Ms. Raman said that the library is used by many pupils. It was agreed that the library"
        " stays open until nine.",
        "Mr. Obi: The harbour is the pride of the town, and it is full.\n\n"
        "Ms. Lind: They agreed that the library stays open until nine.",
    ],
)
def test_a_sentence_brings_along_neither_what_it_does_not_lean_on_nor_another_s_words(
    text: str, encoder: SentenceTransformerEncoder
) -> None:
    bot = Bot(Retriever(Index.build([Document("a", text)], encoder=encoder)))
    (citation,) = bot.ask("Until when does the library stay open?").citations
    assert "until nine" in citation.quote and "pupils" not in citation.quote
    assert "pride" not in citation.quote


def test_a_paragraph_that_leans_on_the_one_before_is_a_quote_of_its_own(
    encoder: SentenceTransformerEncoder,
) -> None:
    text = (
        "The board hired Ms. Marta Lindqvist as its auditor.\n\n"
        "She will report on the harbour fund in May."
    )
    bot = Bot(Retriever(Index.build([Document("a", text)], encoder=encoder)))
    answer = bot.ask("When will the auditor report on the harbour fund?")
    assert [citation.quote.split()[0] for citation in answer.citations] == ["The", "She"]


def test_what_was_said_about_something_is_all_that_was_said(
    encoder: SentenceTransformerEncoder,
) -> None:
    text = (
        "Ms. Lind: The harbour needs dredging before the summer.\n\n"
        "Mr. Obi: I agree, and the ferry should have a second crew.\n\n"
        "Ms. Lind: Dredging of the harbour will cost two million.\n\n"
        "Mr. Obi: Then the harbour must wait for its dredging until May.\n\n"
    )
    bot = Bot(Retriever(Index.build([Document("a", text)], encoder=encoder)))
    answer = bot.ask("What was said about dredging the harbour?")
    assert [one.location for one in answer.citations] == ["Ms. Lind", "Ms. Lind", "Mr. Obi"]
    assert "second crew" not in answer.text
    hers = bot.ask("What did Ms. Lind say about dredging the harbour?")
    assert [one.location for one in hers.citations] == ["Ms. Lind", "Ms. Lind"]
    assert len(bot.ask("When can the harbour be dredged?").citations) == 1


def test_of_much_that_was_said_the_best_is_kept(encoder: SentenceTransformerEncoder) -> None:
    turns = [
        f"Member {name}: I would like to come back to the tram in a moment, thank you."
        for name in ("Ash", "Birch", "Cedar", "Elm", "Fir", "Gorse")
    ]
    text = "\n\n".join([*turns, "Chair: The tram is cancelled, for want of money."])
    bot = Bot(Retriever(Index.build([Document("a", text)], encoder=encoder)))
    answer = bot.ask("What was said about the tram?")
    assert len(answer.citations) == 5
    best = answer.hits[0].sentences[0]
    assert best.text in [citation.quote for citation in answer.citations]


def test_a_value_shows_what_it_is_in_a_line(bot: Bot, record: Document) -> None:
    chat = bot.chat()
    answer = chat.ask("What was agreed on North Korea?")
    index = bot.retriever.index
    assert repr(index) == f"<Index documents=1 passages={index.size}>"
    assert repr(bot) == f"Bot(Retriever({index!r}))"
    assert repr(chat) == "<Conversation turns=1>"
    assert str(answer) == answer.text
    assert answer.text in repr(answer) and answer.hits[1].passage.text not in repr(answer)
    assert record.id in repr(record) and record.text not in repr(record)


def test_the_threshold_can_be_moved(retriever: Retriever) -> None:
    for threshold, error in ((float("nan"), ValueError), ("high", TypeError)):
        with pytest.raises(error, match="number"):
            Bot(retriever, threshold=threshold)
    assert not Bot(retriever, threshold=1.1).ask("What was agreed on North Korea?").answered
    assert Bot(retriever, threshold=0.0).ask("What was agreed on fishing quotas?").answered


@pytest.mark.parametrize(
    ("earlier", "question", "expected"),
    [
        ([], "And Nicaragua?", "And Nicaragua?"),
        (VENEZUELA, "And about Nicaragua?", "What was said about Nicaragua?"),
        (VENEZUELA, "And Nicaragua?", "What was said about Nicaragua?"),
        (VENEZUELA, "What about the Lima Group?", "What was said about the Lima Group?"),
        (
            ["How many staff were hired in 2018?"],
            "And in 2019?",
            "How many staff were hired in 2019?",
        ),
        (["Who is Mr. Popolizio?"], "What did he host?", "What did Mr. Popolizio host?"),
        (["Who is Mr. O'Brien?"], "What is his job?", "What is Mr. O'Brien's job?"),
        (["What did the Minister add?"], "What did he host?", "What did the Minister host?"),
        # Another person is put in a person's place.
        (
            ["What did Cllr Raman say about the library?"],
            "And Cllr Marsh?",
            "What did Cllr Marsh say about the library?",
        ),
        (
            ["What did the mayor say about the pool?"],
            "What about Mr. Lee?",
            "What did Mr. Lee say about the pool?",
        ),
        (
            ["What was Solberg's view on Kastan?"],
            "And Minister Diallo's?",
            "What was Minister Diallo's view on Kastan?",
        ),
        (
            ["Who led the delegations?"],
            "What did they decide on the ferry?",
            "What did they decide on the ferry?",
        ),
        (VENEZUELA, "Summarise it", "Summarise it"),
        (VENEZUELA, "What did they discuss?", "What did they discuss?"),
        # Courtesies are nothing to lean on.
        ([*VENEZUELA, "Thanks!"], "And Nicaragua?", "What was said about Nicaragua?"),
        # A question with a topic of its own is left alone.
        (VENEZUELA, "Was there a lunch meeting?", "Was there a lunch meeting?"),
        (VENEZUELA, "What was agreed on the budget?", "What was agreed on the budget?"),
        (VENEZUELA, "And who hosted the lunch?", "Who hosted the lunch?"),
        (VENEZUELA, "What did Sofia say?", "What did Sofia say?"),
        (VENEZUELA, "Did they condemn the attacks?", "Did they condemn the attacks?"),
        (
            VENEZUELA,
            "Who supports Peru and its leadership?",
            "Who supports Peru and its leadership?",
        ),
    ],
)
def test_follow_ups_stand_alone(earlier: list[str], question: str, expected: str) -> None:
    assert _read([*earlier, question]) == FollowUp(expected)


@pytest.mark.parametrize(
    ("asked", "context"),
    [
        ([*VENEZUELA, "Why?"], "Venezuela"),
        ([*VENEZUELA, "Where?"], "Venezuela"),
        ([*VENEZUELA, "and who's against it then"], "Venezuela"),
        (["Will the museum's roof be mended?", "on what condition?"], "museum's roof mended"),
        (["Does Benin get the vans?", "what was suggested instead?"], "Benin get vans"),
        # Of a chain of follow-ups all is kept, each word once; no more than ten.
        (
            ["Will the roof be mended?", "by when?", "and who pays?", "why them?"],
            "roof mended pays",
        ),
        (
            ["Did oats rye wheat barley maize rice millet sorghum teff spelt fonio sell?", "why?"],
            "wheat barley maize rice millet sorghum teff spelt fonio sell",
        ),
        # "What about X?" leans whatever stands before it.
        (["When did Peru sign?", "What about Bolivia?"], "Peru sign"),
        (["Is the pool open on Sundays?", "When does it close?"], "pool open Sundays"),
        # A pronoun may mean another thing, or nothing.
        ([*VENEZUELA, "Did they vote on it?"], "Venezuela"),
        ([*VENEZUELA, "Was it agreed that boats will be sent?"], "Venezuela"),
        ([*VENEZUELA, "How long will it take to rebuild the hospital?"], "Venezuela"),
        (["What did Kono say about the TPP?", "What did he say about it?"], "Kono TPP"),
        (["Who attended the meeting?", "When was it?"], "attended meeting"),
        # Diallo may be somebody or a place.
        (["What did Solberg say about fishing?", "And Diallo?"], "Solberg fishing"),
        # What is half a sentence, or leans itself, is not put in a topic's place.
        (["How many traps did we settle on in the end?", "and the map?"], "traps settle end"),
        (["What was said about the roof?", "and the cost of that?"], "roof"),
        ([*VENEZUELA, "and then?"], "Venezuela"),
        # What is no name and no thing does not take a pronoun's place.
        (["How long do patients wait?", "what would shorten that?"], "patients wait"),
    ],
)
def test_what_leans_on_a_question_is_searched_for_with_its_words(
    asked: list[str], context: str
) -> None:
    assert _read(asked).context == context


def _read(asked: list[str]) -> FollowUp:
    read: list[FollowUp] = []
    for question in asked:
        read.append(read_follow_up(question, read, lambda name: False, lambda asked: False))
    return read[-1]


def test_a_question_that_asks_nothing_is_refused_in_a_conversation_too(bot: Bot) -> None:
    chat = bot.chat()
    chat.ask("What was said about Venezuela?")
    with pytest.raises(QuestionError, match="empty"):
        chat.ask("?!")
    for long in (f"and wehn, I ask, {'oh ' * 320}thn?", f"and why: {'oh ' * 325}then?"):
        assert chat.ask(long).question == long
    chat.ask(VENEZUELA[0])
    long = f"and {'Nicaragua' * 109}?"
    assert chat.ask(long).question == long
    with pytest.raises(QuestionError, match="ask in at most"):
        chat.ask("and why, " + "oh " * 400)


def test_a_new_topic_takes_nothing_from_the_conversation() -> None:
    for question in (
        "Which airport will the direct flights to Manila leave from?",
        "What was agreed on the harbour's dredging?",
        "Who hosted the lunch for the Peruvian minister?",
        "Thanks!",
        "OK, very good",
        "\u4f1a\u8bae\u5728\u54ea\u91cc\u4e3e\u884c\u7684\uff1f",
    ):
        assert _read([*VENEZUELA, question]).context == ""


@given(st.lists(st.text(max_size=60), min_size=1, max_size=4))
def test_any_follow_up_can_be_read(asked: list[str]) -> None:
    read = _read(asked)
    assert len(read.context.split()) <= 10
    assert not read.context or read.question.strip()


def test_what_is_asked_of_the_whole_leans_on_nothing(bot: Bot) -> None:
    for question in ("Any action items?", "What are my tasks?", "How did the meeting end?"):
        chat = bot.chat()
        chat.ask("What was said about Venezuela?")
        assert chat.ask(question).standalone_question == question


def test_a_courtesy_is_met_with_silence_and_leaves_no_trace() -> None:
    text = "Cllr Osei thanked the volunteers who cleared the snow. The library stays open."
    chat = Bot(Retriever(Index.build([Document("a", text)]))).chat()
    for courtesy in ("Thanks!", "ok thanks"):
        answer = chat.ask(courtesy)
        assert not answer.answered and answer.citations == () and answer.hits == ()
        assert answer.text == "That asks nothing of the record."
    assert chat.ask("What about the library?").standalone_question == "What about the library?"
    assert "Thanks!" in chat.to_markdown() and chat.turns[0].as_dict()["hits"] == []


def test_she_is_the_one_lady_who_was_named() -> None:
    asked = ["What did Mrs Yusuf say about the oxygen plant?", "Was Mr Obi worried?"]
    read = _read([*asked, "what was she told?"])
    assert read.question == "what was Mrs Yusuf told?" and read.context == "Mr Obi worried"
    assert _read([*asked, "Was Ms Lind worried?", "what was she told?"]).question.startswith(
        "what was s"
    )


def test_who_speaks_in_the_record_is_a_person() -> None:
    text = "Sofia: The tram is late.\n\nMarco: The tram is full.\n\nSofia: Rome is far.\n"
    chat = Bot(Retriever(Index.build([lay_out(Document("a", text))]))).chat()
    chat.ask("What did Sofia say about the tram?")
    answer = chat.ask("And Marco?")
    assert answer.standalone_question == "What did Marco say about the tram?"
    assert answer.text == "Marco: The tram is full."


def test_a_topic_is_swapped_in_the_last_question_that_stands_alone() -> None:
    assert _read([*VENEZUELA, "Why?", "And Nicaragua?"]) == FollowUp(
        "What was said about Nicaragua?"
    )


def test_a_question_that_leans_is_answered_and_tells_on_what() -> None:
    text = (
        "Mr. Obi said that the roof of the museum will be mended if the town pays half of it. "
        "The loan of a lorry to the market was refused. On no condition will the pool be opened "
        "on Sundays. A new head was named for the school."
    )
    chat = Bot(Retriever(Index.build([Document("a", text)]))).chat()
    chat.ask("Will the roof of the museum be mended?")
    answer = chat.ask("on what condition?")
    assert "if the town pays half" in answer.text
    assert answer.standalone_question == "on what condition: roof museum mended?"
    assert answer.searched == "Searched with what was asked before: roof museum mended"
    chat.ask("What did Mr. Obi say about the roof?")
    answer = chat.ask("Did he name a condition for that?")
    assert answer.searched.startswith("Searched for: Did Mr. Obi name a condition for that")


def test_a_conversation_carries_its_topic_and_another_does_not(bot: Bot) -> None:
    one, other = bot.chat(), bot.chat()
    one.ask("What was said about Venezuela?")
    assert one.ask("And about Nicaragua?").standalone_question == "What was said about Nicaragua?"
    assert other.ask("And about Nicaragua?").standalone_question == "And about Nicaragua?"
    assert [turn.question for turn in one.turns] == [
        "What was said about Venezuela?",
        "And about Nicaragua?",
    ]


def test_a_question_that_fails_leaves_the_conversation_as_it_was(bot: Bot) -> None:
    chat = bot.chat()
    with pytest.raises(QuestionError):
        chat.ask(" ")
    assert chat.turns == []


def test_threads_that_share_a_bot_get_their_own_answers(bot: Bot) -> None:
    asked = {row["question"]: bot.ask(row["question"]).text for row in ROWS[:12]}
    got: dict[str, str] = {}
    threads = [
        threading.Thread(target=lambda q=question: got.update({q: bot.ask(q).text}))
        for question in asked
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert got == asked
