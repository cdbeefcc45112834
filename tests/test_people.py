"""What one person said or has to do is told by each name that the record has for him."""

import pytest

from bot import Bot
from embeddings import Document, Index, Retriever

TASKS = """No. | Action | By whom
1 | Sign the contract | Martin Holt
2 | Ring the new supplier | Martin Holt
3 | Get quotes for gas | Anjali Rao"""
MINUTES = f"""# Minutes of the museum's board

Present:
Dr Ada Berg (Chair)
Ms Anjali Rao (Treasurer)
Mr Jon Berg (Deputy Treasurer)
In attendance: Mr Martin Holt, Operations Manager; Ms Eve Lund, Clerk

## 1. Finance

The Treasurer presented the accounts. Ms Rao warned that gas may cost more from January on.
The Deputy Treasurer objected to the new auditors. The Chair thanked everybody for the report.

## 2. Slipway

The Operations Manager recommended the tender of Roe and Sons. Dr Berg will ask the harbour master.

## Actions

{TASKS}
"""


@pytest.fixture(scope="module")
def board(encoder) -> Bot:
    return Bot(Retriever(Index.build([Document("a.md", MINUTES)], encoder=encoder)))


@pytest.mark.parametrize(
    ("question", "tasks"),
    [
        ("What does Martin have to do?", (1, 2)),
        ("Martin Holt's actions", (1, 2)),
        ("What are Mr Holt's tasks?", (1, 2)),
        ("Which action items does the Operations Manager have?", (1, 2)),
        ("Actions for Anjali", (3,)),
        ("What should the Treasurer do before the next meeting?", (3,)),
        ("What is Ms Rao responsible for?", (3,)),
        ("What are the action items?", (0, 1, 2, 3)),
        ("Actions for the next meeting", (0, 1, 2, 3)),
    ],
)
def test_what_somebody_has_to_do_is_all_that_names_him(
    board: Bot, question: str, tasks: tuple[int, ...]
) -> None:
    rows = TASKS.split("\n")
    assert [one.quote for one in board.ask(question).citations] == [rows[one] for one in tasks]


@pytest.mark.parametrize(
    ("question", "begins"),
    [
        ("What did Anjali Rao say?", ["The Treasurer presented", "Ms Rao warned"]),
        ("What did the Treasurer report?", ["The Treasurer presented", "Ms Rao warned"]),
        ("What did Martin say?", ["The Operations Manager"]),
        # There are two of the name: the office alone tells them apart.
        ("What did Ada Berg say?", ["The Chair thanked"]),
        ("What did Jon Berg say?", ["The Deputy Treasurer"]),
    ],
)
def test_what_somebody_said_is_told_by_name_and_by_office(
    board: Bot, question: str, begins: list[str]
) -> None:
    quotes = [one.quote for one in board.ask(question).citations]
    assert len(quotes) == len(begins)
    for quote, beginning in zip(quotes, begins, strict=True):
        assert quote.startswith(beginning)


@pytest.mark.parametrize(
    ("question", "quote"),
    [
        ("What did Lise Aagaard say?", "The Harbour Master told the council of a theft."),
        ("What did Dr Sund explain?", "The Keeper of Maps explained the loan."),
    ],
)
def test_the_office_may_stand_before_the_name(encoder, question: str, quote: str) -> None:
    text = (
        "Executive council\n\nPresent:\nThe Harbour Master (Captain Lise Aagaard)\n"
        "Keeper of Maps (Dr Per Sund)\n\n1. Museum\n\nThe Harbour Master told the council of a "
        "theft. The Keeper of Maps explained the loan. The museum was closed for a week.\n"
    )
    bot = Bot(Retriever(Index.build([Document("a.txt", text)], encoder=encoder)))
    assert [one.quote for one in bot.ask(question).citations] == [quote]


@pytest.mark.parametrize("question", ["What does Eve Lund have to do?", "The Clerk's tasks"])
def test_whom_no_task_names_has_none(board: Bot, question: str) -> None:
    assert not board.ask(question).answered
