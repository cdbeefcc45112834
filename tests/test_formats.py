"""A folder with a file of each format, indexed by one command and asked by another.

The files in tests/files are as the tools wrote them. LibreOffice 7.4 made council.docx, harbour.pdf
and parks.html (`soffice --headless --convert-to docx|pdf|html`), FFmpeg 5.1 hearing.vtt and
tunnel.srt; reportlab makes a PDF here.
"""

import json
import shutil
from pathlib import Path

import pytest
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.platypus import PageBreak, Paragraph, SimpleDocTemplate

from bot import Bot
from bot.cli import main
from embeddings import Index, Retriever, SentenceTransformerEncoder, read_documents

FILES = Path(__file__).with_name("files")


def write_pdf(path: Path) -> None:
    styles = getSampleStyleSheet()
    story = [
        Paragraph("School Board", styles["Title"]),
        Paragraph("Meals", styles["Heading2"]),
        Paragraph("The canteen serves soup on Mondays and fish on Fridays.", styles["BodyText"]),
        PageBreak(),
        Paragraph("Buses", styles["Heading2"]),
        Paragraph("The school bus leaves Elm Street at seven o'clock.", styles["BodyText"]),
    ]
    SimpleDocTemplate(str(path), title="School Board").build(story)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("formats") / "minutes"
    shutil.copytree(FILES, folder)
    write_pdf(folder / "school.pdf")
    (folder / "choir.txt").write_text("Choir\n\n1. The choir sings in Bath in May.\n", "utf-8")
    (folder / "bees.md").write_text("# Bees\n\n## Hives\n\nThe hives stand on the roof.\n", "utf-8")
    turns = [{"speaker": "Dr. Petrov", "text": "The vaccine costs ten euros.", "time": 754.2}]
    (folder / "inquiry.json").write_text(json.dumps(turns), "utf-8")
    return folder


@pytest.fixture(scope="module")
def index(folder: Path) -> Path:
    return folder.with_name("index")


def test_the_folder_is_indexed_in_one_command(
    folder: Path, index: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["meetingbot", "index", str(folder), "--index", str(index)])
    with pytest.raises(SystemExit) as stopped:
        main()
    assert not stopped.value.code
    assert capsys.readouterr().out.startswith("9 added, 0 changed, 0 removed, 0 unchanged")


@pytest.fixture(scope="module")
def bot(folder: Path, encoder: SentenceTransformerEncoder) -> Bot:
    return Bot(Retriever(Index.build(read_documents(folder), encoder=encoder)))


@pytest.mark.parametrize(
    ("question", "document", "location", "words"),
    [
        ("What is the parking fee of the old town?", "council.docx", "Finance", "four dollars"),
        ("Who reports on the income in September?", "council.docx", "Finance, item 1", "treasurer"),
        ("What do the new shelves cost?", "council.docx", "Library", "New shelves | $12,000"),
        ("When does dredging begin?", "harbour.pdf", "p. 1, Dredging", "in August"),
        ("What replaces the lamp of the lighthouse?", "harbour.pdf", "p. 2, Lighthouse", "tenth"),
        ("When does the school bus leave Elm Street?", "school.pdf", "p. 2, Buses", "seven"),
        ("How many lime trees are planted along the canal?", "parks.html", "Trees", "Forty"),
        ("Why must the bridge close in winter?", "hearing.vtt", "00:12:31 MS. VANCE", "rusted"),
        ("When does the tunnel open?", "tunnel.srt", "00:12:31 MS. VANCE", "noon on Friday"),
        ("Where does the choir sing in May?", "choir.txt", "item 1", "in Bath"),
        ("Where do the hives stand?", "bees.md", "Hives", "on the roof"),
        ("What does the vaccine cost?", "inquiry.json", "00:12:34 Dr. Petrov", "ten euros"),
    ],
)  # fmt: skip
def test_each_format_is_answered_with_its_place(
    bot: Bot, question: str, document: str, location: str, words: str
) -> None:
    answer = bot.ask(question)
    assert answer.answered
    citation = answer.citations[-1]
    assert (citation.document_id, citation.location) == (document, location)
    assert words in citation.quote


def test_what_the_files_state_is_kept(bot: Bot) -> None:
    stated = {id: (one.title, one.date, one.participants) for id, one in bot.documents.items()}
    assert stated["council.docx"] == (
        "Harrowmere Town Council", "4 March 2019", "Ms. Ortega, Mr. Lee, Dr. Okonkwo",
    )  # fmt: skip
    assert stated["harbour.pdf"] == ("Pinder Harbour Board", "6 May 2019", "")
    assert stated["parks.html"] == ("Parks Committee", "2 July 2019", "")
    assert stated["hearing.vtt"] == ("", "", "")
