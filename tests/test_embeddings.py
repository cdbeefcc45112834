"""From a text to hits, through the public surface, on the real model."""

import itertools
import json
import os
import sys
import threading
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.bot import Bot
from embeddings import (
    Document,
    DocumentError,
    EncoderError,
    Index,
    QuestionError,
    Retriever,
    SentenceTransformerEncoder,
    StoredIndexError,
    read_documents,
    update_index,
)
from embeddings.chunking import CONTEXT_TOKENS, chunk
from embeddings.network import open_network
from embeddings.readers import find_files
from embeddings.readers.transcripts import read_json
from embeddings.terms import rarity, stems
from embeddings.text.layout import lay_out

NORTH_KOREA = "What was agreed on North Korea?"

TEXTS = st.lists(
    st.sampled_from(
        [
            "Peru's ministers agreed on trade. ",
            "Mr. Kono left at 10 a.m. after the talks in Lima ended. ",
            "外務大臣は会談した。",
            "El Sr. Kono habló. ",
            "word " * 130,
            "x" * 700 + " ",
            "\n\n",
            "\n  2. ",
            "Chair: ",
            "é",
            "… ",
            "- \u200b\n\n",
            "\uf0b7 ",
        ]
    ),
    max_size=30,
).map("".join)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(text=TEXTS)
def test_passages_are_exact_spans_that_the_encoder_reads_to_their_end(
    encoder: SentenceTransformerEncoder, text: str
) -> None:
    document = lay_out(Document("a", text))
    passages = chunk(document, encoder)
    for passage in passages:
        assert text[passage.start : passage.end] == passage.text
        assert passage.start == passage.sentences[0].start
        assert passage.end == passage.sentences[-1].end
        said = [text[one.start : one.end] for one in passage.sentences]
        assert all(encoder.count_tokens(said))
    counts = encoder.count_tokens([passage.text for passage in passages])
    assert all(count <= encoder.max_tokens - CONTEXT_TOKENS for count in counts)
    # Nothing that can be searched is lost.
    covered = {place for one in passages for s in one.sentences for place in range(s.start, s.end)}
    for start, end in document.blocks or ():
        assert all(
            place in covered or text[place].isspace() or text[place] in "\u200b\uf0b7-"
            for place in range(start, end)
        )


def test_an_accent_is_one_with_its_letter_however_it_is_written(
    encoder: SentenceTransformerEncoder, tmp_path: Path
) -> None:
    words = "José Núñez: The façade will be cleaned.\n\nAnn Lee: The budget was approved.\n"
    asked = "What did Núñez say of the façade?"
    hits = []
    for form in ("NFC", "NFD"):
        folder = tmp_path / form
        folder.mkdir()
        (folder / unicodedata.normalize(form, "Séance.txt")).write_text(
            unicodedata.normalize(form, words), "utf-8"
        )
        retriever = Retriever(Index.build(read_documents(folder), encoder=encoder))
        for typed in ("NFC", "NFD"):
            question = unicodedata.normalize(typed, asked)
            scope = {"documents": ["Séance.txt"], "speakers": ["José Núñez"]}
            hits.append(retriever.search(question, **scope))
    assert all(one == hits[0] for one in hits)
    assert hits[0][0].lexical > 0


@pytest.mark.parametrize("name", ["a.txt", "a.html"])
def test_what_cannot_be_seen_is_no_passage(
    encoder: SentenceTransformerEncoder, tmp_path: Path, name: str
) -> None:
    long = "The council discussed the budget at great length, and then it agreed on the fees that"
    long += " the traders of the market are to pay from January on, which are four dollars."
    path = tmp_path / name
    if name == "a.html":
        path.write_text(f"<p>{long}</p><ul><li>&#8203;</li><li>{long}</li></ul>", "utf-8")
    else:
        path.write_text(f"{long}\n\n- \u200b\n\n1. \uf0b7\n\n{long}\n", "utf-8")
    retriever = Retriever(Index.build(read_documents(path), encoder=encoder))
    assert [hit.passage.text for hit in retriever.search("What are the fees?")] == [long, long]


def test_a_word_without_an_end_is_cut(encoder: SentenceTransformerEncoder) -> None:
    text = f"The code is {'a1b2c3d4' * 9000}. The library closes in winter."
    passages = chunk(lay_out(Document("a", text)), encoder)
    assert max(len(one.text) for one in passages) < 1000


