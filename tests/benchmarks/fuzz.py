"""Feed broken input to all that reads files: `python tests/benchmarks/fuzz.py SECONDS [NAME ...]`.

Each target gets good files with bytes flipped, cut, repeated and put in, for so many seconds. Only
the named errors may come out; anything else, a hang or a blow-up of memory ends it with exit code
1 and leaves the input in a file.
"""

from __future__ import annotations

import io
import json
import logging
import random
import resource
import shutil
import signal
import sys
import tempfile
import traceback
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from time import monotonic
from types import FrameType

from bot.bot import Bot
from bot.evaluation import load_questions
from bot.packaged import PACKAGED_QUESTIONS, PACKAGED_SOURCE
from bot.verify import load_export, verify
from embeddings import Document, Index, MeetingbotError, Retriever, SentenceTransformerEncoder
from embeddings.hashing import file_crc32, file_sha256
from embeddings.readers import READERS, read_file
from embeddings.saved.generations import CURRENT, MANIFEST

# What one input may take: a crash is seen at once, this finds the rest.
LONGEST = 20
MOST_MEMORY = 6 << 30
PIECES = (
    b"\0", b"\xff", b"\xed\xa0\x80", b"{", b"[" * 500, b"<div>" * 500, b"]" * 9, b'"', b"\\u0000",
    b"-->", b"00:00:00.000 --> 99:99:99.999", b"9" * 400, b"-1", b"NaN", b"1e999", b"null",
    "\u202e\u2066\u200f\ufeff".encode(), b"\n" * 300, b"A: " * 200, b"../../x", b"&#0;",
    b"<!DOCTYPE x [<!ENTITY a 'b'>]>&a;", b"endobj", b"%PDF-1.7", b"PK\x03\x04", b"a" * 5000,
)  # fmt: skip

Target = Callable[[bytes], object]


def mutated(content: bytes, chance: random.Random) -> bytes:
    """Return a file with a few things wrong."""
    broken = bytearray(content)
    for _ in range(chance.choice((1, 1, 2, 4, 16))):
        at = chance.randrange(len(broken) + 1)
        to = min(len(broken), at + chance.choice((1, 2, 8, 64, 1024)))
        match chance.randrange(5):
            case 0:
                broken[at:to] = bytes(one ^ (1 << chance.randrange(8)) for one in broken[at:to])
            case 1:
                del broken[at:to]
            case 2:
                broken[at:at] = chance.choice(PIECES)
            case 3:
                broken[at:at] = broken[at:to] * chance.choice((1, 2, 50))
            case 4:
                broken[at:to] = chance.choice(PIECES)
    return bytes(broken)


def docx(content: bytes) -> bytes:
    """Return a Word document whose text is the content."""
    parts = {
        "[Content_Types].xml": b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/'
        b'content-types"><Default Extension="xml" ContentType="application/xml"/></Types>',
        "word/document.xml": b'<w:document xmlns:w="http://schemas.openxmlformats.org/'
        b'wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>'
        + content
        + b"</w:t></w:r></w:p></w:body></w:document>",
    }
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return file.getvalue()


def pdf(lines: list[str]) -> bytes:
    """Return a PDF of one page with lines of text."""
    from reportlab.pdfgen.canvas import Canvas

    file = io.BytesIO()
    canvas = Canvas(file, pageCompression=0)
    for number, line in enumerate(lines):
        canvas.drawString(72, 770 - 14 * number, line)
    canvas.save()
    return file.getvalue()


def seeds(record: str) -> dict[str, list[bytes]]:
    """Return good files by suffix."""
    lines = record.splitlines()
    html = "".join(f"<p>{line}</p>" for line in lines)
    cues = "".join(
        f"{n}\n00:00:{n:02},000 --> 00:00:{n + 1:02},000\n<v Ann>{line[:80]}\n\n"
        for n, line in enumerate(lines[:40])
        if line.strip()
    )
    turns = [{"speaker": "Ann", "time": 1.5, "text": line} for line in lines if line.strip()]
    of = {
        ".txt": [record.encode(), record.encode("utf-16")],
        ".md": [b"# Minutes\n\n- a\n  - b\n\n" + record.encode()],
        ".html": [f"<html><head><title>x</title></head><body>{html}</body></html>".encode()],
        ".docx": [docx(b"The harbour was dredged. Nobody objected."), docx(b"<w:br/>" * 20)],
        ".pdf": [pdf([line[:80] for line in lines[:40]])],
        ".vtt": [b"WEBVTT\n\n" + cues.replace(",000", ".000").encode()],
        ".srt": [cues.encode()],
        ".json": [json.dumps(turns).encode(), json.dumps({"segments": turns}).encode()],
    }
    return {**of, ".text": of[".txt"], ".htm": of[".html"]}


