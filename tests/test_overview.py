"""Questions about the meeting as a whole are answered from its parts, and no others are."""

from pathlib import Path

import pytest

from bot import Bot
from bot.meeting.sayings import sayings
from bot.meeting.whole import asked_of_whole
from embeddings import Document, Index, QuestionError, Retriever, read_documents
from embeddings.scope import EVERYTHING

MEETINGS = Path(__file__).parent / "benchmarks" / "meetings"


@pytest.mark.parametrize(
    "question",
    ["What was this meeting about?", "summarise it", "Which topics came up?", "What was discussed"],
)
def test_an_overview_has_a_sentence_of_every_item(
    bot: Bot, record: Document, question: str
) -> None:
    answer = bot.ask(question)
    assert answer.answered and answer.confidence > 0.9
    assert [one.location for one in answer.citations] == [
        "paragraph 1", "item 1", "item 2", "item 3", "item 4", "item 5"
    ]  # fmt: skip
    for one in answer.citations:
        assert record.text[one.start : one.end] == one.quote
    assert "The overview of the meeting is as follows." not in answer.text
    assert answer.hits


def test_a_long_transcript_gives_seven_sentences_in_its_order(encoder) -> None:
    index = Index.build(
        read_documents(MEETINGS / "10-eastport-vaccine-inquiry.txt"), encoder=encoder
    )
    citations = Bot(Retriever(index)).ask("What was the hearing about?").citations
    assert len(citations) == 7
    assert [one.start for one in citations] == sorted(one.start for one in citations)
    assert all(len(one.quote) >= 40 for one in citations)


def test_who_was_there_and_where_is_no_topic(encoder) -> None:
    text = (
        "# Harwick Valley School District\n## Regular Meeting Minutes\n\n"
        "**Date:** Tuesday, May 21, 2024\n"
        "**Place:** District Office, 410 Mill Road, Harwick\n\n"
        "**Staff present:** Dr. Marie Cole (Superintendent), Jeff Lindqvist (Treasurer)\n\n"
        "### 1. Budget\nMr. Lindqvist presented the proposed budget of $48.6 million.\n\n"
        "### 2. Late Bus\nThe board discussed whether to end the late bus on Route 7.\n"
    )
    index = Index.build([Document("a.md", text)], encoder=encoder)
    quotes = [one.quote for one in Bot(Retriever(index)).ask("What was discussed?").citations]
    assert [one.split()[0] for one in quotes] == ["Mr.", "The"]


def test_what_was_decided_is_told_by_the_sentences_that_say_so(encoder) -> None:
    index = Index.build(read_documents(MEETINGS / "05-harrowmere-council.txt"), encoder=encoder)
    quotes = [one.quote for one in Bot(Retriever(index)).ask("What was agreed?").citations]
    assert sum(quote.startswith("RESOLVED") for quote in quotes) == 3
    assert not any("POLICE" in quote for quote in quotes)


def test_where_nothing_was_decided_it_is_judged_like_any_question(encoder) -> None:
    index = Index.build([Document("a", "The ferry sails at nine. It was full.")], encoder=encoder)
    assert not Bot(Retriever(index)).ask("What was agreed?").answered


def test_each_meeting_asked_is_in_its_overview(encoder) -> None:
    texts = {
        "a": "The mayor opened the new bridge on Monday.",
        "b": "The library board met in May and voted on its opening hours.",
    }
    index = Index.build([Document(id, text) for id, text in texts.items()], encoder=encoder)
    whole = Bot(Retriever(index)).ask("What was discussed?")
    assert [one.document_id for one in whole.citations] == ["a", "b"]
    part = Bot(Retriever(index)).ask("What was discussed?", documents=["b"])
    assert [one.quote for one in part.citations] == [texts["b"]]


def test_a_long_meeting_leaves_room_for_the_others(encoder) -> None:
    names = ("05-harrowmere-council.txt", "10-eastport-vaccine-inquiry.txt")
    documents = [one for name in names for one in read_documents(MEETINGS / name)]
    index = Index.build(documents, encoder=encoder)
    whole = Bot(Retriever(index)).ask("What was discussed?")
    assert [one.document_id for one in whole.citations] == [names[0]] * 3 + [names[1]] * 3


