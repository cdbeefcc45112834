"""Every format, in files made by the tools that make them, through `read_documents`."""

import io
import itertools
import json
import re
from collections.abc import Callable
from pathlib import Path

import docx
import pytest
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Frame,
    PageTemplate,
    Paragraph,
    SimpleDocTemplate,
)

from bot import Bot
from embeddings import (
    Document,
    DocumentError,
    Index,
    Retriever,
    SentenceTransformerEncoder,
    read_documents,
)
from embeddings.chunking import chunk
from embeddings.readers import READERS
from embeddings.text.sentences import split_sentences

LONG = (
    "The committee met on Tuesday in the town hall and heard from the treasurer, who explained "
    "that the budget for the old town had been exceeded by a small sum."
)


@pytest.fixture
def read(tmp_path: Path) -> Callable[[str, bytes], Document]:
    def read(name: str, content: bytes) -> Document:
        (tmp_path / name).write_bytes(content)
        (document,) = read_documents(tmp_path / name)
        return document

    return read


def places(document: Document) -> dict[str, str]:
    """Return what can be searched, each with its place."""
    spans = document.blocks or ()
    return {document.text[start:end]: document.location(start) for start, end in spans}


PAGE = """<!doctype html><html><head><title>Council minutes</title>
<meta name="date" content="2019-03-04"></head><body>
<nav><ul><li><a href="/">Home</a></li><li><a href="/news">All our news</a></li></ul></nav>
<main><h1>Council minutes</h1><p>Present: Ms. Li, Mr. Ortega</p><h2>Finance</h2>
<p>The council raised the parking fee to four dollars an hour,<br>after a <b>long</b> debate.</p>
<ol><li>The treasurer is to report on the income in September.</li>
<li>The clerk is to write to:<ul><li>the traders of the old town;</li></ul></li></ol>
<h2>Library</h2><p>The library will stay open on Sundays for a trial of six months.</p>
<table><tr><th>Item</th><th>Cost</th></tr><tr><td>New shelves</td><td>$12,000</td></tr></table>
</main><footer><a href="/privacy">Privacy</a></footer></body></html>"""


def test_html(read) -> None:
    document = read("page.html", PAGE.encode())
    assert (document.title, document.date) == ("Council minutes", "2019-03-04")
    assert document.participants == "Ms. Li, Mr. Ortega"
    assert "Home" not in document.text and "Privacy" not in document.text
    found = places(document)
    fee = "The council raised the parking fee to four dollars an hour, after a long debate."
    assert found[fee] == "Finance"
    assert found["The treasurer is to report on the income in September."] == "Finance, item 1"
    assert found["the traders of the old town;"] == "Finance, item 2"
    assert found["New shelves | $12,000"] == "Library"


def test_soft_hyphens_are_left_out(read) -> None:
    assert read("a.txt", "It ap\xadproved it.".encode()).text == "It approved it."


def test_minutes_that_a_mail_quotes_are_read_as_minutes(read) -> None:
    quoted = (
        "> Board\n>\n> Present: Anna Berg, Jon Dahl\n>\n> 1. Budget\n"
        ">> The budget of the old town was approved by all. Jon will\n"
        "> > send it to the auditors by the first of April, as usual.\n\n>5 per cent is too much.\n"
    )
    document = read("a.txt", quoted.encode())
    assert (document.title, document.participants) == ("Board", "Anna Berg, Jon Dahl")
    assert list(places(document).items())[1:] == [
        (
            "The budget of the old town was approved by all. Jon will\n"
            "send it to the auditors by the first of April, as usual.",
            "1. Budget",
        ),
        (">5 per cent is too much.", "1. Budget"),
    ]


SAVED = """<html><head><title>Board</title></head><body><div id="page">
<div><a href="/">Home</a> <a href="/all">All pages</a> <a href="/log">Log out</a></div>
<div class="wrap"><div class="content"><h1>Roof</h1><p><time>4 March 2025</time></p>
<h2>Participants</h2><ul><li><a>Anna Berg</a></li><li><a>Jon Dahl</a></li></ul>
<h2>Said</h2><div><a href="/m/1">Ms Ortega</a></div><p>{}</p>
<h2>To do</h2><ul><li><a>Jon Dahl</a> to get three offers by <time>1 April 2025</time></li></ul>
</div></div></div></body></html>"""


def test_html_keeps_links_times_and_headings_of_the_part_that_has_the_text(read) -> None:
    words = "The contractor raised the price of the roof, and the board was not told of it. "
    document = read("board.html", SAVED.format(words * 9).encode())
    lines = document.text.split("\n")
    for line in (
        "Roof",
        "4 March 2025",
        "- Anna Berg",
        "Ms Ortega",
        "- Jon Dahl to get three offers by 1 April 2025",
    ):
        assert line in lines
    assert "Log out" not in document.text


def test_html_the_first_of_several_headings_is_no_title(read) -> None:
    page = "<p>Minutes of the board</p><h1>Roof</h1><p>It leaks.</p><h1>Fees</h1><p>All pay.</p>"
    assert read("a.html", page.encode()).title == "Minutes of the board"


def test_html_without_a_date_has_none(read) -> None:
    page = "<html><body><p>The council met on 3 May 2001 and left.</p><p>© 2019</p></body></html>"
    assert read("page.htm", page.encode()).date == ""


