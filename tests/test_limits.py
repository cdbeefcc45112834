"""Files that are made to hurt: bombs, deep nesting, endless lines, odd characters and names."""

import io
import zipfile
from pathlib import Path

import pypdfium2
import pytest
from reportlab.pdfgen.canvas import Canvas

from bot.bot import Bot
from bot.web.holdings import MOST_MEETINGS
from bot.web.meetings import render_meetings
from bot.web.session import Session
from embeddings import (
    DocumentError,
    Index,
    Retriever,
    SentenceTransformerEncoder,
    read_documents,
)
from embeddings.readers import LARGEST_FILE, MOST_CHARACTERS, read_file
from embeddings.readers.pdf import MOST_PAGES
from embeddings.readers.word import LARGEST_UNPACKED


def bomb() -> bytes:
    """Return a Word document of under a megabyte that would unpack to more than is allowed."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        with archive.open("word/document.xml", "w") as part:
            for _ in range(LARGEST_UNPACKED // 1_000_000 + 1):
                part.write(b"<" * 1_000_000)
    return file.getvalue()


def lies() -> bytes:
    """Return the same, its directory saying that it is small."""
    content = bytearray(bomb())
    size = (LARGEST_UNPACKED // 1_000_000 + 1) * 1_000_000
    return bytes(content.replace(size.to_bytes(4, "little"), (9).to_bytes(4, "little")))


ENTITIES = b'<!DOCTYPE x [<!ENTITY a "%s">%s]><x>&z;</x>' % (
    b"ha" * 9,
    b"".join(
        b'<!ENTITY %c "%s">' % (c, b"&%c;" % (c - 1) * 20) for c in b"bcdefghijklmnopqrstuvwxyz"
    ),
)


@pytest.mark.parametrize(
    ("name", "content", "complaint"),
    [
        ("a.docx", bomb(), "200 MB when unpacked"),
        ("a.docx", lies(), "not a Word document"),
        ("a.docx", bomb().replace(b"\x14\x00", b"\x94\x00"), "not a Word document"),
        ("a.txt", b"word " * (MOST_CHARACTERS // 5 + 1), "characters, more than 5,000,000"),
        ("a.txt", b"a" * (MOST_CHARACTERS + 1), "more than 5,000,000"),
        ("a.json", b"[" * 100_000, "cannot be read as JSON"),
        ("a.txt", b"a\0b", "binary file"),
        ("a.txt", b"a\x07b\x1f", "binary file"),
    ],
)
def test_what_would_hurt_is_refused_by_name(name: str, content: bytes, complaint: str) -> None:
    with pytest.raises(DocumentError, match=f"^{name}: .*{complaint}"):
        read_file(name, Path(name), content)


@pytest.mark.parametrize("content", [b"<div>" * 100_000 + b"Dredged.", ENTITIES])
def test_deep_pages_and_entities_end(content: bytes) -> None:
    try:
        assert len(read_file("a.html", Path("a.html"), content).text) < 10_000
    except DocumentError:
        pass


@pytest.mark.parametrize("place", ["1 0 0 1 72 {}", "1 0 0 1 {} 700", "0 0 0 0 0 {}"])
def test_a_line_that_stands_nowhere_on_its_page_is_read(place: str) -> None:
    file = io.BytesIO()
    canvas = Canvas(file, pageCompression=0)
    canvas.drawString(72, 770, "The harbour was dredged.")
    nowhere = place.format("9" * 39 + ".")  # beyond what PDFium can count to
    canvas._code.append(f"BT /F1 12 Tf {nowhere} Tm (The fee is four dollars.) Tj ET")
    canvas.save()
    text = read_file("a.pdf", Path("a.pdf"), file.getvalue()).text
    assert "The harbour was dredged." in text and "The fee is four dollars." in text


def test_too_many_pages_are_refused() -> None:
    pages = pypdfium2.PdfDocument.new()
    for _ in range(MOST_PAGES + 1):
        pages.new_page(10, 10)
    file = io.BytesIO()
    pages.save(file)
    with pytest.raises(DocumentError, match=r"^a\.pdf: has 5,001 pages, more than 5,000;"):
        read_file("a.pdf", Path("a.pdf"), file.getvalue())


def test_too_large_a_file_is_refused_unread(tmp_path: Path) -> None:
    with (tmp_path / "a.txt").open("wb") as file:
        file.truncate(LARGEST_FILE + 1)
    with pytest.raises(DocumentError, match=r"a\.txt: is larger than 200 MB; give a part of it"):
        read_documents(tmp_path)


def test_a_long_line_is_read_and_searched_whole(bot: Bot, tmp_path: Path) -> None:
    path = tmp_path / "line.txt"
    path.write_text("The harbour was dredged. " * 400 + "The fee is four dollars.")
    session = Session(bot)
    session.add(path)
    session.meetings.choose(bot.retriever.index.passages[0].document_id, asked=False)
    session.ask("What is the fee?")
    assert "four dollars" in session.conversation.turns[0].text


def test_a_visitor_adds_so_many_meetings_to_however_many_are_served(
    encoder: SentenceTransformerEncoder, tmp_path: Path
) -> None:
    for name in ("served", "added", "more"):
        (tmp_path / name).mkdir()
        for number in range(1 if name == "more" else MOST_MEETINGS):
            text = f"The fee of road {number} is {name}."
            (tmp_path / name / f"{name}-{number}.txt").write_text(text)
    served = Index.build(read_documents(tmp_path / "served"), encoder=encoder)
    session = Session(Bot(Retriever(served)))
    session.add(tmp_path / "added")
    with pytest.raises(DocumentError, match="50 meetings were added already; remove one of"):
        session.add(tmp_path / "more")
    session.meetings.remove("added-7.txt")
    session.add(tmp_path / "more")
    assert len(session.meetings.documents) == 2 * MOST_MEETINGS


@pytest.mark.parametrize("name", ["<b>x.txt", "\u202etxt.exe.txt", "a" * 240 + ".txt", " .txt"])
def test_odd_names_are_shown_as_they_are(bot: Bot, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("The harbour was dredged. \u202eNobody\u2066 objected.")
    session = Session(bot)
    session.add(tmp_path / name)
    assert name in session.meetings.documents
    assert "<b>x" not in render_meetings(session) + session.page()