def test_windows_share_a_sentence(encoder: SentenceTransformerEncoder) -> None:
    text = " ".join(
        f"Sentence number {n} says that a thing was done on day {n}." for n in range(40)
    )
    passages = chunk(lay_out(Document("a", text)), encoder)
    assert len(passages) > 3
    for before, after in itertools.pairwise(passages):
        assert before.sentences[-1] == after.sentences[0]
        assert len(after.text.split()) <= 100


def test_short_turns_share_a_passage_but_not_across_headings(
    encoder: SentenceTransformerEncoder,
) -> None:
    text = "# Hearing\n\n## One\n\nChair: Open.\nMs. Li: Yes, it is.\n\n## Two\n\nChair: Closed.\n"
    passages = chunk(lay_out(Document("a", text)), encoder)
    assert [passage.text for passage in passages] == [
        "Chair: Open.\nMs. Li: Yes, it is.",
        "Chair: Closed.",
    ]


def test_a_short_turn_shares_the_passage_of_the_question_that_it_answers(
    encoder: SentenceTransformerEncoder,
) -> None:
    long = "Chair: We have read the paper of the treasurer and the letters of the traders. " * 3
    asked = f"{long}So what should the fee be from October on?"
    for before in ("", "Ms. Li: We have heard enough of it by now, and so has the old town.\n" * 6):
        for question in (asked, "Chair: What should the fee be?"):
            text = f"{before}{question}\nMr. Ortega: Four dollars an hour.\n"
            passages = chunk(lay_out(Document("a", text)), encoder)
            (answer,) = [one for one in passages if "Four dollars" in one.text]
            assert "the fee be" in answer.text
    text = f"{long}\nMr. Ortega: Four dollars an hour."
    assert len(chunk(lay_out(Document("a", text)), encoder)) == 2


def test_context_is_read_but_not_returned(encoder: SentenceTransformerEncoder) -> None:
    (alone,), (within,) = (
        encoder.encode(["He left."]),
        encoder.encode(["He left."], contexts=["Minutes"]),
    )
    assert len(alone.tokens) == len(within.tokens) == 3
    assert within.spans[0].tolist() == [0, 2]
    assert not np.allclose(alone.vector, within.vector)


def test_the_north_korea_sentence_is_found(retriever: Retriever) -> None:
    hits = retriever.search(NORTH_KOREA, k=3)
    assert len(hits) == 3
    assert "complete, verifiable and irreversible dismantlement" in hits[0].sentences[0].text
    assert hits[0].passage.location == "item 4"
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert all(-1 <= hit.dense <= 1 and 0 <= hit.lexical <= 1 for hit in hits)


def test_titles_captions_and_navigation_are_never_found(retriever: Retriever) -> None:
    for question in ("Japan-Peru Foreign Ministers' Meeting1", "Back to Japan-Peru Relations"):
        hits = retriever.search(question, k=20)
        assert hits
        for hit in hits:
            assert "Back to" not in hit.passage.text
            assert "Meeting1" not in hit.passage.text


def test_sentence_hits_are_spans_of_the_document(retriever: Retriever, record: Document) -> None:
    hits = retriever.search("TPP", k=20)
    assert hits
    for hit in hits:
        for sentence in hit.sentences:
            assert record.text[sentence.start : sentence.end] == sentence.text
        assert {s.start for s in hit.sentences} == {s.start for s in hit.passage.sentences}


def test_search_keeps_to_the_documents_named(encoder: SentenceTransformerEncoder) -> None:
    index = Index.build(
        [
            Document("a.txt", "The council raised the fee to ten dollars."),
            Document("b.txt", "The board lowered the fee to two dollars."),
        ],
        encoder=encoder,
    )
    retriever = Retriever(index)
    assert {h.passage.document_id for h in retriever.search("the fee")} == {"a.txt", "b.txt"}
    assert [h.passage.document_id for h in retriever.search("the fee", documents=["b.txt"])] == [
        "b.txt"
    ]
    with pytest.raises(QuestionError, match=r"no document 'c\.txt'"):
        retriever.search("the fee", documents=["c.txt"])
    with pytest.raises(QuestionError, match=r"documents is 'b\.txt': give a list of them"):
        retriever.search("the fee", documents="b.txt")