BREAKS = (
    "Chair: We are open.{br}Ms. Li: The fee is too high,{br}and so it was.{br}1. It falls.",
    "The fee was raised to four dollars{br}{br}The library opens on Sundays",
)
BROKEN = (
    "Chair: We are open.", "Ms. Li: The fee is too high, and so it was.", "It falls.",
    "The fee was raised to four dollars", "The library opens on Sundays",
)  # fmt: skip


def test_html_breaks_part_turns_items_and_paragraphs(read) -> None:
    body = "".join(f"<p>{one.format(br='<br>')}</p>" for one in BREAKS)
    document = read("page.html", f"<html><body><main>{body}</main></body></html>".encode())
    assert tuple(places(document)) == BROKEN
    assert document.speakers == ("Chair", "Ms. Li")


def test_docx_breaks_part_turns_items_and_paragraphs(read) -> None:
    document = read("a.docx", word([(one.format(br="\n"), "Normal") for one in BREAKS], []))
    assert tuple(places(document)) == BROKEN
    assert document.speakers == ("Chair", "Ms. Li")


HEARING = """              THE HARBOUR FUND

                          House of Representatives,
                                    Washington, DC.

    The committee met, pursuant to notice, at 10:03 a.m., in the
room 418, the chairman presiding.
    The Chairman. The committee will come to order. We have two
witnesses, who have sworn in writing that their statements are
true. Ms. Lund, how much of the fund has been spent by the cities?
    Ms. Lund. Of the four million dollars that were granted in
March, three were spent on the piers and none on the ferry so far.
    The Chairman. Mr. Smith.
    Mr. Smith of Ohio. Ms. Lund, your office knew. Who was told?
    Ms. Lund. Nobody. I am sorry.
    Mr. SMITH. Nor were we.
    The Chairman. So noted.
"""


@pytest.mark.parametrize("name", ["a.txt", "a.htm"])
def test_a_hearing_that_names_speakers_before_full_stops(read, name: str) -> None:
    page = f"<html><head><title>A</title></head><body><pre>{HEARING}</pre></body></html>"
    document = read(name, (page if name == "a.htm" else HEARING).encode())
    said = [" ".join(words.split()) for words in places(document)]
    assert said[-6].startswith("Ms. Lund: Of the four million dollars")
    assert said[-6].endswith("and none on the ferry so far.")
    assert said[-5:] == [
        "The Chairman: Mr. Smith.",
        "Mr. Smith of Ohio: Ms. Lund, your office knew. Who was told?",
        "Ms. Lund: Nobody. I am sorry.",
        "Mr. SMITH: Nor were we.",
        "The Chairman: So noted.",
    ]
    assert document.speakers == ("The Chairman", "Ms. Lund", "Mr. Smith of Ohio", "Mr. SMITH")


@pytest.mark.parametrize(
    "text",
    [
        "Board\n\nOld Business. The fee stays.\n\nNew Business. It rose.\n\nMr. Lee. Absent.\n",
        "Board\n\n" + "Mr. Lee voted. He left.\n\nThank you. He came back.\n\n" * 2,
    ],
)
def test_full_stops_at_the_beginning_of_other_paragraphs_stay(read, text: str) -> None:
    assert read("a.txt", text.encode()).text == text


def test_html_keeps_the_lines_of_what_was_typed(read) -> None:
    boats = "The boats that lie in the basin of the old harbour pay as\nthey did last year."
    typed = f"BOARD\n\n1. Fees\n   a) The fee <b>stays</b>.\n   b) {boats}\n\nIt rose.\n"
    document = read("a.htm", f"<html><body><pre>{typed}</pre></body></html>".encode())
    assert list(places(document)) == ["The fee stays.", " ".join(boats.split()), "It rose."]


VOTES = """<table><tr><th>Motion</th><th>Name</th><th>For</th><th>Against</th></tr>
<tr><td rowspan="2">Fee. As amended.</td><td>Li</td><td></td><td>X</td></tr>
<tr><td>Lee</td><td>X</td><td></td></tr></table>"""


def test_a_row_is_one_sentence_with_its_empty_cells(read, encoder) -> None:
    document = read("votes.html", f"<html><body><main>{VOTES}</main></body></html>".encode())
    sentences = [
        document.text[one.start : one.end]
        for passage in chunk(document, encoder)
        for one in passage.sentences
    ]
    assert sentences == [
        "Motion | Name | For | Against",
        "Fee. As amended. | Li |  | X",
        "Fee. As amended. | Lee | X |",
    ]


def test_docx_keeps_empty_cells(read) -> None:
    document = read("a.docx", word([], [["Ask for a report", "", "15 May"]]))
    assert tuple(places(document)) == ("Ask for a report |  | 15 May",)


def test_docx_cells_are_fields_with_a_colon_and_part_their_paragraphs(read) -> None:
    file = docx.Document()
    file.add_paragraph("Board minutes", style="Title")
    present = "Anna Berg, Secretary", "Jon Dahl, Chair", "Both came late.", "Mia Falk"
    for label, lines in (("Date:", ("4 March 2025",)), ("Present:", present)):
        added = file.add_table(1, 2)
        added.cell(0, 0).text, added.cell(0, 1).text = label, lines[0]
        for line in lines[1:]:
            added.cell(0, 1).add_paragraph(line)
    content = io.BytesIO()
    file.save(content)
    document = read("a.docx", content.getvalue())
    assert (document.date, document.participants) == (
        "4 March 2025",
        "Anna Berg, Secretary; Jon Dahl, Chair; Both came late. Mia Falk",
    )


