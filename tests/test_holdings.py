"""A visitor's own meetings, which come and go, several at once, and in a library that grows."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bot.bot import Bot
from bot.web.meetings import render_meetings
from bot.web.scope import render_scope
from bot.web.session import Session
from embeddings import Index, Retriever, SentenceTransformerEncoder, read_documents

FEES = "The council raised the parking fee to four dollars."
SHED = "The shed gets a green roof in October."


def write(folder: Path, texts: Mapping[str, str]) -> Path:
    folder.mkdir(exist_ok=True)
    for name, text in texts.items():
        (folder / name).write_text(text)
    return folder


def titles(session: Session) -> list[str]:
    return [*session.meetings.documents]


def test_meetings_that_are_removed_and_added_at_once_are_all_gone_and_there(
    encoder: SentenceTransformerEncoder, tmp_path: Path
) -> None:
    many = {f"{number}.txt": f"Road {number} needs lamps and a bench." for number in range(12)}
    served = Bot(Retriever(Index.build(read_documents(write(tmp_path, many)), encoder=encoder)))
    new = write(tmp_path / "new", {"new.txt": SHED})
    session = Session(served)
    with ThreadPoolExecutor(12) as pool:
        done = [pool.submit(session.meetings.remove, name) for name in [*many][1:]]
        done.append(pool.submit(session.add, new / "new.txt"))
    assert not [one.exception() for one in done if one.exception()]
    assert titles(session) == ["0.txt", "new.txt"]
    assert "green roof" in session.page()
    assert len(served.documents) == 12


def test_what_is_removed_while_another_comes_in_stays_away(bot: Bot, tmp_path: Path) -> None:
    write(tmp_path, {"fees.txt": FEES, "shed.txt": SHED})
    session = Session(bot)
    session.add(tmp_path / "fees.txt")
    session.add(tmp_path / "shed.txt", lambda *_: session.meetings.remove("fees.txt"))
    assert titles(session) == [*bot.documents, "shed.txt"]
    session.ask("What is the parking fee?")
    assert "four dollars" not in session.conversation.turns[0].text


def test_another_text_of_the_same_name_stands_beside_it(bot: Bot, tmp_path: Path) -> None:
    session = Session(bot)
    for month, text in (("03", FEES), ("04", SHED), ("05", FEES), ("06", "Tea costs a pound.")):
        session.add(write(tmp_path / month, {"minutes.txt": text}) / "minutes.txt")
    assert titles(session)[1:] == ["minutes.txt", "minutes (2).txt", "minutes (3).txt"]
    for question, said in (
        ("What is the parking fee?", FEES),
        ("What roof will the shed get?", SHED),
    ):
        session.ask(question)
        assert session.conversation.turns[-1].text == said


def test_meetings_of_one_title_are_told_apart_by_day_or_id(
    encoder: SentenceTransformerEncoder, tmp_path: Path
) -> None:
    days = {"a.txt": "4 March 2019", "b.txt": "8 April 2019", "c.txt": "8 April 2019", "d.txt": ""}
    minutes = {
        name: f"Riverton Town Council\n{day and f'Minutes of the meeting of {day}'}\n\n"
        f"{number}. The fee for parking at lot {number} was raised to {number} dollars.\n"
        for number, (name, day) in enumerate(days.items(), 3)
    }
    read = read_documents(write(tmp_path, {**minutes, "fees.txt": FEES}))
    session = Session(Bot(Retriever(Index.build(read, encoder=encoder))))
    names = {
        "a.txt": "Riverton Town Council, 4 March 2019",
        "b.txt": "Riverton Town Council, 8 April 2019 (b.txt)",
        "c.txt": "Riverton Town Council, 8 April 2019 (c.txt)",
        "d.txt": "Riverton Town Council",
        "fees.txt": "fees.txt",
    }
    assert session.meetings.names == names
    assert all(f">{name}</button>" in render_meetings(session) for name in names.values())
    session.ask("What was the fee for parking at lot 3 raised to?")
    assert (
        'title="Riverton Town Council, 4 March 2019, item 3"' in session.messages()[-1]["content"]
    )
    for name in ("b.txt", "c.txt", "d.txt"):
        session.meetings.remove(name)
    assert session.meetings.names["a.txt"] == "Riverton Town Council"


def test_the_last_meeting_with_sentences_can_be_removed(
    encoder: SentenceTransformerEncoder, tmp_path: Path
) -> None:
    write(tmp_path, {"fees.txt": FEES, "title.txt": "Date: 4 March 2019\n"})
    served = Index.build(read_documents(tmp_path / "fees.txt"), encoder=encoder)
    session = Session(Bot(Retriever(served)))
    session.add(tmp_path / "title.txt")
    session.meetings.remove("fees.txt")
    assert "fees" not in session.page() + render_meetings(session)
    session.add(tmp_path / "fees.txt")
    assert "parking fee" in session.page()


def test_nothing_is_marked_where_it_no_longer_stands(bot: Bot, tmp_path: Path) -> None:
    path = tmp_path / "board.txt"
    path.write_text("The board agreed on a pool. It opens in May.")
    session = Session(bot)
    session.add(path)
    session.meetings.choose(next(iter(bot.documents)), asked=False)
    session.ask("What was agreed on fishing quotas?")
    assert not session.conversation.turns[0].answered
    assert session.open(1, 0) and "<mark" in session.page()
    session.meetings.remove("board.txt")
    path.write_text("Present: all who could come.\n\nNothing was said of anything that day.")
    session.add(path)
    assert not session.open(1, 0)
    assert "<mark" not in session.page()


def test_a_visitor_goes_on_when_the_library_has_other_meetings(
    milvus_file: Path, tmp_path: Path, encoder: SentenceTransformerEncoder
) -> None:
    from embeddings.shared.bulk import update_shared
    from embeddings.shared.index import SharedIndex

    def turns(name: str) -> str:
        return f"WEBVTT\n\n00:00:01.000 --> 00:00:05.000\n<v {name}>{FEES}\n"

    folder = write(tmp_path / "minutes", {"a.vtt": turns("Anna Berg"), "b.txt": SHED})
    update_shared(str(milvus_file), folder, encoder=encoder)
    session = Session(Bot(Retriever(SharedIndex(str(milvus_file), encoder=encoder))))
    assert "Anna" in session.page() and "HH:MM:SS" in render_scope(session)
    (folder / "a.vtt").unlink()
    write(folder, {"c.vtt": turns("Carl Dow"), "d.vtt": turns("Eve Fox")})
    update_shared(str(milvus_file), folder, encoder=encoder)
    session.ask("What is the parking fee?")
    assert titles(session) == ["b.txt", "c.vtt", "d.vtt"]
    scope = render_scope(session)
    assert "Eve Fox" in scope and "Anna" not in scope
    session.ask("Which roof does the shed get?")
    for name in ("c.vtt", "d.vtt"):
        (folder / name).unlink()
    update_shared(str(milvus_file), folder, encoder=encoder)
    session.ask("Which roof does the shed get in October?")
    assert "green roof" in session.page() and render_scope(session) == ""