def test_of_many_names_some_are_told(encoder: SentenceTransformerEncoder) -> None:
    documents = [Document(f"{n:02}.txt", "The fee is four.") for n in range(99)]
    index = Index.build(documents, encoder=encoder)
    with pytest.raises(QuestionError, match=r"it has: 00\.txt, .*, 09\.txt and 89 more$"):
        Retriever(index).search("the fee", documents=["c.txt"])


@pytest.fixture(scope="module")
def hearing(encoder: SentenceTransformerEncoder) -> Retriever:
    turns = [
        {"speaker": "Chair", "time": 10, "text": "What is the parking fee now?"},
        {"speaker": "Ms. Ortega", "time": 20, "text": "The parking fee is four dollars."},
        {"speaker": "Chair", "time": 3700, "text": "The parking fee stays as it is, then."},
    ]
    spoken = read_json("hearing.json", json.dumps(turns).encode())
    notes = [
        Document("march.txt", "Board\n\n4 March 2019\n\nThe parking fee was three dollars."),
        Document("unclear.txt", "Board\n\n3/4/2019\n\nThe parking fee was two dollars."),
    ]
    return Retriever(Index.build([spoken, *notes], encoder=encoder))


@pytest.mark.parametrize(
    ("scope", "found"),
    [
        ({"speakers": ["ms. ortega"]}, ["Ms. Ortega: The parking fee is four dollars."]),
        (
            {"speakers": ["Chair"], "before": "01:00:00"},
            ["Chair: What is the parking fee now?"],
        ),
        ({"after": "01:01:40"}, ["Chair: The parking fee stays as it is, then."]),
        ({"after": "2019-03-04", "before": "2019-03-05"}, ["The parking fee was three dollars."]),
        (
            {"after": date(2019, 3, 4), "before": date(2019, 3, 5)},
            ["The parking fee was three dollars."],
        ),
    ],
)
def test_search_keeps_to_speakers_and_times(
    hearing: Retriever, scope: dict[str, Any], found: list[str]
) -> None:
    hits = hearing.search("What is the parking fee?", **scope)
    assert [one.text for hit in hits for one in hit.sentences] == found
    assert [hit.shown.text for hit in hits] == found
    assert all(
        hearing.index.documents[hit.shown.document_id].location(hit.shown.start)
        == hit.shown.location
        for hit in hits
    )
    answer = Bot(hearing, threshold=0).ask("What is the parking fee?", **scope)
    assert [one.quote for one in answer.citations] == found[:1]


@pytest.mark.parametrize(
    ("name", "given"), [("documents", "march.txt"), ("speakers", "Ms. Ortega")]
)
def test_a_scope_may_come_from_a_generator(hearing: Retriever, name: str, given: str) -> None:
    fee, bot = "What is the parking fee?", Bot(hearing, threshold=0)
    assert hearing.search(fee, **{name: iter([given])}) == hearing.search(fee, **{name: [given]})
    for chat in (bot.chat(**{name: iter([given])}), bot.chat(**{name: [given]})):
        assert chat.ask(fee).citations == chat.ask(fee).citations != ()
    answer = bot.ask(fee, **{name: iter([given])})
    assert answer.citations == bot.ask(fee, **{name: [given]}).citations != ()


@pytest.mark.parametrize(
    ("scope", "complaint"),
    [
        ({"speakers": ["Mr. Lee"]}, "nobody called 'Mr. Lee' speaks; the index has: Chair, Ms."),
        ({"after": "noon"}, "after is 'noon': give a day"),
        ({"before": "2019-02-30"}, "before is '2019-02-30'"),
        ({"after": "01:01:41"}, r"nothing to ask of \(everything, from 01:01:41\)"),
        ({"before": "2019-03-04"}, "nothing to ask of"),
        (
            {"after": "00:02:00", "before": "00:01:00"},
            "nothing lies from 00:02:00 on and before 00:01:",
        ),
        ({"after": "2019-03-05", "before": "2019-03-05"}, "nothing lies from 2019-03-05 on and"),
        ({"speakers": []}, r"nothing to ask of \(nobody\)"),
        ({"documents": []}, "no documents are chosen"),
        ({"documents": ["march.txt"], "speakers": ["Chair"]}, r"nothing to ask of \(Chair\)"),
    ],
)
def test_a_scope_that_cannot_be_says_why(
    hearing: Retriever, scope: dict[str, Any], complaint: str
) -> None:
    with pytest.raises(QuestionError, match=complaint):
        hearing.search("What is the parking fee?", **scope)