def test_a_document_laid_out_in_a_table_keeps_its_parts(read) -> None:
    file = docx.Document()
    cell = file.add_table(1, 2).rows[0].cells[1]
    cell.text = "Minutes of the board"
    cell.add_paragraph("The board met on 4 March 2024.")
    cell.add_paragraph("Finance", style="Heading 1")
    cell.add_paragraph("The library stays open.", style="List Number")
    content = io.BytesIO()
    file.save(content)
    document = read("a.docx", content.getvalue())
    assert document.title == "Minutes of the board"
    assert places(document) == {
        "The board met on 4 March 2024.": "paragraph 1",
        "The library stays open.": "Finance, item 1",
    }
    page = (
        f"<table><tr><td>Item 1</td><td><p>{LONG}</p><p>{LONG} {LONG} {LONG}</p></td></tr></table>"
    )
    document = read("a.html", f"<html><body><main>{page}</main></body></html>".encode())
    assert LONG in places(document)


def said(place: str, times: int, text: str = LONG) -> str:
    return "".join(f"<p>{text} That was said in {place} {n} times.</p>" for n in range(times))


TABLE = "<table><tr><th>Item</th><th>Cost</th></tr><tr><td>{} shelves</td><td>$9</td></tr></table>"


@pytest.mark.parametrize("wrap", ["{}", "<main>{}</main>", "<div class='content'>{}</div>"])
@pytest.mark.parametrize("paragraphs", [1, 4, 12])
def test_html_keeps_every_heading_and_table_however_long_the_page(
    read, wrap: str, paragraphs: int
) -> None:
    sections = ["Finance", "Library", "Roads", "Schools", "Parks"]
    body = "".join(f"<h2>{one}</h2>{said(one, paragraphs)}{TABLE.format(one)}" for one in sections)
    menu = "<nav><ul><li><a href='/'>Home</a></li></ul></nav><!-- here -->"
    page = f"<html><body>{menu}{wrap.format(f'<h1>Minutes</h1>{body}')}</body></html>"
    document = read("page.html", page.encode())
    assert "Home" not in document.text
    found = places(document)
    for one in sections:
        assert found[f"{one} shelves | $9"] == one
    assert list(found.values()).count("Parks") == paragraphs + 2


@pytest.mark.parametrize("wrap", ["<main>{}</main>", "<div>{}</div>"])
def test_html_lists_begin_where_they_say(read, wrap: str) -> None:
    items = "<ol start='4'><li>The clerk writes to them.</li><li>The board meets in May.</li></ol>"
    page = f"<html><body>{wrap.format(said('May', 4) + items)}</body></html>"
    found = places(read("page.html", page.encode()))
    assert found["The clerk writes to them."] == "item 4"
    assert found["The board meets in May."] == "item 5"


@pytest.mark.parametrize("wrap", ["<main>{}</main>", "<div>{}</div>"])
def test_html_items_have_the_number_that_a_browser_shows(read, wrap: str) -> None:
    lists = """<ol type="a"><li>The fee was raised by two.</li><li>The library opens.</li></ol>
<ol><li value="7">The roof is mended.</li><li>The door, too.</li></ol>
<ol reversed type="i"><li>The last is the mill.</li><li>The first is the market.</li></ol>"""
    page = f"<html><body>{wrap.format(said('May', 4) + lists)}</body></html>"
    found = places(read("page.html", page.encode()))
    assert list(found.values())[-6:] == [f"item {one}" for one in ("a", "b", "7", "8", "ii", "i")]


@pytest.mark.parametrize("wrap", ["<main>{}</main>", "<div>{}</div>"])
def test_html_keeps_raised_numbers_apart_and_leaves_out_what_is_struck_or_hidden(
    read, wrap: str
) -> None:
    words = """<p>It rose to 45<a href="#n3"><sup>3</sup></a> per cent of 10<sup>-6</sup>
m<sup>2</sup>, the 4<sup>th</sup> time. <s>Three</s> <del>Two</del> <ins>Four</ins>
<span style="Color: red; display: none">secret</span> dollars are the co&shy;operation's
fee.<sup>5</sup> It fell.</p>"""
    page = f"<html><body>{wrap.format(said('May', 4) + words)}</body></html>"
    assert list(places(read("page.html", page.encode())))[-1] == (
        "It rose to 45[3] per cent of 10^-6 m^2, the 4th time. Four dollars are the cooperation's"
        " fee.[5] It fell."
    )


def test_headings_that_differ_in_their_number_are_headings(read) -> None:
    found = places(read("a.md", b"# Hearing\n\n## Day 1\n\nIt opened.\n\n## Day 2\n\nIt closed.\n"))
    assert found == {"It opened.": "Day 1", "It closed.": "Day 2"}


def word(paragraphs: list[tuple[str, str]], table: list[list[str]]) -> bytes:
    file = docx.Document()
    for text, style in paragraphs:
        file.add_paragraph(text, style=style)
    for row in table:
        added = file.add_table(1, len(row))
        for cell, text in zip(added.rows[0].cells, row, strict=True):
            cell.text = text
    content = io.BytesIO()
    file.save(content)
    return content.getvalue()


