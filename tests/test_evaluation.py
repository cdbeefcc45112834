"""The exam on the real bot and the real record: reports, gates, comparisons, other bots."""

import json
import re
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot import Answer, Bot, Citation
from bot.evaluation import (
    Evidence,
    Question,
    QuestionSet,
    Report,
    ReportError,
    evaluate,
    load_questions,
    load_report,
)
from bot.evaluation.ablation import RANKINGS, UNJUDGED, UNREAD, WHOLE, StageRetriever, ablate
from bot.evaluation.compare import Comparison
from bot.evaluation.failures import FAILURES, classify
from bot.evaluation.gate import Limit, check, parse_limit
from bot.evaluation.html import render
from bot.evaluation.metrics import METRICS
from bot.evaluation.report import write
from bot.evaluation.summary import summarise
from bot.evaluation.tables import number
from bot.packaged import PACKAGED_QUESTIONS
from bot.reader import Reader
from embeddings import Document, Hit, Index, Passage, Retriever, SentenceTransformerEncoder


@pytest.fixture(scope="module")
def questions() -> QuestionSet:
    """Return every third packaged question: some of each sort."""
    return load_questions(PACKAGED_QUESTIONS)[::3]


@pytest.fixture(scope="module")
def report(bot: Bot, questions: QuestionSet) -> Report:
    return evaluate(bot, questions)


@pytest.fixture(scope="module")
def worse(bot: Bot, questions: QuestionSet) -> Report:
    """Return the report of a retriever that was worsened on purpose: BM25 alone."""
    retriever = StageRetriever(bot.retriever, RANKINGS["BM25"])
    return evaluate(Bot(retriever, threshold=bot.threshold, reader=None), questions)


@pytest.fixture(scope="module")
def comparison(report: Report, worse: Report) -> Comparison:
    return Comparison.of(report, worse)


def test_every_question_has_a_row(report: Report, questions: QuestionSet, bot: Bot) -> None:
    assert [one.id for one in report.questions] == [one.id for one in questions]
    assert report.counts["asked"] == report.counts["questions"] == len(questions)
    assert report.counts["follow_ups"] >= 3 and len(report.kinds) == 3
    (record,) = bot.documents.values()
    for one, question in zip(report.questions, questions, strict=True):
        assert one.answerable == bool(one.evidence) == bool(one.relevant) == question.answerable
        assert one.correct == (one.failure == "")
        assert one.hits and all(hit.id in report.passages for hit in one.hits)
        for quote in (*one.evidence, *one.citations):
            assert record.text[quote.start : quote.end] == quote.quote
        for hit in one.hits:
            text = report.passages[hit.id]
            assert hit.relevant == any(quote in text for quote in question.evidence)
    assert any(one.history and one.standalone_question != one.question for one in report.questions)
    assert report.metrics["success@5"] == 1


def test_two_runs_are_the_same_but_for_the_timings(
    report: Report, bot: Bot, questions: QuestionSet
) -> None:
    def untimed(one: Report) -> str:
        return Report.of(
            [replace(outcome, seconds=0.0) for outcome in one.questions],
            of=one.counts["questions"],
            passages=one.passages,
            environment=one.environment,
        ).to_json()

    assert untimed(evaluate(bot, questions)) == untimed(report)


def test_a_report_says_which_reader_read(bot: Bot, questions: QuestionSet, tmp_path: Path) -> None:
    assert bot.reader
    weights = tmp_path / "other.safetensors"
    shutil.copy(bot.reader.weights, weights)
    expected = json.loads(bot.reader.weights.with_suffix(".json").read_text("utf-8"))
    weights.with_suffix(".json").write_text(json.dumps({"sha256": expected["sha256"]}))
    some = QuestionSet(questions[:1])
    for reader, said in ((Reader(weights), expected["sha256"]), (None, None)):
        report = evaluate(Bot(bot.retriever, reader=reader), some)
        assert report.environment["reader_sha256"] == said