@pytest.mark.parametrize(
    ("question", "complaint"),
    [
        ("", "empty"),
        (" \n\t", "empty"),
        ("?!", "empty"),
        ("a" * 10_000, "10,000 characters"),
        (None, "is None: give a text"),
    ],
)
def test_questions_that_cannot_be_asked(
    retriever: Retriever, question: Any, complaint: str
) -> None:
    with pytest.raises(QuestionError, match=complaint):
        retriever.search(question)


def test_lexical_scores_of_some_texts_are_those_of_all(index: Index) -> None:
    for lexical in (index.lexical, index.sentence_lexical):
        for question in (NORTH_KOREA, "Venezuela and Venezuela", "zzz fishing quota", "the of"):
            scores = lexical.scores(stems(question))
            for places in (np.arange(lexical.size), np.asarray([3, 0, 3])):
                assert np.allclose(lexical.scores_of(stems(question), places), scores[places])
    assert index.lexical.scores_of(["zzz"], np.arange(2)).tolist() == [0, 0]


@pytest.mark.parametrize(
    "question", ["the of and", "日本", "😀 a", "a\u0301\u200b x", "¿Qué?", "0"]
)
def test_odd_questions_are_searched(retriever: Retriever, question: str) -> None:
    assert len(retriever.search(question, k=2)) == 2


def test_what_is_said_twice_is_encoded_once(encoder: SentenceTransformerEncoder) -> None:
    said = "The chair opened the meeting and welcomed everybody."
    other = "The board lowered the fee to two dollars."
    done: list[tuple[int, int]] = []
    index = Index.build(
        [Document("a", said), Document("b", other), Document("c", said)],
        encoder=encoder,
        progress=lambda *progress: done.append(progress),
    )
    assert done == [(2, 2)]
    first, _, again = index.store.vectors([0, 1, 2])
    assert np.array_equal(first, again)
    for place, text in enumerate((said, other, said)):
        alone = Index.build([Document("x", text)], encoder=encoder)
        assert np.allclose(index.store.vectors([place]), alone.store.vectors([0]), atol=1e-5)
        assert np.abs(index.tokens.only(place).vectors - alone.tokens.vectors).max() <= 1


def test_what_an_index_holds_already_is_not_encoded_again(
    index: Index, record: Document, encoder: SentenceTransformerEncoder
) -> None:
    minutes = Document("minutes", "The council raised the water fee. Korea was not spoken of.")
    longer = Document("minutes", f"{minutes.text} The library opens on Sundays.")
    done: list[tuple[int, int]] = []
    both = Index.build(
        [minutes, record], reuse=index, progress=lambda *progress: done.append(progress)
    )
    assert done == [(1, 1)]  # the new document's only passage
    replaced = Index.build([record, longer], reuse=both)
    alone = Index.build([longer], reuse=replaced)
    for reused, documents in ((both, [minutes, record]), (replaced, [record, longer])):
        anew = Retriever(Index.build(documents, encoder=encoder))
        for question in (NORTH_KOREA, "What did the council raise?"):
            # Texts that share a batch change each other's last bits.
            for one, other in zip(
                Retriever(reused).search(question), anew.search(question), strict=True
            ):
                assert one.passage == other.passage
                assert one.score == pytest.approx(other.score, abs=1e-3)
    assert list(alone.documents) == ["minutes"] and len(alone.passages) == 1
    assert len(index.documents) == 1


def test_a_saved_index_gives_the_same_hits(retriever: Retriever, index_folder: Path) -> None:
    opened = Retriever(Index.load(index_folder))
    for question in (NORTH_KOREA, "lunch", "fishing quotas"):
        assert opened.search(question) == retriever.search(question)


def test_saving_replaces_an_index_and_leaves_nothing_behind(index: Index, tmp_path: Path) -> None:
    index.save(tmp_path / "index")
    index.save(tmp_path / "index")
    assert [path.name for path in tmp_path.iterdir()] == ["index"]