def test_docx(read) -> None:
    document = read(
        "minutes.docx",
        word(
            [
                ("Board minutes", "Title"),
                ("4 March 2019", "Normal"),
                ("Finance", "Heading 1"),
                ("The board approved the accounts.", "Normal"),
                ("Ms. Li reports on the fee.", "List Number"),
                ("It is due in May.", "List Number"),
                ("Staff", "Heading 1"),
                ("Nobody left.", "List Bullet"),
            ],
            [["Shelves", "$12,000"]],
        ),
    )
    assert (document.title, document.date) == ("Board minutes", "4 March 2019")
    assert places(document) == {
        "The board approved the accounts.": "Finance",
        "Ms. Li reports on the fee.": "Finance, item 1",
        "It is due in May.": "Finance, item 2",
        "Nobody left.": "Staff",
        "Shelves | $12,000": "Staff",
    }


POINTS = [
    ("The first point was the fee.", "List Number"),
    ("It was discussed at length by the board.", "Normal"),
    ("The second point was the library.", "List Number"),
]


def numbered(levels: str, paragraphs: list[tuple[str, int, int]]) -> bytes:
    """Return a Word document with paragraphs of a list and level; lists 98 and 99 share levels."""
    file = docx.Document()
    numbering = file.part.numbering_part.element
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    abstract = parse_xml(f'<w:abstractNum {space} w:abstractNumId="77">{levels}</w:abstractNum>')
    numbering.insert(0, abstract)
    again = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="4"/></w:lvlOverride>'
    for id, override in ((98, ""), (99, again)):
        num = f'<w:num {space} w:numId="{id}"><w:abstractNumId w:val="77"/>{override}</w:num>'
        numbering.append(parse_xml(num))
    for text, id, level in paragraphs:
        properties = file.add_paragraph(text)._p.get_or_add_pPr().get_or_add_numPr()
        properties.get_or_add_numId().val = id
        properties.get_or_add_ilvl().val = level
    content = io.BytesIO()
    file.save(content)
    return content.getvalue()


def test_docx_lists_go_on_over_other_paragraphs(read) -> None:
    found = places(read("a.docx", word(POINTS, [])))
    assert list(found.values()) == ["item 1", "paragraph 1", "item 2"]


def test_docx_items_have_the_numbers_that_word_shows(read) -> None:
    levels = "".join(
        f'<w:lvl w:ilvl="{level}"><w:start w:val="{start}"/><w:numFmt w:val="{format}"/>'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
        for level, start, format, text in (
            (0, 3, "decimal", "%1."),
            (1, 1, "decimal", "%1.%2"),
            (2, 1, "lowerLetter", "(%3)"),
        )
    )
    said = [
        ("The accounts were read out.", 98, 0), ("The fee is four dollars.", 98, 1),
        ("It is due in May.", 98, 2), ("It is due at noon.", 98, 2), ("The tax falls.", 98, 1),
        ("The library opens.", 98, 0), ("The roof leaks.", 98, 1), ("The mill is sold.", 99, 0),
        ("The market moves.", 99, 0),
    ]  # fmt: skip
    text = read("a.docx", numbered(levels, said)).text
    assert [line.strip() for line in text.split("\n")] == [
        "3. The accounts were read out.", "3.1. The fee is four dollars.", "a) It is due in May.",
        "b) It is due at noon.", "3.2. The tax falls.", "4. The library opens.",
        "4.1. The roof leaks.", "4. The mill is sold.", "5. The market moves.",
    ]  # fmt: skip


def test_docx_has_fields_and_notes_and_nothing_struck_or_hidden(read) -> None:
    file = docx.Document()
    paragraph = file.add_paragraph("The fee is ")
    for words, look in (("three ", "strike"), ("two ", "double_strike"), ("secret ", "hidden")):
        setattr(paragraph.add_run(words).font, look, True)
    paragraph.add_run("four dollars a m")
    paragraph.add_run("2").font.superscript = True
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    for part in (
        f'<w:fldSimple {space} w:instr="DATE"><w:r><w:t xml:space="preserve"> from May</w:t></w:r>'
        "</w:fldSimple>",
        f'<w:r {space}><w:footnoteReference w:id="2"/></w:r>',
        f"<w:r {space}><w:t>.</w:t></w:r>",
    ):
        paragraph._p.append(parse_xml(part))
    note = f'<w:footnotes {space}><w:footnote w:id="2"><w:p><w:r><w:t>Ms. Li dissented.</w:t></w:r>'
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"
    media = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
    notes = Part(
        PackURI("/word/footnotes.xml"), media, f"{note}</w:p></w:footnote></w:footnotes>".encode()
    )
    file.part.relate_to(notes, kind)
    content = io.BytesIO()
    file.save(content)
    assert places(read("a.docx", content.getvalue())) == {
        "The fee is four dollars a m^2 from May[1].": "paragraph 1",
        "Ms. Li dissented.": "Notes, item 1",
    }


def pdf(paragraphs: list[tuple[str, str]], title: str = "", foot: str = "") -> bytes:
    styles = getSampleStyleSheet()
    content = io.BytesIO()
    story = [Paragraph(text, styles[style]) for text, style in paragraphs]

    def below(canvas: Canvas, page: SimpleDocTemplate) -> None:
        canvas.drawString(72, 30, f"{foot} {page.page}" if foot else "")

    SimpleDocTemplate(content, title=title).build(story, onFirstPage=below, onLaterPages=below)
    return content.getvalue()