@pytest.mark.parametrize(
    "question",
    [
        "What was discussed about Venezuela?",
        "What was agreed on North Korea?",
        "What is the Lima Group about?",
        "Summarise the position on fishing quotas",
        "Summarize the discussion about industrial components.",
        "What did the group talk about the buttons of the remote control?",
        "What did the ministers say about Nicaragua?",
        "What did the Martians agree?",
        "What did the defendant discuss?",
        "What did journalists want to know?",
        "What is it for?",
        "xyz",
        "CM0T",
        "t?",
        "What did Mr. Smith say?",
        "What did Mr. Smith decide?",
        "What did Chile's foreign minister say?",
        "What did Popolizio say about the Nikkei community?",
        "What did Popolizio tell Kono?",
        "What did Popolizio say in Lima?",
    ],
)
def test_a_question_about_something_in_it_gets_no_overview(index: Index, question: str) -> None:
    assert not asked_of_whole(Retriever(index).read(question), index)
    assert not sayings(question, index, None, EVERYTHING)


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("tl;dr?", {"about"}),
        ("gist?", {"about"}),
        ("I missed it. Summarise it please", {"about"}),
        ("What Was Decided?", {"decided"}),
        ("so what concretely came out of the talks", {"decided"}),
        ("who has to do what now? I need the action points", {"tasks"}),
        ("When and where was it?", {"when", "where"}),
        ("who was there and who sent apologies", {"who", "absent"}),
        ("how did it end", {"end"}),
        ("Was anything decided?", {"decided"}),
        ("Are there any action items?", {"tasks"}),
        ("Was anyone absent?", {"absent"}),
        ("Which members were not there?", {"absent"}),
        ("I couldn't be there. What was discussed?", {"about"}),
    ],
)
def test_what_is_asked_of_the_whole_is_told_by_the_question(
    index: Index, question: str, asked: set[str]
) -> None:
    assert asked_of_whole(Retriever(index).read(question), index).keys() == asked


DENIED = """Talks of the two ministers

The ministers agreed that the railway must stay open. They agreed to meet again in the autumn.

The ministers did not discuss the stationing of troops. No agreement was reached on fishing quotas.
"""


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("What was not discussed?", "did not discuss the stationing of troops"),
        ("What didn't they talk about?", "did not discuss the stationing of troops"),
        ("What did they fail to agree on?", "No agreement was reached"),
        ("Were there any disagreements?", "No agreement was reached"),
        ("What was left undecided?", "No agreement was reached"),
    ],
)
def test_what_was_not_done_is_never_told_by_what_was(encoder, question: str, answer: str) -> None:
    bot = Bot(Retriever(Index.build([Document("a", DENIED)], encoder=encoder)))
    (citation,) = bot.ask(question).citations
    assert answer in citation.quote


def test_tasks_and_the_end_are_told_by_the_record(encoder) -> None:
    text = (
        "Minutes of the club\n\n1. Roof. The slates came loose in the storm. Ms Roe will send the "
        "three quotes to the members by Friday.\n\n2. Shop. The shop was shut for a week. "
        "Nobody minded much.\n\n"
        "3. Close. The kettle had gone cold by then. The chair thanked everybody who came."
    )
    bot = Bot(Retriever(Index.build([Document("a", text)], encoder=encoder)))
    (task,) = bot.ask("What are the next steps?").citations
    assert task.quote.startswith("Ms Roe will send") and task.location == "item 1"
    assert bot.ask("How did it end?").text.endswith("The chair thanked everybody who came.")


BOARD = """# Board minutes

## 1. Product

Mr Okafor showed the buoy. It was agreed to delay its launch to November.

## 2. Last time's actions

Ms Nambiar will send the accounts to the auditors.

{}

Date of next meeting: Tuesday 25 March 2025 at 9.30 a.m., Quayside House.

Signed ............................ Chair
"""
TABLE = """No. | Action | Owner
1 | Commission environmental survey of the Penryn foundry in good time | D. Tranter
2 | Obtain quotes from three search consultants | H. Bascombe"""