def test_json_has_what_the_contract_says(report: Report, tmp_path: Path) -> None:
    path = tmp_path / "new" / "report.json"
    write(path, report.to_json())
    data = json.loads(path.read_text("utf-8"))
    assert {"counts", "metrics", "questions", "environment"} <= data.keys()
    assert tuple(data["metrics"]) == METRICS
    assert data["environment"]["encoder"] == "all-MiniLM-L6-v2"
    assert data["environment"]["packages"].keys() >= {"openvino", "tokenizers", "PyStemmer"}
    assert data["environment"]["precision"] in ("f32", "bf16")
    fitted = {"reader.json", "judge.json", "aims.json", "ranking.json", "background.json"}
    assert data["environment"]["fitted"].keys() >= fitted
    assert len(data["environment"]["dataset"]["sha256"]) == 64
    assert load_report(path).to_json() == report.to_json()


@pytest.mark.parametrize(
    "text",
    ["", "{}", "[1]", "[" * 200_000, '{"questions": [{}]}', '{"questions": 3}'],
)
def test_what_is_no_report_is_an_error(text: str, tmp_path: Path) -> None:
    path = tmp_path / "old.json"
    path.write_text(text, "utf-8")
    with pytest.raises(ReportError, match=r"old\.json: not a report"):
        load_report(path)
    with pytest.raises(ReportError, match=r"none\.json: cannot be read"):
        load_report(tmp_path / "none.json")
    with pytest.raises(ReportError, match="cannot be written"):
        write(path / "below.json", "")


def test_the_table_shows_every_metric(report: Report) -> None:
    text = str(report)
    for name in METRICS:
        assert re.search(rf"^ {re.escape(name)} +\S+ +\S+ +{report.n[name]}$", text, re.MULTILINE)
    assert "near-miss" in text and max(map(len, text.splitlines())) <= 100
    assert "\x1b" not in text


def test_an_id_and_a_kind_are_shown_as_they_are(report: Report) -> None:
    ids = ["[/b]", "[red]x[/red]", "q:smile:"]
    rows = [
        replace(one, id=id, kind="near[miss]", answerable=False, correct=False, failure=FAILURES[0])
        for id, one in zip(ids, report.questions, strict=False)
    ]
    text = str(Report.of(rows, of=3, passages=report.passages, environment={}))
    assert " ".join(ids) in text and "near[miss]" in text