def index_target(index: Index, scratch: Path) -> tuple[Target, list[bytes]]:
    """Break one file of an index, and sign it as a writer would: the checksums are no shield."""
    good = scratch / "good"
    index.save(good)
    (generation,) = good.glob("generation-*")
    files = sorted(one for one in generation.rglob("*") if one.is_file())
    chance = random.Random(1)

    def load(content: bytes) -> None:
        path, broken = files[content[0]], scratch / "broken"
        shutil.copytree(good, broken)
        try:
            (broken / path.relative_to(good)).write_bytes(content[1:])
            own = broken / generation.name
            if path.name != MANIFEST and chance.random() < 0.9:
                manifest = json.loads((own / MANIFEST).read_text("utf-8"))
                name = path.relative_to(good).as_posix()
                if manifest["files"][name]:
                    manifest["files"][name] = file_crc32(broken / name)
                (own / MANIFEST).write_text(json.dumps(manifest), "utf-8")
            (broken / CURRENT).write_text(f"{own.name} {file_sha256(own / MANIFEST)}\n")
            opened = Index.load(broken, encoder=index.encoder)
            _ = [*opened.passages], [*opened.documents.values()]
        finally:
            shutil.rmtree(broken)

    return load, [bytes([number]) + path.read_bytes() for number, path in enumerate(files)]


def targets(scratch: Path) -> dict[str, tuple[Target, list[bytes]]]:
    """Return what is fuzzed, each with good input to start from."""
    (path,) = PACKAGED_SOURCE.glob("*.txt")
    record = path.read_text("utf-8")
    document = Document(path.name, record)
    encoder = SentenceTransformerEncoder()
    index = Index.build([document], encoder=encoder)
    chat = Bot(Retriever(index)).chat()
    chat.ask("What was agreed on North Korea?")

    def through_file(read: Callable[[Path], object], name: str) -> Target:
        def run(content: bytes) -> None:
            (scratch / name).write_bytes(content)
            read(scratch / name)

        return run

    def reader(suffix: str) -> Target:
        return lambda content: read_file("x", Path(f"x{suffix}"), content)

    found: dict[str, tuple[Target, list[bytes]]] = {
        suffix: (reader(suffix), seeds(record)[suffix]) for suffix in READERS
    }
    # Nearly all that is broken in an archive is refused as one; this comes after that.
    found["docx inside"] = (
        lambda content: read_file("x", Path("x.docx"), docx(content)),
        [b"The harbour was dredged. Nobody objected.", b"<w:br/>" * 20, b"</w:t></w:r></w:p>" * 9],
    )
    questions = b"".join(PACKAGED_QUESTIONS.read_bytes().splitlines(keepends=True)[:20])
    found["questions"] = (through_file(load_questions, "q.jsonl"), [questions])
    asked = {"id": "1", "question": "a?", "answers": [{"text": "C d", "answer_start": 5}]}
    squad = {"data": [{"title": "x", "paragraphs": [{"context": "A b. C d.", "qas": [asked]}]}]}
    found["squad"] = (through_file(load_questions, "q.json"), [json.dumps(squad).encode()])
    found["export"] = (
        through_file(lambda path: verify(load_export(path), [document]), "export.json"),
        [chat.to_json().encode()],
    )
    small = Index.build([Document("a", "The library opens on Sundays.")], encoder=encoder)
    found["index"] = index_target(small, scratch)
    return found


def too_long(_signal: int, _frame: FrameType | None) -> None:
    raise TimeoutError(f"took longer than {LONGEST} s")


def fuzz(name: str, target: Target, good: list[bytes], seconds: float) -> bool:
    """Run a target for so long; return whether it behaved."""
    chance = random.Random(name)
    ends, count, refused = monotonic() + seconds, 0, 0
    while monotonic() < ends:
        content = good[count % len(good)]
        head, rest = (content[:1], content[1:]) if name == "index" else (b"", content)
        content = head + mutated(rest, chance)
        count += 1
        signal.alarm(LONGEST)
        try:
            target(content)
        except MeetingbotError:
            refused += 1
        except Exception as error:
            kept = Path(tempfile.gettempdir()) / f"fuzz-{name.strip('.')}"
            kept.write_bytes(content)
            print(f"{name}: {type(error).__name__}: {error}; the input is in {kept}")
            traceback.print_exc(limit=-4)
            return False
        finally:
            signal.alarm(0)
    print(f"{name}: {count:,} inputs, {refused:,} refused", flush=True)
    return True


def main() -> None:
    logging.disable(logging.WARNING)  # what is left out or not read is told of each input
    seconds, *names = sys.argv[1:]
    signal.signal(signal.SIGALRM, too_long)
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    with tempfile.TemporaryDirectory() as scratch, suppress(KeyboardInterrupt):
        found = targets(Path(scratch))
        behaved = [fuzz(name, *found[name], float(seconds)) for name in names or found]
        sys.exit(0 if all(behaved) else 1)


if __name__ == "__main__":
    main()