@pytest.mark.parametrize(
    ("actions", "quotes"),
    [
        (f"## Action table\n\n{TABLE}", TABLE.split("\n")),
        (f"Action items:\n{TABLE}", TABLE.split("\n")),
        (f"## 10 Actions\n\n{TABLE}", TABLE.split("\n")),
        (
            "## 3. Actions\n\n- JP to ring the exec\n- Liz to check the contract\n",
            ["JP to ring the exec", "Liz to check the contract"],
        ),
    ],
)
def test_tasks_are_those_of_a_list_of_them(encoder, actions: str, quotes: list[str]) -> None:
    index = Index.build([Document("a.md", BOARD.format(actions))], encoder=encoder)
    bot = Bot(Retriever(index))
    assert [one.quote for one in bot.ask("What are the action items?").citations] == quotes
    assert "H. Bascombe" not in bot.ask("What was decided?").text


def test_what_is_labelled_as_an_action_or_a_resolution_is_one(encoder) -> None:
    text = (
        "# Club\n\n## Roof\n\nThe slates came loose.\nACTION: G. Rees, electrician.\n\n"
        "## Shop\n\nAgreed: no flags.\nThe shop was shut a week.\nACTION 2.1: the key, Mr Roe.\n"
        "**Decision D14-2:** shut on Mondays.\n"
    )
    bot = Bot(Retriever(Index.build([Document("a.md", text)], encoder=encoder)))
    tasks = [one.quote for one in bot.ask("What are the action items?").citations]
    assert tasks == ["ACTION: G. Rees, electrician.", "ACTION 2.1: the key, Mr Roe."]
    decided = [one.quote for one in bot.ask("What was decided?").citations]
    assert decided == ["Agreed: no flags.", "**Decision D14-2:** shut on Mondays."]


@pytest.mark.parametrize(
    ("question", "decided"),
    [
        ("What was resolved about garden waste?", ("1", "2", "3")),
        ("What did the panel decide on garden waste?", ("1", "2", "3")),
        ("What was agreed about the pool?", (":", "-", "--")),
        # These ask for one of them.
        ("What was agreed about the slide?", (":", "--")),
        ("When will the report on shared bins come?", ("3",)),
        # Those lead in to no decisions.
        ("What was decided about evening buses?", ()),
    ],
)
def test_what_was_decided_on_a_matter_is_the_whole_list(
    encoder, question: str, decided: tuple[str, ...]
) -> None:
    items = {
        "1": "That the charge for garden waste be raised to £56 only;",
        "2": "That the discount be retained; and",
        "3": "That a report on shared bins be brought to the panel in September.",
        ":": "After a debate it was agreed:",
        "-": "the pool opens at six from June;",
        "--": "the slide stays shut.",
    }
    text = (
        "# Panel\n\n## Garden waste\n\nMembers asked that the discount be kept.\n\nRESOLVED:\n\n"
        f"(1) {items['1']}\n\n(2) {items['2']}\n\n(3) {items['3']}\n\n"
        f"## Pool\n\n{items[':']}\n\n- {items['-']}\n- {items['--']}\n\n"
        "## Buses\n\nThese points on evening buses were made:\n\n"
        "- No evening bus has more than four passengers.\n- The fares go up by 20p.\n"
    )
    bot = Bot(Retriever(Index.build([Document("a.md", text)], encoder=encoder)))
    quotes = [one.quote for one in bot.ask(question).citations]
    assert quotes == [items[one] for one in decided] or (not decided and len(quotes) < 2)


def test_who_has_to_do_what_may_have_no_verb_of_its_own(encoder) -> None:
    tasks = (
        "JP to recheck the log before Easter.",
        "FH + MZ to run roadshows.",
        "The Clerk to send flowers.",
        "Cllr Tuck to obtain quotes.",
    )
    text = f"# Club\n\n{' '.join(tasks)} Charges to visitors were raised. The roof is old.\n"
    bot = Bot(Retriever(Index.build([Document("a.md", text)], encoder=encoder)))
    assert [one.quote for one in bot.ask("What are the action items?").citations] == [*tasks]


