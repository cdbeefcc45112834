"""In a dialogue what is asked is answered by who speaks next."""

import pytest

from bot.bot import Bot
from bot.datatypes import Answer
from embeddings import Document, Index, Retriever, SentenceTransformerEncoder

BRIEFING = """Daily press briefing

MS. REYES: Good afternoon. Two things before your questions. The embassy library opens again on
Monday, and the road to the airport is closed for repairs until Thursday.

QUESTION: Thank you. There are reports that the consulate in Porto Vale will be closed this summer.
Can you confirm that?

MS. REYES: Those reports are wrong. The building needs a new roof, and the staff will move next door
for a while.

QUESTION: How many tons of grain were in the shipment that was held back at the border last week?

MS. REYES: Four hundred.

QUESTION: The fishermen say that the patrol boat is thirty years old.

MS. REYES: It was launched in 1998, and it is being refitted.

QUESTION: Will the Secretary meet the union of the dockers?
"""


@pytest.fixture(scope="module")
def briefing(encoder: SentenceTransformerEncoder) -> Bot:
    return Bot(Retriever(Index.build([Document("briefing.txt", BRIEFING)], encoder=encoder)))


def quotes(answer: Answer) -> list[str]:
    assert answer.answered
    return [" ".join(one.quote.split()) for one in answer.citations]


def test_what_is_asked_is_quoted_with_its_reply(briefing: Bot) -> None:
    answer = briefing.ask("Will the consulate in Porto Vale be closed?")
    *_, reply = quotes(answer)
    assert reply.startswith("MS. REYES: Those reports are wrong.")
    assert answer.citations[-1].location == "MS. REYES"
    assert not answer.yes


def test_a_short_reply_is_quoted_with_what_was_asked(briefing: Bot) -> None:
    answer = briefing.ask("How many tons of grain were held back?")
    asked, reply = quotes(answer)
    assert asked.startswith("QUESTION: How many tons of grain") and asked.endswith("last week?")
    assert reply == "MS. REYES: Four hundred."


def test_what_leads_up_to_a_question_is_no_short_answer(briefing: Bot) -> None:
    answer = briefing.ask("How old is the patrol boat?")
    assert quotes(answer)[-1] == "MS. REYES: It was launched in 1998, and it is being refitted."
    assert answer.short is None or answer.short.quote == "1998"


def test_who_asks_what_was_asked_is_told_that(briefing: Bot) -> None:
    (asked,) = quotes(briefing.ask("What did the press ask about the consulate in Porto Vale?"))
    assert asked.startswith("There are reports") or asked.startswith("QUESTION:")


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What did Ms. Reyes say about the airport?", "and the road to the airport is closed"),
        ("What did Ms. Reyes tell us about the new roof?", "The building needs a new roof"),
        ("What did Ms. Reyes say about tourism?", ""),
    ],
)
def test_a_name_that_whose_words_are_asked_for_need_not_stand_in_them(
    briefing: Bot, question: str, expected: str
) -> None:
    answer = briefing.ask(question)
    assert answer.answered == bool(expected) and expected in answer.text
    assert answer.standalone_question == question


def test_what_a_paper_says_is_not_asked_of_those_who_speak(
    encoder: SentenceTransformerEncoder,
) -> None:
    told = "The report on the pier was read. It says that the pier needs ten new piles by June."
    text = f"Harbour board\n\n{told}\n\n{HEARING}"
    bot = Bot(Retriever(Index.build([Document("board", text)], encoder=encoder)))
    assert "ten new piles" in bot.ask("What did the report say about the pier?").text


def test_a_question_without_a_reply_stands_alone(briefing: Bot) -> None:
    answer = Bot(briefing.retriever, threshold=0).ask("Will the Secretary meet the dockers' union?")
    assert quotes(answer) == ["QUESTION: Will the Secretary meet the union of the dockers?"]


@pytest.mark.parametrize(
    ("speaker", "quoted"),
    [
        ("MS. REYES", "MS. REYES: Four hundred."),
        ("QUESTION", "QUESTION: How many tons of grain were in the shipment"),
    ],
)
def test_nobody_else_is_quoted_than_who_is_asked(briefing: Bot, speaker: str, quoted: str) -> None:
    bot = Bot(briefing.retriever, threshold=0)
    (quote,) = quotes(bot.ask("How many tons of grain were held back?", speakers=[speaker]))
    assert quote.startswith(quoted)


@pytest.mark.parametrize(
    "asked",
    [
        "Mr. Lee: What is to become of the old pier at Langness?",
        "Q6 Mr. Lee: So the old pier at Langness is to be mended.",
        "Q. The old pier at Langness is to be mended.",
    ],
)
def test_a_long_reply_shares_a_passage_with_what_was_asked(
    encoder: SentenceTransformerEncoder, asked: str
) -> None:
    parts = range(4, 13)
    reply = " ".join(f"The {n}th part of the pier is to be mended before winter." for n in parts)
    text = f"Chair: We are open. It is good to see so many.\n\n{asked}\n\nChair: {reply}\n"
    passages = Index.build([Document("pier.txt", text)], encoder=encoder).passages
    (exchanged,) = [one for one in passages if "4th part" in one.text]
    assert exchanged.text.startswith(asked)
    assert all(one.text == text[one.start : one.end] for one in passages)