def test_pdf(read) -> None:
    story = [("Harrowmere council", "Title"), ("4 March 2019", "Normal"), ("Finance", "Heading2")]
    story += [(f"{n} times. {LONG} {LONG} {LONG}", "BodyText") for n in range(14)]
    story += [("Library", "Heading2"), ("The library stays open on Sundays.", "BodyText")]
    story += [("1. The clerk writes to the traders.", "BodyText")]
    assert read("a.pdf", pdf(story, "(anonymous)")).title == "Harrowmere council"
    document = read("minutes.pdf", pdf(story, "Microsoft Word - minutes.doc", "Council, page"))
    assert (document.title, document.date) == ("Harrowmere council", "4 March 2019")
    found = places(document)
    assert found["The library stays open on Sundays."] == "p. 2, Library"
    assert found["The clerk writes to the traders."] == "p. 2, Library, item 1"
    # Wrapped lines are joined, over the end of a page, too, and what stands below it is left out.
    assert [text for text in found if LONG in text] == [
        f"{n} times. {LONG} {LONG} {LONG}" for n in range(14)
    ]
    assert "page" not in document.text
    marks = [mark.label for mark in document.marks]
    assert marks[:3] == ["p. 1", "p. 1, Finance", "p. 2, Finance"]


def drawn(*pages: list[tuple[float, float, str]]) -> bytes:
    """Return a PDF with words at places, measured from the lower left."""
    content = io.BytesIO()
    canvas = Canvas(content)
    for page in pages:
        for left, bottom, words in page:
            canvas.drawString(left, bottom, words)
        canvas.showPage()
    canvas.save()
    return content.getvalue()


def test_pdf_pages_may_be_numbered_in_roman_and_in_any_order(read) -> None:
    said = ["The fee was raised to four dollars.", "The library opens on Sundays."]
    pages = [
        [(300, 30, number), (72, 700, words)] + [(72, 60, "The end.")] * (number == "ii")
        for number, words in zip(["i", "ii"], said, strict=True)
    ]
    document = read("a.pdf", drawn(*pages))
    assert document.text.split() == " ".join([*said, "The end."]).split()
    assert document.title == ""


def test_pdf_cells_that_are_alike_are_no_running_heads(read) -> None:
    cells = [(72, 700, "The votes were counted in the hall."), (72, 60, "0"), (500, 60, "0")]
    assert read("a.pdf", drawn(cells)).text.count("0") == 2