def test_saving_spares_a_folder_of_other_files(index: Index, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("Dear")
    with pytest.raises(StoredIndexError, match="not an index"):
        index.save(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


class OtherEncoder(SentenceTransformerEncoder):
    name = "other"
    fingerprint = "0" * 64


def test_an_index_of_another_encoder_is_refused(index_folder: Path) -> None:
    with pytest.raises(
        StoredIndexError, match=r"all-MiniLM-L6-v2.*not with other.*meetingbot index"
    ):
        other = OtherEncoder()
        other.name = "other"
        Index.load(index_folder, encoder=other)


def test_no_index_there(tmp_path: Path) -> None:
    file = tmp_path / "minutes.txt"
    file.write_text("The library will be closed in winter.")
    for place in (tmp_path, file):
        with pytest.raises(StoredIndexError, match="no index there"):
            Index.load(place)


def test_a_folder_that_may_not_be_entered_is_named(index: Index, tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    index.save(closed)
    closed.chmod(0)
    user = os.geteuid()
    if user == 0:  # root may enter everywhere
        os.seteuid(65534)
    try:
        for use in (Index.load, index.save):
            for place in (closed, closed / "index"):
                with pytest.raises(StoredIndexError, match="Permission denied"):
                    use(place)
    finally:
        os.seteuid(user)
        closed.chmod(0o700)


def test_weights_that_are_not_the_packaged_ones_are_refused(
    tmp_path: Path, encoder: SentenceTransformerEncoder
) -> None:
    with pytest.raises(EncoderError, match=r"no model\.safetensors"):
        SentenceTransformerEncoder(tmp_path)
    damaged = SentenceTransformerEncoder()
    damaged.path = tmp_path
    (tmp_path / "model.safetensors").write_bytes(b"not the weights")
    with pytest.raises(EncoderError, match="damaged"):
        damaged.encode(["x"])


@pytest.mark.parametrize(
    ("name", "content", "complaint"),
    [
        ("a.txt", b"", "is empty"),
        ("a.txt", b" \n\n ", "is empty"),
        ("a.txt", b"PK\x03\x04\0\0\0", "binary"),
        ("a.txt", "Café".encode("latin-1"), r"not UTF-8 text \(byte 4\)"),
        ("a.xyz", b"hello", "cannot read .xyz; known types are .txt"),
    ],
)
def test_files_that_cannot_be_read(
    tmp_path: Path, name: str, content: bytes, complaint: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(DocumentError, match=complaint):
        read_documents(tmp_path / name)


def test_a_file_that_vanishes_while_others_are_found_is_passed_over(tmp_path: Path) -> None:
    paths = [tmp_path / f"{number:04}.txt" for number in range(2000)]
    for path in paths:
        path.touch()
    going = threading.Thread(target=lambda: [path.unlink() for path in reversed(paths[1:])])
    going.start()
    while going.is_alive():
        assert "0000.txt" in find_files(tmp_path).files
    going.join()


@pytest.mark.skipif(sys.platform == "darwin", reason="macOS has no such names")
def test_a_name_that_is_not_unicode_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"proc\xe8s.txt")
    path.write_text("The library will be closed in winter.")
    with pytest.raises(
        DocumentError, match=r"proc\\udce8s\.txt': its name is not UTF-8; rename it"
    ):
        read_documents(path)
    (tmp_path / "minutes.txt").write_text("The fee is four dollars.")
    done = update_index(tmp_path / "index", tmp_path)
    assert str(done) == "1 added, 0 changed, 0 removed, 0 unchanged, 1 failed"


def test_sources_that_are_not_there(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="no such file"):
        read_documents(tmp_path / "nowhere")
    with pytest.raises(DocumentError, match="no file to read"):
        read_documents(tmp_path)


def test_folders_are_read_in_order_with_paths_as_ids(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    for name in ("b/two.md", "one.txt", "b/notes"):
        (tmp_path / name).write_text("\ufeffIt was so.\r\nThen\rnot.", encoding="utf-8", newline="")
    documents = read_documents(tmp_path)
    assert [document.id for document in documents] == ["b/two.md", "one.txt"]
    assert documents[0].text == "It was so.\nThen\nnot."
    (tmp_path / "b" / "one.txt").write_text("It was another.")
    with pytest.raises(DocumentError, match="rename one"):
        read_documents(tmp_path / "b", tmp_path / "one.txt")


def test_a_file_that_is_named_twice_is_read_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "our board"
    (folder / "2019").mkdir(parents=True)
    (folder / "2019" / "may.txt").write_text("The fee is four dollars.")
    (tmp_path / "link").symlink_to(folder)
    monkeypatch.chdir(tmp_path)
    for twice in ("our board/2019/may.txt", "./our board/../our board/2019", "link", folder):
        assert [one.id for one in read_documents("our board", twice)] == ["2019/may.txt"]


def test_what_is_passed_over_in_a_folder_is_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "old").mkdir()
    for name in ("2008.doc", "old/2009.DOC", "old/notes", "a.odt", ".hidden.doc", "asked.jsonl"):
        (tmp_path / name).write_bytes(b"\xd0\xcf\x11\xe0")
    told = "passed over: 2 .doc, 1 .odt, 1 without a suffix"
    with pytest.raises(DocumentError, match=f"no file to read in it; {told}; known types are .txt"):
        read_documents(tmp_path)
    (tmp_path / "2024.txt").write_text("The fee is four dollars.")
    assert len(read_documents(tmp_path)) == 1
    assert caplog.messages == [told]
    assert update_index(tmp_path / "index", tmp_path).passed_over == told


def test_an_index_is_no_source(
    index_folder: Path, tmp_path: Path, encoder: SentenceTransformerEncoder
) -> None:
    for use in (read_documents, lambda source: update_index(tmp_path / "new", source)):
        with pytest.raises(DocumentError, match=r"index: is an index, .* open it with --index"):
            use(index_folder)


@pytest.mark.skipif(not Path("/dev/null").exists(), reason="there is no such device")
def test_what_is_neither_a_file_nor_a_folder_is_told_apart_from_nothing() -> None:
    with pytest.raises(DocumentError, match=r"/dev/null: is neither a file nor a folder; save it"):
        read_documents("/dev/null")


def test_a_folder_with_a_file_that_cannot_be_read_is_read_without_it(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "package.json").write_text('{"name": "settings"}')
    with pytest.raises(DocumentError, match=r"package\.json: is not a transcript"):
        read_documents(tmp_path)
    (tmp_path / "minutes.txt").write_text("The fee was raised.")
    (tmp_path / "~$minutes.docx").write_bytes(b"\x05Clerk")
    (tmp_path / "._minutes.txt").write_bytes(b"\0\x05\x16\x07")
    (tmp_path / ".cache").mkdir()
    (tmp_path / ".cache" / "old.txt").write_text("The fee was lowered.")
    assert [document.id for document in read_documents(tmp_path)] == ["minutes.txt"]
    (told,) = caplog.messages
    assert told.startswith("left out: ") and "package.json: is not a transcript" in told
    named = tmp_path / ".cache" / "old.txt"
    assert [document.text for document in read_documents(named)] == ["The fee was lowered."]
    with pytest.raises(DocumentError, match=r"package\.json"):
        read_documents(named, tmp_path / "package.json")


def test_nothing_to_index(encoder: SentenceTransformerEncoder) -> None:
    with pytest.raises(DocumentError, match="no files to read: give at least one"):
        read_documents()
    with pytest.raises(DocumentError, match="no documents"):
        Index.build([], encoder=encoder)
    with pytest.raises(DocumentError, match="nothing to index"):
        Index.build([Document("a", " \n ")], encoder=encoder)
    with pytest.raises(DocumentError, match=r"^b: has half a character at 4; "):
        Index.build([Document("a", "It was."), Document("b", "It w\ud800s.")], encoder=encoder)
    with pytest.raises(TypeError, match="'seeds/' is not a Document; read files with read_docum"):
        Index.build(["seeds/"], encoder=encoder)
    with pytest.raises(DocumentError, match="two documents"):
        Index.build([Document("a", "It was so."), Document("a", "It was.")], encoder=encoder)


def test_stems_drop_case_accents_endings_and_stop_words() -> None:
    assert stems("What did the Ministers' CAFÉS agree on?") == ["minist", "cafe", "agre"]
    assert rarity("abduct") > rarity("countri") > 0 == rarity("")


def test_threads_that_ask_together_load_the_model_once(monkeypatch: pytest.MonkeyPatch) -> None:
    import openvino

    loaded = []
    original = openvino.Core

    def load() -> Any:
        loaded.append(1)
        return original()

    monkeypatch.setattr(openvino, "Core", load)
    open_network.cache_clear()
    encoder = SentenceTransformerEncoder()
    with ThreadPoolExecutor(4) as pool:
        vectors = list(pool.map(lambda text: encoder.encode([text])[0].vector, ["same"] * 4))
    assert len(loaded) == 1
    assert all(np.allclose(vector, vectors[0], atol=1e-5) for vector in vectors)