def test_conclusions_decide_in_the_present_tense(encoder) -> None:
    text = (
        "1. The Council reviewed the situation at the borders. Arrivals fell by a fifth.\n\n"
        "2. The Council decides to open accession negotiations with Morvania.\n\n"
        "3. The Council agrees to increase the budget of the Border Office.\n"
    )
    bot = Bot(Retriever(Index.build([Document("a", text)], encoder=encoder)))
    quotes = [one.quote for one in bot.ask("What was decided?").citations]
    assert [one.split()[2] for one in quotes] == ["decides", "agrees"]


@pytest.mark.parametrize(
    "question",
    [
        "What did Sari say?",
        "what did sari talk about",
        "What did Sari tell the school board?",
        "what did Sari say during the meeting, on all items?",
    ],
)
def test_what_somebody_said_is_a_sentence_of_each_turn(encoder, question: str) -> None:
    turns = (
        ("Sari", "Nineteen children tried the lamp on Thursday morning."),
        ("Pekka", "The battery of the lamp dries out after two winters."),
        ("Sari", "Their gloves were too thick for the clip of the lamp."),
    )
    text = "\n\n".join(f"{name}: {words}" for name, words in turns)
    index = Index.build([Document("a", text)], encoder=encoder)
    answer = Bot(Retriever(index)).ask(question)
    assert [one.quote for one in answer.citations] == [f"{a}: {b}" for a, b in turns if a == "Sari"]


def test_what_somebody_said_at_length_leaves_room_for_the_rest(encoder) -> None:
    opening = (
        "Let me start with the lamp, and then I will come to the gloves of the children. "
        "The lamp was tried by nineteen children on Thursday morning. "
        "The lamp went out twice, once in the rain and once in the hall. "
        "The lamp is mended by the caretaker, who has the key of the shed. "
        "The lamp must be paid for by the school board before the winter. "
        "The lamp has a clip that is too small for the gloves of the children. "
        "The lamp is heavier than the old one, but it gives a better light. "
        "The lamp is a good thing, all in all, and we should keep it."
    )
    later = ("The bus was late on nine mornings.", "The soup costs more since the spring began.")
    asks = "Pekka: And what of the other matter that we wrote to you about?"
    turns = [f"Sari: {opening}", asks, f"Sari: {later[0]}", asks, f"Sari: {later[1]}"]
    index = Index.build([Document("a", "\n\n".join(turns))], encoder=encoder)
    answer = Bot(Retriever(index)).ask("What did Sari say?")
    assert len(answer.citations) == 7 and all(one in answer.text for one in later)


def test_people_of_one_name_or_office_are_kept_apart(encoder) -> None:
    turns = [
        ("Mr. Lee", "The ferry needs a second crew before the summer."),
        ("Ms. Lee", "The ferry has lost money in each of the last five years."),
        ("Chair", "The two views are noted, and the vote is on Monday."),
        ("Vice-Chair", "The report is a disgrace, and it was late besides."),
    ]
    text = "\n\n".join(f"{name}: {words}" for name, words in [*turns, *turns])
    index = Index.build([Document("a", text)], encoder=encoder)
    bot = Bot(Retriever(index))
    for name in ("Mr. Lee", "Ms. Lee", "the Chair", "the Vice-Chair"):
        quotes = [one.quote for one in bot.ask(f"What did {name} say?").citations]
        assert quotes and all(one.startswith(name.removeprefix("the ")) for one in quotes)
    for name in ("Lee", "Cllr Lee"):
        citations = bot.ask(f"What did {name} say?").citations
        assert len({one.location for one in citations}) == 2


def test_a_day_or_a_speaker_leaves_what_is_asked_of_the_whole(encoder) -> None:
    documents = [
        Document("a", "Harbour board\n\n4 May 2023\n\nPresent: Ms. Lind\n\nThe fee was raised."),
        Document("b", "Harbour board\n\n2 May 2024\n\nPresent: Mr. Obi\n\nThe ferry was sold."),
        Document(
            "c",
            "Ms. Lee: The ferry has lost money in each of the last years.\n\n"
            "Mr. Ash: The harbour needs dredging before the summer comes.\n\n"
            "Ms. Lee: I would rather sell it than raise the fee again.",
        ),
    ]
    bot = Bot(Retriever(Index.build(documents, encoder=encoder)))
    who = bot.ask("Who was there?", after="2024-01-01")
    assert [one.quote for one in who.citations] == ["Present: Mr. Obi"]
    assert bot.ask("When was the meeting?", after="2024-01-01").citations[0].quote == "2 May 2024"
    said = bot.ask("What did Lee say?", speakers=["Ms. Lee"])
    assert [one.location for one in said.citations] == ["Ms. Lee"] * 2
    assert not bot.ask("What did Lee say?", speakers=["Mr. Ash"]).answered
    with pytest.raises(QuestionError, match="no document 'd'"):
        bot.ask("Who was there?", documents=["d"], after="2024-01-01")