def test_pdf_line_numbers_of_a_court_are_left_out(read) -> None:
    asked = "MR. LEE: Was fee {} raised to four", "dollars in the month of March?"
    pages = []
    for first, lines in ((1, 24), (13, 4)):
        page = [(300.0, 30.0, f"Page {first // 13 + 1}")]
        for line in range(lines):
            words = asked[line % 2].format(first + line // 2)
            page += [(60.0, 760.0 - 24 * line, str(line + 1)), (90.0, 760.0 - 24 * line, words)]
        pages.append(page)
    found = list(places(read("a.pdf", drawn(*pages))))
    assert found == [" ".join(asked).format(number) for number in range(1, 15)]
    agenda = [(60.0, 760.0 - 24 * line, f"{line + 1} Item of the day") for line in range(9)]
    assert "9 Item of the day" in read("b.pdf", drawn(agenda)).text


def test_text_without_the_line_numbers_and_running_heads_of_a_court(read) -> None:
    said = [
        "     Q.   Was the fee of the harbour raised to four dollars in",
        "the month of March?",
        "     A.   It was.",
        "",
    ] * 8
    numbered = [f"{n % 25 + 1:>2}   {line}".rstrip() for n, line in enumerate(said)]
    page = "\n\nDoe - Direct{:>40}\n\n"
    text = "\n\n".join(numbered[:25]) + page.format(14) + "\n\n".join(numbered[25:])
    document = read("a.txt", f"TRIAL\n\n{text}\n\n(End)\n".encode())
    assert document.text == "\n".join(["TRIAL", "", *said, "", "(End)", ""])
    assert len(document.blocks) == 17
    listed = "Berths\n\n" + "\n".join(f"{n} Berth of the day" for n in range(1, 16))
    assert read("b.txt", listed.encode()).text == listed


def raised(*lines: str) -> bytes:
    """Return a PDF whose lines have what stands in brackets raised."""
    content = io.BytesIO()
    canvas = Canvas(content)
    for number, words in enumerate(lines):
        line = canvas.beginText(72, 700 - 14 * number)
        for place, piece in enumerate(re.split(r"[{}]", words)):
            line.setFont("Helvetica", 7 if place % 2 else 11)
            line.setRise(4 if place % 2 else 0)
            line.textOut(piece)
        canvas.drawText(line)
    canvas.save()
    return content.getvalue()


def test_pdf_keeps_raised_numbers_apart(read) -> None:
    assert read("a.pdf", raised("It rose to 45{12} per cent.")).text == "It rose to 45^12 per cent."


def test_pdf_goes_on_behind_a_raised_number(read) -> None:
    lines = (
        "The dues had not been raised since 2019,{1} and the cost of dredging (10{6} dollars) had",
        "doubled. The board raised them by five per cent.{12} Ms. Li dissented from the vote, and",
        "said so.{13} It then closed.",
        "{14} See the paper.",
    )
    document = read("a.pdf", raised(*lines))
    sentences = [one for span in document.blocks for one in split_sentences(document.text, *span)]
    assert [document.text[one.start : one.end] for one in sentences] == [
        "The dues had not been raised since 2019,^1 and the cost of dredging (10^6 dollars) had"
        " doubled.",
        "The board raised them by five per cent.[12]",
        "Ms. Li dissented from the vote, and said so.[13]",
        "It then closed.",
        "14 See the paper.",
    ]


def test_pdf_narrative_after_a_turn_has_no_speaker(read) -> None:
    story = [
        ("Harbour board", "Title"),
        ("Dredging", "Heading2"),
        ("MR. LEE: The basin must be dredged.", "BodyText"),
        ("MS. LI: Thank you, Mr. Lee.", "BodyText"),
        *[(LONG, "BodyText")] * 20,
        ("Amendment of paragraph 4", "Heading2"),
        ("It was struck out.", "BodyText"),
    ]
    document = read("minutes.pdf", pdf(story))
    said = {mark.label: mark.speaker for mark in document.marks}
    assert said["p. 1, MS. LI"] == "MS. LI"
    assert (said["p. 1, Dredging"], said["p. 2, Dredging"]) == ("", "")
    assert places(document)["It was struck out."] == "p. 2, Amendment of paragraph 4"
    plain = read("plain.pdf", pdf([story[2], story[4]]))
    assert [(mark.label, mark.speaker) for mark in plain.marks] == [
        ("p. 1, MR. LEE", "MR. LEE"),
        ("p. 1", ""),
    ]


def test_pdf_lines_that_differ_in_their_numbers_are_no_running_heads(read) -> None:
    content = io.BytesIO()
    canvas = Canvas(content)
    for page, votes in enumerate(("4 votes to 3", "5 votes to 2"), 7):
        canvas.drawString(72, 780, f"Council of 4 March 2019, {page} of 12")
        canvas.drawString(72, 700, f"The board spoke of the fee for the {page}th time that day.")
        canvas.drawString(72, 60, f"The motion was passed by {votes}.")
        canvas.showPage()
    canvas.save()
    text = read("a.pdf", content.getvalue()).text
    assert "by 4 votes to 3." in text and "by 5 votes to 2." in text
    assert "Council of" not in text


def test_pdf_heads_may_change_sides_and_count_columns(read) -> None:
    said = ["The fee was raised to four dollars.", "The library opens on Sundays."]
    sides = [
        [(300, 780, f"{number} Fuel Duty {number + 1}"), (72, 700, words), (left, 32, foot)]
        for number, words, left, foot in zip(
            (102, 104), said, (465, 56), ("GE.25-02812 1/2", "2/2 GE.25-02812"), strict=True
        )
    ]
    document = read("a.pdf", drawn(*sides))
    assert document.text.split() == " ".join(said).split()


def test_pdf_footnotes_do_not_cut_a_sentence(read) -> None:
    content = io.BytesIO()
    canvas = Canvas(content)
    pages = (
        ("The board heard that the cost of dredging the basin of the harbour of the old town",),
        ("had doubled, and that the dues had not been raised.", "It agreed to raise them."),
    )
    for number, lines in enumerate(pages, 1):
        canvas.setFont("Helvetica", 8)
        canvas.drawString(72, 60, f"{number} See the paper that was sent in week {number**2}.")
        canvas.setFont("Helvetica", 11)
        for place, line in enumerate(lines):
            canvas.drawString(72, 714 - 40 * place, line)
        canvas.showPage()
    canvas.save()
    document = read("a.pdf", content.getvalue())
    assert places(document) == {
        f"{pages[0][0]} {pages[1][0]}": "p. 1",
        "1 See the paper that was sent in week 1.": "p. 1",
        pages[1][1]: "p. 2",
        "2 See the paper that was sent in week 4.": "p. 2",
    }


def test_pdf_columns_are_read_one_after_the_other(read) -> None:
    content = io.BytesIO()
    column = {"width": 220, "height": 240, "showBoundary": 0}
    frames = [Frame(50, 400, **column), Frame(300, 400, **column)]
    styles = getSampleStyleSheet()

    def above(canvas: Canvas, page: object) -> None:
        canvas.drawString(50, 760, f"Verbatim record of the board. {LONG[:70]}")

    file = BaseDocTemplate(content, title="Board")
    file.addPageTemplates([PageTemplate(frames=frames, onPage=above)])
    points = [f"{number} times. {LONG} The fee is {number} dollars." for number in range(5)]
    file.build([Paragraph(one, styles["BodyText"]) for one in points])
    found = places(read("a.pdf", content.getvalue()))
    assert list(found)[-5:] == points
    assert set(found.values()) == {"p. 1"}


def test_a_word_that_a_pdf_breaks_at_a_line_is_whole_again(read) -> None:
    content = io.BytesIO()
    canvas = Canvas(content)
    for number, line in enumerate(
        ("The two sides will work for the irrevers-", "ible dismantlement of all the weapons.")
    ):
        canvas.drawString(72, 700 - 14 * number, line)
    canvas.save()
    document = read("a.pdf", content.getvalue())
    assert document.text == (
        "The two sides will work for the irreversible dismantlement of all the weapons."
    )


def test_a_hyphen_of_a_word_stays_where_a_pdf_breaks_the_line(read) -> None:
    lines = (
        "The two sides will hold a high-", "level meeting in Harrow-", "mere in 2018-",
        "2019 on co-", "operation. So Harrowmere has a long-", "term plan.",
    )  # fmt: skip
    rows = [(72.0, 700.0 - 14 * number, line) for number, line in enumerate(lines)]
    assert read("a.pdf", drawn(rows)).text == (
        "The two sides will hold a high-level meeting in Harrowmere in 2018-2019 on cooperation."
        " So Harrowmere has a long-term plan."
    )


VTT = """WEBVTT

NOTE made by hand

1
00:00:01.000 --> 00:00:04.000
<v Chair>We are open. What is

2
00:00:04.000 --> 00:00:06.000
<v Chair>the fee &amp; the term?

00:12:31.000 --> 00:12:35.000 align:start
<v.loud Ms. Ortega>Four dollars,</v>

01:02:03.000 --> 01:02:04.000
Mr. J. B. Lee: I see: <i>thank</i> you.
"""


def test_vtt(read) -> None:
    document = read("meeting.vtt", VTT.encode())
    assert places(document) == {
        "Chair: We are open. What is the fee & the term?": "00:00:01 Chair",
        "Ms. Ortega: Four dollars,": "00:12:31 Ms. Ortega",
        "Mr. J. B. Lee: I see: thank you.": "01:02:03 Mr. J. B. Lee",
    }
    assert document.location(document.text.index("the fee")) == "00:00:04 Chair"
    assert document.speakers == ("Chair", "Ms. Ortega", "Mr. J. B. Lee")


def test_srt(read) -> None:
    document = read(
        "meeting.srt",
        b"1\r\n00:00:01,000 --> 00:00:04,000\r\nWe are open.\r\n\r\n"
        b"2\r\n00:00:04,000 --> 00:00:06,500\r\nCHAIR: What is\r\n\r\n"
        b"3\r\n00:00:07,000 --> 00:00:08,000\r\nthe fee?\r\n",
    )
    assert document.text == "We are open.\nCHAIR: What is the fee?"
    assert [mark.label for mark in document.marks] == ["00:00:01", "00:00:04 CHAIR",
                                                       "00:00:07 CHAIR"]  # fmt: skip


def test_a_time_or_a_list_in_a_caption_is_no_speaker(read) -> None:
    cues = ["Juan de la Cruz: Two things: tea.", "We meet at: 10:30.", "ask for this: a fee.",
            "Chair of the Board (acting): And when?", "議長：開会します。"]  # fmt: skip
    captions = "\n".join(f"00:0{n}.000 --> 00:0{n}.900\n{cue}\n" for n, cue in enumerate(cues, 1))
    document = read("a.vtt", f"WEBVTT\n\n{captions}".encode())
    assert document.speakers == ("Juan de la Cruz", "Chair of the Board (acting)", "議長")
    assert read("a.txt", "\n".join(cues).encode()).speakers == document.speakers


def test_srt_may_open_with_blank_lines(read) -> None:
    cue = b"\r\n\n \n1\n00:00:01,000 --> 00:00:02,000\nWe are open.\n"
    assert places(read("a.srt", cue)) == {"We are open.": "00:00:01"}
    assert places(read("a.vtt", b"\n\nWEBVTT\n\n00:01.000 --> 00:02.000\nYes.\n")) == {
        "Yes.": "00:00:01"
    }


def test_json(read) -> None:
    turns = [
        {"speaker": "Chair", "text": "We are open.", "time": 3.7},
        {"speaker": "Chair", "text": "Who speaks?", "time": "01:00:09"},
        {"speaker": None, "text": "Nobody spoke."},
    ]
    document = read("turns.json", json.dumps(turns).encode())
    assert document.text == "Chair: We are open. Who speaks?\nNobody spoke."
    assert [mark.label for mark in document.marks] == ["00:00:03 Chair", "01:00:09 Chair", ""]
    segments = {"text": "Hello.", "segments": [{"start": 61.5, "end": 63, "text": " Hello."}]}
    assert places(read("whisper.json", json.dumps(segments).encode())) == {"Hello.": "00:01:01"}


RUSSIAN = "Министр открыл заседание. Совет утвердил бюджет на следующий год и назначил дату."
GERMAN = "Der Ausschuß hat die Gebühren erhöht. Die nächste Sitzung findet in München statt."


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Gómez 会談 left.", "utf-8"),
        ("Gómez 会談 left.", "utf-8-sig"),
        ("Gómez 会談 left.", "utf-16"),
        (RUSSIAN, "utf-16-le"),
        (GERMAN, "utf-16-be"),
        (GERMAN, "cp1252"),
        ("It\u2019s \u201cfour dollars\u201d \u2013 the members\u2019 fee\u2026", "cp1252"),
    ],
)
def test_encodings(read, text: str, encoding: str) -> None:
    assert read("a.txt", text.encode(encoding)).text == text