def test_ctrl_c_keeps_what_was_measured(bot: Bot, questions: QuestionSet) -> None:
    def stop(done: int, of: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    report = evaluate(bot, questions, progress=stop)
    assert report.partial and report.counts["asked"] == 2
    assert "PARTIAL: 2 of" in str(report)
    assert check(report) == [f"only 2 of {len(questions)} questions were asked"]
    assert Report.from_json(report.to_json()).partial
    assert report.metrics["auroc"] is None
    undefined, missed, _ = check(report, under=[Limit("auroc", 0.5), Limit("success@1", 1.1)])
    assert undefined.startswith("auroc: undefined") and missed.startswith("success@1 is 1, under")


def test_limits_are_read_and_kept(report: Report) -> None:
    assert parse_limit("ndcg@10=0.7") == Limit("ndcg@10", 0.7)
    for text, message in [
        ("ndcg@5=0.7", "no metric 'ndcg@5'; there are success@1, .*seconds_p95"),
        ("ndcg@10", "write a number"),
        ("ndcg@10=high", "write a number"),
        ("ndcg@10=nan", "write a number"),
    ]:
        with pytest.raises(ReportError, match=message):
            parse_limit(text)
    assert check(report, under=[Limit("success@5", 1.0), Limit("ece", 1.0)]) == []
    assert check(report, under=[Limit("success@5", 1.1), Limit("answer_chars", 1)]) == [
        "success@5 is 1, under the limit of 1.1",
        f"answer_chars is {report.metrics['answer_chars']:.4g}, above the limit of 1",
    ]
    with pytest.raises(ReportError, match="--baseline"):
        check(report, drop=[Limit("ndcg@10", 0.02)])


def test_a_gate_takes_the_value_that_the_table_shows(report: Report) -> None:
    values = {name: value for name, value in report.metrics.items() if value is not None}
    exact = [Limit(name, value) for name, value in values.items()]
    shown = [Limit(name, float(number(name, value))) for name, value in values.items()]
    assert len(exact) > 15 and check(report, under=[*exact, *shown]) == []


def test_a_gate_says_whether_the_bot_or_the_set_left_nothing(shelf: Bot) -> None:
    asked = [Question("1", "Who built it?", ("by Anna Berg",)), Question("2", "Who sold it?")]
    names = ("citation_precision", "answer_chars", "abstention_precision", "answer_f1")
    limits = [Limit(name, 0.5) for name in names]

    def told(threshold: float, questions: list[Question]) -> list[str]:
        lines = check(evaluate(Bot(shelf.retriever, threshold=threshold), questions), under=limits)
        return [line for line in lines if "undefined" in line]

    said = "{}: undefined, as {}".format
    unasked = said("answer_f1", "no question has a say in it; drop this gate")
    silent = [said(name, "it answered nothing") for name in names[:2]]
    assert told(1.1, asked) == [*silent, unasked]
    assert told(0.0, asked) == [said("abstention_precision", "it was never silent"), unasked]
    no_say = said("abstention_precision", "no question has a say in it; drop this gate")
    assert told(0.0, asked[:1]) == [no_say, unasked]


def test_a_worse_retriever_is_caught_and_the_flips_say_why(
    report: Report, worse: Report, comparison: Comparison
) -> None:
    change = comparison.changes["ndcg@10"]
    assert change.before == report.metrics["ndcg@10"] and change.after == worse.metrics["ndcg@10"]
    assert change.difference is not None and change.difference < -0.02 and change.interval
    assert change.interval[0] <= change.difference <= change.interval[1]
    (line,) = check(worse, comparison=comparison, drop=[parse_limit("ndcg@10=0.02")])
    assert line.startswith("ndcg@10 went from")
    assert check(worse, comparison=comparison, drop=[parse_limit("ndcg@10=0.9")]) == []
    assert comparison.broken
    text = " ".join(str(comparison).split())
    for flip in comparison.broken:
        assert flip.before.correct and not flip.after.correct and flip.why == flip.after.failure
        assert f"{flip.after.id} " in text and " ".join(flip.after.text.split()) in text


def test_a_report_against_itself_shows_no_change(report: Report, questions: QuestionSet) -> None:
    same = Comparison.of(report, report)
    assert not same.broken and not same.mended and same.left_out == 0
    defined = [change for change in same.changes.values() if change.before is not None]
    assert len(defined) > 15 and {change.difference for change in defined} == {0}
    assert not any(change.sure for change in same.changes.values())
    reworded = replace(report, questions=[replace(one, question="?") for one in report.questions])
    with pytest.raises(ReportError, match="none of these questions"):
        Comparison.of(report, reworded)


def test_the_stages_are_measured_alone(bot: Bot, questions: QuestionSet, report: Report) -> None:
    ablation = ablate(bot, questions[:4])
    assert list(ablation.reports) == [*RANKINGS, UNREAD, WHOLE, UNJUDGED]
    assert ablation.reports[UNJUDGED].metrics["coverage"] == 1
    rows = [one.to_row() for one in ablation.reports[WHOLE].questions]
    expected = [one.to_row() for one in report.questions[:4]]
    for row in (*rows, *expected):
        del row["seconds"]
    assert rows == expected
    for name in ("dense", "lexical"):
        own = ablation.reports["dense" if name == "dense" else "BM25"]
        for one in own.questions:
            scores = [getattr(hit, name) for hit in one.hits]
            assert scores == sorted(scores, reverse=True)
    assert all(name in str(ablation) for name in ablation.reports)


def test_ctrl_c_before_a_stages_first_answer_keeps_those_before(
    bot: Bot, questions: QuestionSet
) -> None:
    class Interrupted(Reader):
        def read(self, *question: Any, **options: Any) -> list[Hit]:
            raise KeyboardInterrupt

    stopped = Bot(bot.retriever, reader=Interrupted())
    assert list(ablate(stopped, questions[:2]).reports) == [*RANKINGS, UNREAD]


@pytest.mark.parametrize(
    ("facts", "failure"),
    [
        ("unanswerable answered", "answered though unanswerable"),
        ("answerable answered first retrieved", "another sentence chosen"),
        ("answerable first retrieved", "right but refused"),
        ("answerable answered", "not retrieved"),
        ("answerable", "not retrieved"),
        ("answerable answered follow_up retrieved", "follow-up misread"),
        ("answerable answered follow_up first retrieved", "another sentence chosen"),
    ],
)
def test_failures_are_told_apart(facts: str, failure: str) -> None:
    said = {
        name: name in facts.split()
        for name in ("answerable", "answered", "follow_up", "first", "retrieved")
    }
    assert classify(**said) == failure


@pytest.fixture(scope="module")
def shelf(encoder: SentenceTransformerEncoder) -> Bot:
    """Return a bot on two small documents that share a sentence."""
    texts = {
        "dam.txt": "The dam on the river Arlo was built in 1931 by Anna Berg.\n\nIt is closed.",
        "mill.txt": "The mill in Ostby was built in 1870 by the Holm family.\n\nIt is closed.",
    }
    documents = [Document(name, text) for name, text in texts.items()]
    return Bot(Retriever(Index.build(documents, encoder=encoder)), threshold=0.0)


def test_questions_keep_to_their_documents(shelf: Bot) -> None:
    asked = [
        Question("1", "Who built it?", ("by Anna Berg",), document="dam.txt", only_document=True),
        Question("2", "Who built it?", ("by the Holm family",), document="mill.txt"),
    ]
    report = evaluate(shelf, asked)
    documents = [{hit.document_id for hit in one.hits} for one in report.questions]
    assert documents == [{"dam.txt"}, {"dam.txt", "mill.txt"}]
    report = evaluate(shelf, asked[1:], documents=["mill.txt"])
    assert {hit.document_id for hit in report.questions[0].hits} == {"mill.txt"}


def test_a_question_that_cannot_be_asked_is_not_answered(shelf: Bot) -> None:
    report = evaluate(shelf, [Question("1", "dam " * 3000, ("It is closed.",), document="dam.txt")])
    (one,) = report.questions
    assert not one.answered and one.failure == "not retrieved" and "characters" in one.text


class KeywordBot:
    """Be another bot: the sentence that shares most words with the question, no index, no chat."""

    def __init__(self, documents: dict[str, Document]) -> None:
        self.documents = documents

    def ask(self, question: str) -> Answer:
        words = set(question.lower().split())
        found = [
            (len(words & set(match.group().lower().split())), document.id, match)
            for document in self.documents.values()
            for match in re.finditer(r"[^\s.][^.]+\.", document.text)
        ]
        hits = [
            Hit(Passage(name, match.start(), match.end(), match.group(), ()), shared, 0.0, 0.0, 0.0)
            for shared, name, match in sorted(found, key=lambda one: -one[0])
        ]
        best = hits[0].passage
        quote = Citation(best.document_id, best.start, best.end, best.text)
        confidence = hits[0].score / len(words)
        return Answer(question, question, True, best.text, confidence, (quote,), tuple(hits), 0.0)


def test_any_object_that_answers_sits_the_same_exam(shelf: Bot) -> None:
    asked = [
        Question("1", "who built the dam", (Evidence("dam.txt", 46, 56),), ("Anna Berg",)),
        Question("2", "who built the mill", ("by the Holm family",), history=("Where is it?",)),
        Question("3", "who sold the boat", kind="other"),
    ]
    report = evaluate(KeywordBot(shelf.documents), asked)
    assert report.metrics["success@1"] == report.metrics["answer_hit"] == 1
    assert report.failures["answered though unanswerable"] == 1
    assert report.environment["passages"] is None
    assert [len(one.relevant) for one in report.questions] == [1, 1, 0]


def test_the_short_answer_and_the_yes_are_measured(shelf: Bot) -> None:
    class Terse(KeywordBot):
        def ask(self, question: str) -> Answer:
            short = Citation("dam.txt", 46, 55, "Anna Berg")
            return replace(super().ask(question), short=short, yes=True)

    built = ("was built in 1931 by Anna Berg",)
    asked = [
        Question("1", "who built the dam", built, ("the Anna Berg.",)),
        Question("2", "who built the dam on the river", built, ("Anna Holm", "1931")),
        Question("3", "who sold the dam"),
        Question("4", "who built the dam in 1931", built),
    ]
    report = evaluate(Terse(shelf.documents), asked)
    assert report.n["short_em"] == report.n["short_f1"] == 3 and report.n["yes_precision"] == 4
    assert report.metrics["short_em"] == pytest.approx(1 / 3, abs=1e-6)
    assert report.metrics["short_f1"] == pytest.approx(1.5 / 3, abs=1e-6)
    assert report.metrics["yes_precision"] == 3 / 4
    assert Report.from_json(report.to_json()).questions == report.questions
    plain = evaluate(KeywordBot(shelf.documents), asked)
    assert plain.metrics["short_em"] is None and plain.metrics["yes_precision"] is None
    older = json.loads(plain.to_json())
    for row in older["questions"]:
        del row["short"], row["yes"]
    assert Report.from_json(json.dumps(older)) == plain


@pytest.mark.parametrize(("right", "of"), [(46, 50), (49, 50), (45, 50), (7, 10)])
def test_a_drop_of_just_the_size_allowed_passes(shelf: Bot, right: int, of: int) -> None:
    class Tiring(KeywordBot):
        awake = right

        def ask(self, question: str) -> Answer:
            self.awake -= 1
            answer = super().ask(question)
            return answer if self.awake >= 0 else replace(answer, answered=False, citations=())

    asked = [
        Question(str(place), "who built the mill", ("by the Holm family",)) for place in range(of)
    ]
    sooner = Tiring(shelf.documents)
    sooner.awake -= 1
    report = evaluate(sooner, asked)
    compared = Comparison.of(evaluate(Tiring(shelf.documents), asked), report)
    assert check(report, comparison=compared, drop=[Limit("answer_hit", 1 / of)]) == []
    (line,) = check(report, comparison=compared, drop=[Limit("answer_hit", 0.9 / of)])
    assert line.startswith("answer_hit went from")


def test_a_bot_that_cannot_be_graded_is_told_so(shelf: Bot) -> None:
    class Liar(KeywordBot):
        def ask(self, question: str) -> Answer:
            answer = super().ask(question)
            return replace(answer, citations=(replace(answer.citations[0], quote="Lies."),))

    class Braggart(KeywordBot):
        def ask(self, question: str) -> Answer:
            return replace(super().ask(question), confidence=1.5)

    asked = [Question("1", "who built the dam")]
    with pytest.raises(ValueError, match=r"cited 'Lies\.', which is not at"):
        evaluate(Liar(shelf.documents), asked)
    with pytest.raises(ValueError, match="must be a probability"):
        evaluate(Braggart(shelf.documents), asked)


def test_the_page_needs_nothing_and_escapes_all(comparison: Comparison, worse: Report) -> None:
    evil = "<script>alert('x')</script> & \"quotes\""
    rows: Sequence = [
        replace(one, question=evil, text=evil, kind=evil, id=f"{evil}{place}")
        for place, one in enumerate(worse.questions)
    ]
    page = render(replace(worse, questions=rows), comparison)
    assert page == render(replace(worse, questions=rows), comparison)
    assert "alert('x')" not in page and page.count("<script") == 1
    assert page.count("<svg") == 3 and "threshold in use" in page
    addresses = re.findall(r"(?:https?:)?//[\w.-]+\.\w+[^\s\"']*", page)
    assert {address for address in addresses if "www.w3.org" not in address} == set()
    assert not re.findall(r"(?:src|href)=\"(?!#)", page)
    for one in worse.questions:
        assert f'data-confidence="{one.confidence}"' in page


def test_the_summary_is_markdown(comparison: Comparison, worse: Report) -> None:
    text = summarise(worse, comparison)
    assert all(f"\n| {name} | " in text for name in METRICS)
    assert "**Broken since the baseline" in text and "<details>" in text
    said = "@all <b>| `x`</b>\n# y"
    evil = [replace(one, id=said, question=said) for one in worse.questions]
    text = summarise(replace(worse, questions=evil))
    assert "<b>" not in text and "\n# y" not in text and "@all" not in text


def test_a_report_of_nothing_is_still_a_report(bot: Bot) -> None:
    report = evaluate(bot, [])
    assert set(report.metrics.values()) == {None} and set(report.n.values()) == {0}
    assert "0 questions" in str(report) and "0 questions" in render(report)
    assert summarise(report)