def test_what_a_deputy_said_is_not_told_of_whom_she_stands_in_for(encoder) -> None:
    text = (
        "The Vice-Chair said that the report was late.\n\nThe deputy chair noted the fee.\n\n"
        "The Chair, Ms. Lind, added that the vote would be on Monday."
    )
    index = Index.build([Document("a", text)], encoder=encoder)
    (citation,) = Bot(Retriever(index)).ask("What did the Chair say?").citations
    assert "Monday" in citation.quote


@pytest.mark.parametrize(
    ("who", "told"),
    [("Ms. Dupont", [0, 3]), ("France", [0, 3]), ("the United States", [1]), ("Japan", [2])],
)
def test_what_a_delegation_said_is_told_by_a_summary_record(
    encoder, who: str, told: list[int]
) -> None:
    said = (
        "Ms. Dupont (France), speaking on behalf of the sponsors, said that the fee was too high.",
        "Mr. Whitaker (United States of America) asked for a vote on the second paragraph.",
        "Mr. Tanaka (Japan) said that he supported the proposal of the delegate of France.",
        "Ms. Dupont (France) announced that her delegation withdrew what it had said.",
    )
    text = "\n\n".join(f"{number}. {one}" for number, one in enumerate(said, 1))
    index = Index.build([Document("a", text)], encoder=encoder)
    answer = Bot(Retriever(index)).ask(f"What did {who} say?")
    assert [one.quote for one in answer.citations] == [said[one] for one in told]


def test_what_somebody_said_is_told_by_a_report(bot: Bot) -> None:
    quotes = [one.quote for one in bot.ask("What did Mr. Popolizio say?").citations]
    assert quotes and all("Popolizio explained" in quote for quote in quotes)


@pytest.mark.parametrize(
    "question", ["Who hosted the dinner?", "who drove the delegation back", "Who paid for it?"]
)
def test_who_did_something_is_not_who_was_there(index: Index, question: str) -> None:
    assert not asked_of_whole(Retriever(index).read(question), index)


def test_who_is_named_elsewhere_is_a_stranger_to_a_meeting(encoder) -> None:
    texts = {"a": "The Martians met. The boat was bought.", "b": "The club met. It was cold."}
    index = Index.build([Document(id, text) for id, text in texts.items()], encoder=encoder)
    query = Retriever(index).read("What did the Martians agree?")
    assert asked_of_whole(query, index) and not asked_of_whole(query, index, ["b"])


def test_how_sure_it_must_be_that_the_whole_is_meant_is_the_caution(index: Index) -> None:
    question = "What was this meeting about?"
    answer = Bot(Retriever(index), threshold=0.7).ask(question)
    assert answer.answered and 0.7 <= answer.confidence < 1
    for one in (question, "What did Mr. Popolizio say?"):
        assert not Bot(Retriever(index), threshold=1.1).ask(one).answered


def test_who_was_there_is_asked_of_the_meeting_after_another_question(bot: Bot) -> None:
    chat = bot.chat()
    chat.ask("What was said about Venezuela?")
    assert "held a foreign ministers' meeting" in chat.ask("and who was there?").text


@pytest.mark.parametrize(
    "disputed",
    [
        "",
        "The Sides did not reach agreement on a centre for nuclear engineers.",
        "The ministers disagreed on the tender for the railway.",
    ],
)
def test_what_was_agreed_is_not_what_they_disagreed_on(encoder, disputed: str) -> None:
    text = (
        "Press statement\n\nThe ministers met in Norvik and spoke of Tarvia.\n\nOn Tarvia, the two"
        f" ministers agreed that sanctions must be enforced rigorously.\n\n{disputed}\n"
    )
    bot = Bot(Retriever(Index.build([Document("a.txt", text)], encoder=encoder)))
    answer = bot.ask("What did the ministers disagree on?")
    assert "".join(one.quote for one in answer.citations) == disputed


