"""What a short follow-up asks of: what was spoken of last, the meeting, or its own topic."""

import pytest

from bot import Bot
from bot.datatypes import NOTHING_ASKED
from embeddings import Document, Index, Retriever, SentenceTransformerEncoder

MINUTES = (
    "Alderby Parish Council\n\nHeld in Alderby Hall, 4 June 2024\n\n"
    "Present: Ms. Ada Cole (Chair), Mr. Ben Frost\n\n"
    "1. Roof\nThe roof of the community centre leaks, and the repair will cost 12,000 pounds.\n\n"
    "2. Pavilion\nMs. Cole reported that the pavilion at Green Lane was broken into on 12 May.\n\n"
    "3. Letters\nThe Chair will write to Highways England. Mr. Frost will pay for the stamps."
)


@pytest.fixture(scope="module")
def council(encoder: SentenceTransformerEncoder) -> Bot:
    return Bot(Retriever(Index.build([Document("a.txt", MINUTES)], encoder=encoder)))


@pytest.mark.parametrize(
    ("asked", "quoted"),
    [
        # Alone it asks of what was spoken of, be it where, and not of the meeting.
        (["What was said about the pavilion?", "where?"], "Green Lane"),
        (["How much will the roof repair cost?", "when?", "where?"], "community centre"),
        # Unless that was the meeting itself.
        (["Who attended?", "where?"], "Alderby Hall"),
        (["What was this meeting about?", "and where?"], "Alderby Hall"),
        # What says nothing of the topic does not answer, whatever was asked before.
        (["Who will write to Highways England?", "what about the roof?"], "12,000"),
        (["Who will write to Highways England?", "And the pavilion?"], "broken into"),
        (["Who will write to Highways England?", "what about the roof?", "how much?"], "12,000"),
        (["Who will write to Highways England?", "What about the stamps?"], "Mr. Frost"),
    ],
)
def test_a_short_follow_up_is_answered(council: Bot, asked: list[str], quoted: str) -> None:
    chat = council.chat()
    for question in asked:
        answer = chat.ask(question)
    assert quoted in answer.text


def test_of_what_the_record_does_not_have_nothing_is_said(council: Bot) -> None:
    chat = council.chat()
    chat.ask("What was said about the pavilion?")
    assert not chat.ask("What about the submarine?").answered
    assert "Green Lane" in chat.ask("And the pavilion?").text


@pytest.mark.parametrize(
    ("asked", "read"),
    [
        # A courtesy before a question is no part of it.
        (
            ["What was said about the roof?", "Thanks. And the pavilion?"],
            "What was said about the pavilion?",
        ),
        (
            ["What was said about the roof?", "ok and the pavilion?"],
            "What was said about the pavilion?",
        ),
        (
            ["What was said about the roof?", "thanks, what about the bins?"],
            "What was said about the bins?",
        ),
        (["Good morning! Who will pay for the stamps?"], "Who will pay for the stamps?"),
        (["What was said about the roof?", "Great, and who mends it?"], "who mends it: roof?"),
        (["What was said about the roof?", "in which meeting?"], "in which meeting: roof?"),
        # A topic whose answer has no word of the old one drops that.
        (["What leaks?", "and the stamps?", "how many?"], "how many: stamps?"),
        (
            ["Who reported the leak?", "And the pavilion?", "where?"],
            "where: reported leak pavilion?",
        ),
        # A correction asks the same of something else.
        (
            ["What was said about the roof?", "No. I mean the pavilion."],
            "What was said about the pavilion?",
        ),
        (
            ["What was said about the roof?", "not the roof, the pavilion"],
            "What was said about the pavilion?",
        ),
        (
            ["Who will mend the roof?", "Sorry, I meant who pays for it?"],
            "who pays for it: mend roof?",
        ),
        (["What was said about the roof?", "Not the pool, the hall"], "Not the pool, the hall"),
        # A day takes the place of a day, and is no topic.
        (["What was decided in March?", "and April?"], "What was decided in April?"),
        (["Who chaired in June 2024?", "and in May?"], "Who chaired in May 2024?"),
        (["What of the roof on 4 June?", "and on 2 July?"], "What of the roof on 2 July?"),
        (["Who paid at the March meeting?", "And at the May one?"], "Who paid at the May meeting?"),
        (["Is the pool open on Sunday?", "and on Mondays?"], "Is the pool open on Mondays?"),
        (["What was said about the roof?", "and on 2 July?"], "on 2 July: roof?"),
        (["When may the roof be mended?", "and in July?"], "in July: roof mended?"),
        # So does a person a person's, whatever he is asked for.
        (["What did Ms. Cole say?", "And Mr. Frost?"], "What did Mr. Frost say?"),
        (["What did Frost say?", "And Cole?"], "What did Cole say?"),
        (["What did Frost say?", "And the roof?"], "What was said about the roof?"),
        (["What did Frost say?", "And Highways England?"], "What was said about Highways England?"),
        (["Did Ms. Cole pay for it?", "And Mr. Frost?"], "Did Mr. Frost pay for it?"),
        (["What is Ms. Cole's job?", "And Mr. Frost's?"], "What is Mr. Frost's job?"),
        # "She" and "him" are two, and a title tells which of them is known.
        (
            ["Who is Ben Frost?", "what did she say about him?"],
            "what did she say about him: Ben Frost?",
        ),
        (["Who is Mr. Frost?", "what did she say about him?"], "What did she say about Mr. Frost?"),
        (["Who is Mr. Frost?", "Where did she live?"], "Where did she live: Mr Frost?"),
        # So does whose it is that of another, and a part one that begins alike.
        (
            ["When is the trust's next meeting?", "and the senate's?"],
            "When is the senate's next meeting?",
        ),
        (["Who mends the roof of the hall?", "and of the inn?"], "Who mends the roof of the inn?"),
        (["Who spoke at the hall in June?", "and at the inn?"], "at the inn: spoke hall June?"),
        (["Who chaired the meeting?", "the July one I mean"], "Who chaired the July meeting?"),
        # What is asked for "anything" on a topic is not asked of the old one.
        (["What was said about the roof?", "anything on bins?"], "What was said about bins?"),
        (["What was said about the roof?", "no i meant the bins"], "What was said about the bins?"),
        (
            ["Who mends the roof and the hall?", "what were they?"],
            "what were they: mends roof hall?",
        ),
        # That the meeting as a whole was asked about is no topic to lean on.
        (["What was decided?", "Was a strike mentioned?"], "Was a strike mentioned?"),
        # These are none.
        (["What was said of no. 5 and the rest?"], "What was said of no. 5 and the rest?"),
        (["Good and bad points of the pavilion?"], "Good and bad points of the pavilion?"),
    ],
)
def test_a_question_is_read_after_those_before(council: Bot, asked: list[str], read: str) -> None:
    chat = council.chat()
    for question in asked:
        answer = chat.ask(question)
    assert answer.standalone_question == read


@pytest.mark.parametrize(
    "said", ["Good morning", "ok, next question", "never mind", "Who are you?", "are you sure?"]
)
def test_what_is_said_to_the_bot_asks_nothing(council: Bot, said: str) -> None:
    assert council.chat().ask(said).text == NOTHING_ASKED