# A committee numbers what it asks, a question mark behind it or not.
EVIDENCE = """Q1 Ms. Vance: So without the grant you would close the ferry to Oskarvik.

Mr. Holm: We would. Nobody else would sail it.

Q2 Ms. Roth: On the training of deckhands. Does it take a year?

Mr. Holm: It takes ten months, and the college pays for eight of them.
"""


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Would they close the ferry without the grant?", "Mr. Holm: We would."),
        ("What did Ms. Roth ask about the training of deckhands?", "Does it take a year?"),
    ],
)
def test_what_a_committee_numbers_asks(
    encoder: SentenceTransformerEncoder, question: str, expected: str
) -> None:
    index = Index.build([Document("evidence.txt", EVIDENCE)], encoder=encoder)
    assert quotes(Bot(Retriever(index)).ask(question))[-1].startswith(expected)


HEARING = """Mr. Lund: The floor is not level, though the surveyor told us in June that it was.

Ms. Ortega: Can we sue the surveyor?

Mr. Lund: Possibly. I have asked our lawyer about it. Shall we hear of the school buses?

Mr. Berg: How does the moving of the school buses affect the county?

Mr. Lund: I have agreed to move the school buses to the county, which pays for them already.
"""


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What did Ms. Ortega ask about the surveyor?", "Ms. Ortega: Can we sue the surveyor?"),
        ("What did Mr. Lund say about the school buses?", "I have agreed to move the school buses"),
        ("What did Ms. Ortega say about the school buses?", ""),
        ("What did Mr. Berg ask?", "Mr. Berg: How does the moving of the school buses affect"),
        ("According to Mr. Berg, who pays for the school buses?", ""),
        ("Who pays for the school buses according to Mr. Lund?", "which pays for them already."),
        ("What did Mr. Lund ask the county for?", "to move the school buses to the county"),
        # of the other document, where nobody bears a name before his words
        ("What did Ms. Vik say about the ice?", "Ms. Vik said that the ice was thick."),
        ("What did Mr. Lund say about the harbour?", "Mr. Lund said that the harbour was shut."),
    ],
)
def test_whose_words_are_asked_for_is_answered_by_nobody_else(
    encoder: SentenceTransformerEncoder, question: str, expected: str
) -> None:
    minutes = "Ms. Vik said that the ice was thick. Mr. Lund said that the harbour was shut."
    documents = [Document("hearing", HEARING), Document("minutes", minutes)]
    answer = Bot(Retriever(Index.build(documents, encoder=encoder))).ask(question)
    assert answer.answered == bool(expected) and expected in answer.text


# What a program wrote that hears no voices.
PANEL = (
    "What does it cost for a school? Around 190,000 with the paint on the roof. I wanted to ask"
    " Dr. Benali, what happens with the register if there is a power cut? If the phones are silent?"
    " Then we knock. We tried it in May, as an exercise. And who paid for it in Tolva? The maker"
    " gave it to us. I bought the beer."
)


@pytest.mark.parametrize(
    ("question", "reply"),
    [
        ("What if there's a power cut?", "Then we knock."),
        ("Who paid in Tolva?", "The maker gave it to us."),
    ],
)
def test_what_is_asked_is_quoted_with_its_reply_where_nobody_is_named(
    encoder: SentenceTransformerEncoder, question: str, reply: str
) -> None:
    index = Index.build([Document("panel", PANEL)], encoder=encoder)
    asked, replied = quotes(Bot(Retriever(index)).ask(question))
    assert asked.endswith("?") and replied.startswith(reply)


GOVERNORS = """# Governing body

## Headteacher's report

The report had been circulated in advance. JP highlighted:

- Number on roll is 203 against a PAN of 210. Twenty-four first choices for September, down from 31.
- Attendance for the year to date is 94.2% (national 94.8%). Absence has come down to 13.9%.
- One fixed-term suspension (2 days) since January. No permanent exclusions.
- Mrs Dacre (Year 4) leaves at Easter to move to Scotland. Mr Fenn, at present a supply teacher, has
been appointed on a one-year contract.

**Q (DM): Why is attendance still below the national figure?**
A: Mainly holidays in term time: 38 penalty notices have been issued since September. A breakfast
offer is being trialled for eleven families.

**Q (TA): How is staff wellbeing?**
A: JP said the staff survey had a response of 82%. Workload was the main concern. Marking has been
replaced by verbal feedback, which teachers say saves about three hours a week.

**Challenge (SW): Is the phonics result of 71% good enough?**
A: No. BH explained that nine children joined mid-year with little English. A second daily session
began in February and the mock check in March gave 79%. The target is 84%.
"""


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("Why is attendance lower than nationally?", "holidays in term time"),
        ("phonics target", "The target is 84%."),
    ],
)
def test_questions_that_minutes_label_are_answered_by_their_reply(
    encoder: SentenceTransformerEncoder, question: str, said: str
) -> None:
    index = Index.build([Document("governors.md", GOVERNORS)], encoder=encoder)
    assert said in Bot(Retriever(index)).ask(question).text