def scan(pages: int = 1, blank: int = 0, typed: int = 0) -> bytes:
    content = io.BytesIO()
    canvas = Canvas(content)
    for page in range(pages + blank + typed):
        if page < pages:
            canvas.rect(100, 100, 300, 300, fill=1)
        elif page >= pages + blank:
            canvas.drawString(72, 700, "The fee is four euros.")
        canvas.showPage()
    canvas.save()
    return content.getvalue()


def locked() -> bytes:
    content = io.BytesIO()
    canvas = Canvas(content, encrypt="secret")
    canvas.drawString(72, 700, "Secret.")
    canvas.save()
    return content.getvalue()


def test_a_pdf_with_blank_pages_or_few_scanned_ones_is_read(read) -> None:
    for content in (scan(1, blank=3, typed=2), scan(0, blank=5, typed=1)):
        assert "The fee is four euros." in read("a.pdf", content).text


@pytest.mark.parametrize(
    ("name", "content", "complaint"),
    [
        ("a.txt", "Café".encode("latin-1"), r"not UTF-8 text \(byte 4\).*save it as UTF-8"),
        ("a.txt", "Mrs. Mar\u00eda left.".encode("mac-roman"), r"not UTF-8 text \(byte 9\)"),
        ("a.txt", b"\xff\xfea\0\xd8", r"damaged UTF-16-LE text \(byte 5\)"),
        ("a.html", b"<html><body><img src='a.png'></body></html>", "no text in it"),
        ("a.html", b"", "no text in it"),
        ("a.pdf", b"%PDF-1.4 nonsense", "not a PDF that can be opened"),
        ("a.pdf", scan(), r"text recognition \(OCR\)"),
        ("a.pdf", scan(5, typed=1), r"no text on 5 of its 6 pages.*text recognition \(OCR\)"),
        ("a.pdf", locked(), "needs a password"),
        ("a.docx", b"PK nonsense", "not a Word document"),
        ("a.docx", word([], []), "no text in it"),
        ("a.vtt", b"00:00 Hello", r"is not a vtt file .*; save it again, or as a text"),
        ("a.vtt", b"WEBVTT\n", "no words in it"),
        ("a.srt", b"Hello", "is not a srt file"),
        ("a.json", b'[{"text": "a"},]', r"not JSON \(line 1"),
        ("a.json", b'{"name": "settings"}', "is not a transcript"),
        ("a.json", b'[{"text": "a"}, {"speaker": "b"}]', "turn 2 has no text"),
        ("a.json", b'[{"text": "a", "time": "noon"}]', "turn 1: 'noon' is not a time"),
        ("a.json", b'[{"text": "a", "time": -3}]', "turn 1: -3 is not a time"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_says_why(read, name: str, content: bytes, complaint: str) -> None:
    with pytest.raises(DocumentError, match=complaint) as refused:
        read(name, content)
    assert name in str(refused.value) and "\n" not in str(refused.value)


SENTENCES = st.sampled_from(
    [
        "Peru's ministers agreed on trade.",
        "Mr. Kono left at 10 a.m. after the talks.",
        "外務大臣は会談した。次に進んだ。",
        "El Sr. Kono habló. ¿Qué dijo?",
        "1. First & foremost <b>this</b>.",
        "- A dash",
        "Chair: We are open.",
        "Finance",
        "x" * 300,
        "word " * 150,
        "\u00ad\u200b é",
    ]
)


def _write_html(lines: list[str]) -> bytes:
    from html import escape

    body = "".join(f"<p>{escape(line)}</p>" for line in lines)
    return f"<html><body><main><h1>Title</h1>{body}</main></body></html>".encode()


def _write_captions(lines: list[str], stop: str, head: str = "") -> bytes:
    times = [f"00:{n // 60:02}:{n % 60:02}{stop}000" for n in range(len(lines) + 1)]
    cues = [f"{n + 1}\n{times[n]} --> {times[n + 1]}\n{line}\n\n" for n, line in enumerate(lines)]
    return (head + "".join(cues)).encode()


WRITERS: dict[str, Callable[[list[str]], bytes]] = {
    ".txt": lambda lines: "\n\n".join(lines).encode(),
    ".md": lambda lines: ("# Title\n\n" + "\n".join(lines)).encode("utf-16"),
    ".html": _write_html,
    ".docx": lambda lines: word([(line, "Normal") for line in lines], [lines[:3]]),
    ".pdf": lambda lines: pdf([(line.replace("<", "&lt;"), "BodyText") for line in lines]),
    ".vtt": lambda lines: _write_captions(lines, ".", "WEBVTT\n\n"),
    ".srt": lambda lines: _write_captions(lines, ","),
    ".json": lambda lines: json.dumps(
        [{"speaker": f"S {n % 2}", "text": line, "time": n} for n, line in enumerate(lines)]
    ).encode(),
}


@pytest.mark.parametrize("suffix", WRITERS)
@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(lines=st.lists(SENTENCES, min_size=1, max_size=8))
def test_every_span_is_the_text_at_its_place(
    encoder: SentenceTransformerEncoder, suffix: str, lines: list[str]
) -> None:
    try:
        document = READERS[suffix]("a" + suffix, WRITERS[suffix](lines))
    except DocumentError:
        return  # nothing but what no reader takes for words
    from embeddings.text.layout import lay_out

    document = document if document.blocks is not None else lay_out(document)
    spans = document.blocks or ()
    assert all(0 <= start < end <= len(document.text) for start, end in spans)
    assert all(a[1] <= b[0] for a, b in itertools.pairwise(spans))
    assert [m.offset for m in document.marks] == sorted(m.offset for m in document.marks)
    for passage in chunk(document, encoder):
        assert document.text[passage.start : passage.end] == passage.text
        for sentence in passage.sentences:
            inside = document.text[sentence.start : sentence.end]
            assert inside in passage.text and inside.strip() == inside
        assert passage.location == document.location(passage.start)
    bot = Bot(Retriever(Index.build([document], encoder=encoder)), threshold=0)
    answer = bot.ask("What did Mr. Kono's committee agree on?")
    assert answer.answered
    for quoted in answer.citations:
        assert document.text[quoted.start : quoted.end] == quoted.quote
        assert quoted.location == document.location(quoted.start)
    for hit in answer.hits:
        assert document.text[hit.passage.start : hit.passage.end] == hit.passage.text
        for one in hit.sentences:
            assert document.text[one.start : one.end] == one.text