COMMUNIQUE = """Joint communiqué

Amman, 4 July 2023

The Ministers met in the palace. It was warm.

Civil protection

The Ministers agree to:

- hold an exercise of rescue teams in Wadi Rum;
- set up a hotline between their crisis centres.

Energy

The Ministers took stock of the work on the cable. Its length is 900 kilometres.

The Ministers discussed:

- the price of gas;
- the harbour of Limassol.
"""
INTRODUCED = [
    "The Ministers agree to:",
    "hold an exercise of rescue teams in Wadi Rum;",
    "set up a hotline between their crisis centres.",
]


@pytest.mark.parametrize(
    ("question", "quotes"),
    [
        ("What was agreed?", INTRODUCED),
        ("What did they agree on civil protection?", INTRODUCED),
        ("Where is the exercise of rescue teams?", INTRODUCED[:2]),
    ],
)
def test_a_list_is_quoted_with_what_introduces_it(encoder, question, quotes) -> None:
    index = Index.build([Document("a.txt", COMMUNIQUE)], encoder=encoder)
    found = [one.quote for one in Bot(Retriever(index)).ask(question).citations]
    assert found == quotes


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Which agreement entered into force?", "Investment Protection Agreement"),
        ("What was the point of order?", "fell outside the agenda item"),
        ("date test alarm", "4 October"),
    ],
)
def test_a_surer_answer_goes_before_what_may_be_asked_of_the_whole(
    encoder, question: str, answer: str
) -> None:
    text = (
        "Readout of the talks\n\n12 March 2024\n\n"
        "1. Both ministers welcomed the entry into force of the Investment Protection Agreement on"
        " 1 February, which had been negotiated for six years. They agreed to resume the political"
        " consultations, which had been suspended since 2019.\n\n"
        "2. Mr. Petrov, speaking on a point of order, said that the matter fell outside the agenda"
        " item. The Chair will write to the sponsors.\n\n"
        "3. A test alarm will be held on 4 October. Nobody objected to the siren.\n"
    )
    bot = Bot(Retriever(Index.build([Document("a", text)], encoder=encoder)))
    (citation,) = bot.ask(question).citations
    assert answer in citation.quote


SIGNED = """Joint statement

Norvik, 5 May 2019

The ministers met in Norvik. They agreed to raise the quota to 200 tonnes.

{}

The two sides will open a school in Oru. Norvik has not signed the protocol on herring.
"""
ANNEX = "Annex: list of documents signed\n\n1 | Agreement on ferries\n2 | Programme of exchange"


@pytest.mark.parametrize(
    "question", ["What was signed?", "What agreements were signed?", "Did they sign anything?"]
)
@pytest.mark.parametrize(
    ("said", "quotes"),
    [
        ("They signed a treaty on ferries.", ["They signed a treaty on ferries."]),
        (ANNEX, ["1 | Agreement on ferries", "2 | Programme of exchange"]),
        ("They discussed the ferries.", []),
        ("They expressed the intention to sign a treaty on ferries.", []),
        ("A treaty on ferries will be signed in June.", []),
        ("They met under Article 7 of the treaty signed in Oru on 30 May 2006.", []),
        ("They spoke of the treaty on ferries, signed last autumn.", []),
        ("A treaty was signed on 5 May 2019.", ["A treaty was signed on 5 May 2019."]),
        ("They signed a plan for 2020 to 2024.", ["They signed a plan for 2020 to 2024."]),
        ("Done in Oru in English.\n\n(signed)   (signed)\nAda Quist   Bo Lind", []),
    ],
)
def test_what_was_signed_is_told_by_what_says_so(
    question: str, said: str, quotes: list[str], encoder
) -> None:
    index = Index.build([Document("a.txt", SIGNED.format(said))], encoder=encoder)
    cited = [one.quote for one in Bot(Retriever(index)).ask(question).citations]
    assert [one for one in cited if "list of documents" not in one] == quotes
