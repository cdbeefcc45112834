"""Every format of question sets is read; what is wrong with one is said before anything runs."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot import Bot, QuestionSetError
from bot.datatypes import Citation
from bot.evaluation import Evidence, Question, QuestionSet, evaluate, load_questions
from bot.evaluation.evidence import locate
from bot.evaluation.overlap import is_relevant, supports
from bot.packaged import PACKAGED_QUESTIONS
from embeddings import Document

SQUAD = {
    "version": "v2.0",
    "data": [
        {
            "title": "River_Dam",
            "paragraphs": [
                {
                    "context": "The dam was built in 1931. It holds back the Arlo.",
                    "qas": [
                        {
                            "id": "s1",
                            "question": "When was the dam built?",
                            "is_impossible": False,
                            "answers": [
                                {"text": "1931", "answer_start": 21},
                                {"text": "in 1931", "answer_start": 18},
                                {"text": "1931", "answer_start": 21},
                            ],
                        }
                    ],
                },
                {
                    "context": "Its lake is used for fishing.",
                    "qas": [
                        {
                            "id": "s2",
                            "question": "What is the lake used for?",
                            "answers": [{"text": "fishing", "answer_start": 21}],
                        },
                        {
                            "id": "s3",
                            "question": "How deep is the lake?",
                            "is_impossible": True,
                            "answers": [],
                        },
                    ],
                },
            ],
        },
        {"title": "River_Dam", "paragraphs": []},
    ],
}
QMSUM = {
    "meeting_transcripts": [
        {"speaker": "Chair", "content": "Good morning . Who has\nthe budget ?"},
        {"speaker": "Ann", "content": "The budget is ten thousand ."},
        {"speaker": "Bob", "content": ""},
        {"speaker": "Chair", "content": "Thank you , that is all ."},
    ],
    "general_query_list": [{"query": "Summarise the meeting.", "answer": "A budget."}],
    "specific_query_list": [
        {
            "query": "What was said on the budget?",
            "answer": "It is ten thousand.",
            "relevant_text_span": [["0", "1"], ["3", "3"]],
        }
    ],
}


def test_a_key_that_is_not_read_is_named(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    row = {"id": "1", "question": "Who left?", "evidence": [], "kind": "other", "notes": ["?"]}
    path = write_lines(tmp_path / "q.jsonl", [row, {**row, "id": "2", "histroy": ["Who came?"]}])
    load_questions(path)
    (told,) = caplog.messages
    assert told.startswith(f"{path}, line 2: 'histroy' is not read; keys are answers, document, ")
    caplog.clear()
    load_questions(write_lines(path, [row | dict.fromkeys("zyxwv")]))
    assert [told.split("'")[1] for told in caplog.messages] == [*"zyxwv"]  # as they stand


def write_lines(path: Path, rows: list[Any]) -> Path:
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows), "utf-8")
    return path


def test_the_packaged_set_is_read_in_order() -> None:
    questions = load_questions(PACKAGED_QUESTIONS)
    rows = [json.loads(line) for line in PACKAGED_QUESTIONS.read_text("utf-8").splitlines()]
    assert [one.id for one in questions] == [row["id"] for row in rows]
    assert [list(one.evidence) for one in questions] == [row["evidence"] for row in rows]
    assert [list(one.history) for one in questions] == [row.get("history", []) for row in rows]
    assert questions.documents == () and questions.format == "JSON Lines"
    part = questions[3:5]
    assert isinstance(part, QuestionSet) and list(part) == [questions[3], questions[4]]


WORDS = st.text(min_size=1, max_size=20).filter(lambda text: text.strip() != "")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(
    st.lists(
        st.builds(
            Question,
            id=WORDS,
            question=WORDS,
            evidence=st.lists(WORDS, max_size=3).map(tuple),
            answers=st.lists(WORDS, max_size=3).map(tuple),
            history=st.lists(WORDS, max_size=3).map(tuple),
            document=st.just("") | WORDS,
            kind=st.sampled_from(["", "other", "near-miss", "adversarial"]),
        ),
        min_size=1,
        max_size=5,
        unique_by=lambda one: one.id,
    ),
    st.booleans(),
)
def test_json_lines_come_back_as_they_were(
    tmp_path: Path, questions: list[Question], ascii_only: bool
) -> None:
    names = ("id", "question", "evidence", "answers", "history", "document", "kind")
    path = tmp_path / "q.jsonl"
    lines = [
        json.dumps({name: getattr(one, name) for name in names}, ensure_ascii=ascii_only)
        for one in questions
    ]
    path.write_text("\n\n".join(lines), "utf-8", newline="\n")
    assert list(load_questions(path)) == questions


GOOD = {"id": "a", "question": "What?", "evidence": []}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "holds no questions"),
        ("\n \n", "holds no questions"),
        ("[]", "not a question set"),
        ("7", "not a question set"),
        ('{"a": 1}', "not a question set"),
        (json.dumps(GOOD) + '\n{"id": "b",', "line 2: not JSON"),
        (json.dumps(GOOD) + "\n\n[1]", "line 3: not a JSON object"),
        (json.dumps(GOOD) + '\n{"id": "b", "evidence": []}', "line 2: has no 'question'"),
        (json.dumps(GOOD | {"evidence": None}), "line 1: has no 'evidence'"),
        (json.dumps(GOOD | {"question": " "}), "line 1: 'question' is not a text"),
        (json.dumps(GOOD | {"id": 7}), "line 1: 'id' is not a text"),
        (json.dumps(GOOD | {"evidence": "quote"}), "line 1: 'evidence' is not a list"),
        (json.dumps(GOOD | {"history": [""]}), "line 1: 'history' holds ''"),
        (json.dumps(GOOD | {"answers": [3]}), "line 1: 'answers' holds 3"),
        (json.dumps(GOOD | {"question": "What\ud800?"}), "half a character, '\\ud800'"),
        (json.dumps(GOOD) + '\n{"id": "\\udfff"}', "line 2: holds half a character"),
        (json.dumps(GOOD) + "\n" + "[" * 200_000, "line 2: is nested too deeply"),
        (f"{json.dumps(GOOD)}\n{json.dumps(GOOD)}", "line 2: id 'a' was used before, in line 1"),
    ],
)
def test_a_malformed_line_is_named(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "broken.jsonl"
    path.write_text(text, "utf-8")
    with pytest.raises(QuestionSetError) as caught:
        load_questions(path)
    assert "broken.jsonl" in str(caught.value) and message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_what_is_no_text_or_not_there_is_named(tmp_path: Path) -> None:
    binary = tmp_path / "binary.jsonl"
    binary.write_bytes(json.dumps(GOOD).encode() + b"\n\xff\xfe")
    with pytest.raises(QuestionSetError, match="line 2: not UTF-8"):
        load_questions(binary)
    with pytest.raises(QuestionSetError, match="cannot be read"):
        load_questions(tmp_path / "missing.jsonl")
    with pytest.raises(QuestionSetError, match=r"without corpus\.jsonl"):
        load_questions(tmp_path)


def test_squad_articles_are_documents(tmp_path: Path) -> None:
    path = tmp_path / "squad.json"
    path.write_text(json.dumps(SQUAD, indent=2), "utf-8")
    questions = load_questions(path)
    assert questions.format == "SQuAD"
    assert [one.id for one in questions.documents] == ["River_Dam", "River_Dam-2"]
    text = questions.documents[0].text
    assert text == (
        "The dam was built in 1931. It holds back the Arlo.\n\nIts lake is used for fishing."
    )
    quoted = [
        [text[span.start : span.end] for span in one.evidence if isinstance(span, Evidence)]
        for one in questions
    ]
    assert quoted == [["1931", "in 1931"], ["fishing"], []]
    assert all(one.only_document and one.document == "River_Dam" for one in questions)
    assert questions[0].answers == ("1931", "in 1931", "1931")
    assert [one.id for one in questions[:2].documents] == ["River_Dam"]
    whole = load_questions(path, corpus="file")
    assert not any(one.only_document for one in whole)
    assert whole[:2].documents == whole.documents


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"answers": [{"text": "1932", "answer_start": 21}]}, "'1932' is not at 21"),
        ({"answers": []}, "has no answers and is not impossible"),
        ({"answers": [{"text": "1931"}]}, "article 1: has no 'answer_start'"),
        ({"answers": 3}, "article 1: is not as it should be"),
        ({"question": None}, "question s1: 'question' is not a text"),
        ({"question": "  "}, "question s1: 'question' is not a text"),
        ({"answers": [{"text": 1931, "answer_start": 21}]}, "question s1: 'text' is not a text"),
        (
            {"answers": [{"text": "1931", "answer_start": "21"}]},
            "'answer_start' is no whole",
        ),
        ({"is_impossible": "false"}, "question s1: 'is_impossible' is not true or false"),
        ({"question": "Wh\ud800?"}, "half a character"),
    ],
)
def test_a_misshapen_squad_is_named(tmp_path: Path, change: dict[str, Any], message: str) -> None:
    squad = json.loads(json.dumps(SQUAD))
    squad["data"][0]["paragraphs"][0]["qas"][0].update(change)
    path = tmp_path / "squad.json"
    path.write_text(json.dumps(squad), "utf-8")
    with pytest.raises(QuestionSetError, match=message):
        load_questions(path)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"query": None}, "line 1, query 1: 'query' is not a text"),
        ({"query": " "}, "line 1, query 1: 'query' is not a text"),
        ({"answer": 5}, "line 1, query 1: 'answer' is not a text"),
        ({"answer": ["ten"]}, "line 1, query 1: 'answer' is not a text"),
    ],
)
def test_a_misshapen_qmsum_is_named(tmp_path: Path, change: dict[str, Any], message: str) -> None:
    meeting = json.loads(json.dumps(QMSUM))
    meeting["specific_query_list"][0].update(change)
    with pytest.raises(QuestionSetError, match=message):
        load_questions(write_lines(tmp_path / "meetings.jsonl", [meeting, QMSUM]))


@pytest.mark.parametrize("indent", [None, 2])
def test_qmsum_meetings_are_documents(tmp_path: Path, indent: int | None) -> None:
    path = tmp_path / "meetings.jsonl"
    path.write_text(json.dumps(QMSUM, indent=indent), "utf-8")
    questions = load_questions(path)
    assert questions.format == "QMSum"
    (document,) = questions.documents
    assert document.text.split("\n") == [
        "Chair: Good morning . Who has the budget ?",
        "Ann: The budget is ten thousand .",
        "Bob:",
        "Chair: Thank you , that is all .",
    ]
    (question,) = questions
    spans = [span for span in question.evidence if isinstance(span, Evidence)]
    assert [document.text[span.start : span.end].count("\n") for span in spans] == [1, 0]
    assert document.text[spans[0].start : spans[0].end].endswith("ten thousand .")
    assert all(span.region for span in spans) and question.only_document


def test_a_turn_that_is_not_there_is_named(tmp_path: Path) -> None:
    meeting = json.loads(json.dumps(QMSUM))
    meeting["specific_query_list"][0]["relevant_text_span"] = [["2", "4"]]
    path = write_lines(tmp_path / "meetings.jsonl", [QMSUM, meeting])
    with pytest.raises(QuestionSetError, match=r"line 2: query 1 is about turns 2-4 of 4"):
        load_questions(path)


@pytest.fixture
def beir(tmp_path: Path) -> Path:
    write_lines(
        tmp_path / "corpus.jsonl",
        [
            {"_id": "d1", "title": "Dam", "text": "The dam was built in 1931."},
            {"_id": "d2", "title": "Lake", "text": ""},
        ],
    )
    write_lines(
        tmp_path / "queries.jsonl",
        [{"_id": "q1", "text": "age of the dam"}, {"_id": "q2", "text": "unjudged"}],
    )
    (tmp_path / "qrels").mkdir()
    (tmp_path / "qrels" / "dev.tsv").write_text(
        "query-id\tcorpus-id\tscore\nq1\td1\t2\nq1\td2\t0\n", "utf-8"
    )
    return tmp_path


def test_a_beir_folder_is_read(beir: Path) -> None:
    questions = load_questions(beir)
    assert [one.text for one in questions.documents] == ["The dam was built in 1931.", "Lake"]
    (question,) = questions
    assert question.question == "age of the dam"
    assert question.evidence == (Evidence("d1", 0, 26, region=True),)
    with pytest.raises(QuestionSetError, match=r"has no qrels/test\.tsv; the splits there: dev"):
        load_questions(beir, split="test")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("q1\td9\t1", "line 2: document 'd9' is not in corpus"),
        ("q9\td1\t1", "line 2: query 'q9' is not in queries"),
        ("q1 d1 1", "line 2: not query-id, corpus-id and score"),
    ],
)
def test_a_wrong_judgement_is_named(beir: Path, line: str, message: str) -> None:
    (beir / "qrels" / "dev.tsv").write_text(f"query-id\tcorpus-id\tscore\n{line}\n", "utf-8")
    with pytest.raises(QuestionSetError, match=message):
        load_questions(beir)


def test_a_blank_query_is_named(beir: Path) -> None:
    write_lines(beir / "queries.jsonl", [{"_id": "q1", "text": " "}])
    with pytest.raises(QuestionSetError, match=r"queries\.jsonl, line 1: 'text' is not a text"):
        load_questions(beir)


DOCUMENTS = {
    name: Document(name, text)
    for name, text in {
        "a.txt": "It rained. The vote was held. It rained.",
        "b.txt": "The vote was held. All agreed.",
    }.items()
}


def test_a_quote_is_evidence_wherever_it_stands() -> None:
    (spans,) = locate([Question("1", "?", ("It rained.",))], DOCUMENTS)
    assert spans == (Evidence("a.txt", 0, 10), Evidence("a.txt", 30, 40))
    (spans,) = locate([Question("1", "?", ("The vote was held.",), document="b.txt")], DOCUMENTS)
    assert spans == (Evidence("b.txt", 0, 18),)


@pytest.mark.parametrize(
    ("question", "message"),
    [
        (
            Question("1", "?", ("It snowed.",)),
            r"not stand in 'a\.txt', 'b\.txt'; quote the document word for word$",
        ),
        (Question("1", "?", ("it  rained.",)), r"'a\.txt' has it with other white space or capit"),
        (Question("1", "?", ("The vote was held.",)), r"stands in 'a\.txt', 'b\.txt'; name one"),
        (Question("1", "?", ("All agreed.",), document="a.txt"), r"does not stand in 'a\.txt'"),
        (Question("1", "?", document="c.txt"), r"document 'c\.txt' is not among those asked"),
        (Question("1", "?", (Evidence("a.txt", 3, 99),)), r"3-99 is no span of 'a\.txt'"),
        (Question("1", "?", (Evidence("c.txt", 3, 9),)), r"document 'c\.txt' is not among"),
    ],
)
def test_evidence_that_does_not_fit_is_an_error(question: Question, message: str) -> None:
    with pytest.raises(QuestionSetError, match=message) as caught:
        locate([question], DOCUMENTS)
    assert "\n" not in str(caught.value)


def test_several_problems_are_counted_in_one_line() -> None:
    wrong = [Question(str(place), "?", ("It snowed.",)) for place in range(3)]
    with pytest.raises(QuestionSetError, match=r"question '0': .* \(and 2 more such problems\)$"):
        locate(wrong, DOCUMENTS)
    with pytest.raises(QuestionSetError, match="id '1' is used twice"):
        locate([Question("1", "?"), Question("1", "!")], DOCUMENTS)
    for document in ("", "a.txt"):
        with pytest.raises(QuestionSetError, match=r"in 'a\.txt', which is not among"):
            asked = [Question("1", "?", ("It rained.",), document=document)]
            locate(asked, DOCUMENTS, ["b.txt"])


NUMBERS = "In 2012 it cost £400,000, carried by 45 votes to 12. The café sold 12 cakes at 12:30."
KANJI = "予算を承認した。"


@pytest.mark.parametrize(
    ("quote", "text", "places"),
    [
        ("12", NUMBERS, [NUMBERS.index("12. The"), NUMBERS.index("12 cakes")]),
        ("caf", NUMBERS, None),
        ("£40", NUMBERS, None),
        ("£400", NUMBERS, None),
        ("00,000", NUMBERS, None),
        (",000", NUMBERS, None),
        ("£400,000", NUMBERS, [NUMBERS.index("£")]),
        ("12.", NUMBERS, [NUMBERS.index("12. The")]),
        ("承認", KANJI, [3]),
    ],
)
def test_a_quote_is_not_found_inside_a_word_or_a_number(
    quote: str, text: str, places: list[int] | None
) -> None:
    documents = {"a.txt": Document("a.txt", text)}
    if places is None:
        with pytest.raises(QuestionSetError, match=r"inside a word or a number of 'a\.txt'; quote"):
            locate([Question("1", "?", (quote,))], documents)
    else:
        (spans,) = locate([Question("1", "?", (quote,))], documents)
        assert [span.start for span in spans] == places


def test_a_quote_is_looked_for_in_the_documents_asked() -> None:
    (spans,) = locate([Question("1", "?", ("The vote was held.",))], DOCUMENTS, ["b.txt"])
    assert spans == (Evidence("b.txt", 0, 18),)


def test_nothing_is_asked_before_the_set_is_checked(bot: Bot, tmp_path: Path) -> None:
    path = write_lines(
        tmp_path / "q.jsonl", [GOOD, GOOD | {"id": "b", "evidence": ["Nobody said this."]}]
    )
    asked: list[int] = []
    with pytest.raises(QuestionSetError, match=r"q\.jsonl, line 2: the quote 'Nobody said this\.'"):
        evaluate(bot, load_questions(path), progress=lambda done, of: asked.append(done))
    assert asked == []


@given(st.integers(0, 60), st.integers(1, 40), st.integers(0, 60), st.integers(1, 40))
def test_relevance_follows_the_contract(start: int, length: int, begin: int, long: int) -> None:
    passage, quote = range(start, start + length), range(begin, begin + long)
    shared = len(set(passage) & set(quote))
    covered = shared == long or (long > length and 2 * shared >= long)
    assert is_relevant("d", start, start + length, (Evidence("d", begin, begin + long),)) == covered
    within = shared > 0 and (shared == long or 2 * shared >= length)
    region = (Evidence("d", begin, begin + long, region=True),)
    assert is_relevant("d", start, start + length, region) == within
    assert not is_relevant("e", start, start + length, region)


@given(
    st.lists(st.tuples(st.integers(0, 60), st.integers(1, 30)), max_size=3),
    st.integers(0, 60),
    st.integers(1, 40),
)
def test_citations_support_what_they_cover_by_half(
    cited: list[tuple[int, int]], begin: int, long: int
) -> None:
    citations = [Citation("d", start, start + length, "") for start, length in cited]
    places = {place for start, length in cited for place in range(start, start + length)}
    shared = len(places & set(range(begin, begin + long)))
    quote = (Evidence("d", begin, begin + long),)
    region = (Evidence("d", begin, begin + long, region=True),)
    assert supports(citations, quote) == (2 * shared >= long)
    assert supports(citations, region) == (shared > 0 and 2 * shared >= len(places))


def test_what_is_cited_may_lie_in_several_regions() -> None:
    regions = tuple(Evidence("d", start, start + 100, region=True) for start in (0, 200, 400))
    inside = [Citation("d", start, start + 50, "") for start in (10, 210, 410)]
    outside = [Citation("d", start, start + 50, "") for start in (110, 310, 510)]
    assert supports(inside, regions) and supports([*inside, *outside], regions)
    assert not supports([*inside[:2], *outside], regions)
