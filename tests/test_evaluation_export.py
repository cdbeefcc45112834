"""The field's own tools, given the exported files, get the report's figures to four decimals."""

import json
import re
import string
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import ir_measures
import pytest
from test_evaluation_questions import QMSUM, SQUAD

from bot import Bot
from bot.evaluation import Report, evaluate, load_questions
from bot.evaluation.export import FILES, export
from bot.evaluation.metrics import RETRIEVAL
from bot.packaged import PACKAGED_QUESTIONS
from embeddings import Document, Index, Retriever, SentenceTransformerEncoder

SHARED = Path(__file__).parent.parent.parent / "shared" / "data"
ASKED = 24
# On the shortest article or meeting, as a long one takes a minute to index.
ASKED_ON_CARRIED = 40


def report_on(path: Path, encoder: SentenceTransformerEncoder, record: Document) -> Report:
    questions = load_questions(path)
    if questions.documents:
        document = min(
            filter(lambda one: one.text, questions.documents), key=lambda one: len(one.text)
        )
        own = tuple(one for one in questions if one.document == document.id)
        asked = replace(questions, questions=own[:ASKED_ON_CARRIED], documents=(document,))
    else:
        asked = questions[:: len(questions) // ASKED]
    bot = Bot(Retriever(Index.build(asked.documents or [record], encoder=encoder)))
    return evaluate(bot, asked)


def official_squad(folder: Path) -> dict[str, float]:
    """Score the files as SQuAD 2.0's own script does, from its published formulas.

    Of the unanswerable questions an empty prediction scores 1, any other 0; the AUROC is that of
    na_prob telling them apart.
    """
    dataset, predictions, na_prob = (
        json.loads((folder / name).read_text("utf-8"))
        for name in ("squad.json", "predictions.json", "na_prob.json")
    )

    def normalize(text: str) -> list[str]:
        text = "".join(letter for letter in text.lower() if letter not in set(string.punctuation))
        return re.sub(re.compile(r"\b(a|an|the)\b", re.UNICODE), " ", text).split()

    def f1(gold: str, said: str) -> float:
        gold_tokens, tokens = normalize(gold), normalize(said)
        same = sum((Counter(gold_tokens) & Counter(tokens)).values())
        if not gold_tokens or not tokens:
            return float(gold_tokens == tokens)
        if not same:
            return 0.0
        precision, recall = same / len(tokens), same / len(gold_tokens)
        return 2 * precision * recall / (precision + recall)

    scores: dict[bool, list[float]] = {True: [], False: []}
    probabilities: dict[bool, list[float]] = {True: [], False: []}
    for article in dataset["data"]:
        for paragraph in article["paragraphs"]:
            for entry in paragraph["qas"]:
                answers = [answer["text"] for answer in entry["answers"]]
                golds = [gold for gold in answers if normalize(gold)] or [""]
                has = bool(entry["answers"])
                assert has != entry["is_impossible"]
                scores[has].append(max(f1(gold, predictions[entry["id"]]) for gold in golds))
                probabilities[has].append(na_prob[entry["id"]])
    found = {
        name: sum(own) / len(own)
        for name, own in (("HasAns_f1", scores[True]), ("NoAns_f1", scores[False]))
        if own
    }
    pairs = [(yes, no) for yes in probabilities[True] for no in probabilities[False]]
    if pairs:
        found["auroc"] = sum((yes < no) + (yes == no) / 2 for yes, no in pairs) / len(pairs)
    return found


def write(folder: Path, name: str, content: Any) -> Path:
    path = folder / name
    path.write_text(json.dumps(content), "utf-8")
    return path


@pytest.fixture(params=["packaged", "squad", "qmsum", "shared squad", "shared qmsum"])
def questions_file(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    shared = {"shared squad": "squad-tune.json", "shared qmsum": "qmsum-val.jsonl"}
    if request.param in shared:
        path = SHARED / shared[request.param]
        if not path.exists():
            pytest.skip(f"{path} is not part of the project: it has data of others")
        return path
    return {
        "packaged": lambda: PACKAGED_QUESTIONS,
        "squad": lambda: write(tmp_path, "my squad.json", SQUAD),
        "qmsum": lambda: write(tmp_path, "my meetings.jsonl", QMSUM),
    }[request.param]()


def test_the_fields_tools_reproduce_the_report(
    questions_file: Path, encoder: SentenceTransformerEncoder, record: Document, tmp_path: Path
) -> None:
    report = report_on(questions_file, encoder, record)
    folder = tmp_path / "export"
    assert export(report, folder) == [folder / name for name in FILES]

    qrels = list(ir_measures.read_trec_qrels(str(folder / "qrels.txt")))
    run = list(ir_measures.read_trec_run(str(folder / "run.txt")))
    measures = {ir_measures.parse_measure(name): key for key, name in RETRIEVAL.items()}
    for measure, value in ir_measures.calc_aggregate(list(measures), qrels, run).items():
        assert value == pytest.approx(report.metrics[measures[measure]], abs=5e-5), measure
    by_question: dict[str, list[float]] = {}
    for line in run:
        by_question.setdefault(line.query_id, []).append(line.score)
    for scores in by_question.values():
        assert scores == sorted(set(scores), reverse=True)

    found = official_squad(folder)
    assert found["HasAns_f1"] == pytest.approx(report.metrics["answer_f1"], abs=5e-5)
    if report.counts["unanswerable"]:
        assert found["NoAns_f1"] == pytest.approx(report.metrics["abstention_recall"], abs=5e-5)
        with_answers = all(one.answers for one in report.questions if one.answerable)
        if with_answers:
            assert found["auroc"] == pytest.approx(report.metrics["auroc"], abs=5e-5)


def test_a_question_without_relevant_passages_or_an_answer_is_told(
    encoder: SentenceTransformerEncoder, tmp_path: Path
) -> None:
    document = Document("my notes %.txt", "Notes\n\nThe dam was built in 1931 by Anna Berg.")
    row = {"id": "the title", "question": "What are these?", "evidence": ["Notes"]}
    dam = {"id": "dam", "question": "Who built the dam?", "evidence": ["Anna Berg"]}
    path = tmp_path / "q.jsonl"
    boat = {"id": "boat", "question": "Who sold it?", "evidence": [], "answers": ["no one"]}
    path.write_text("\n".join(map(json.dumps, (row, dam, boat))), "utf-8")
    report = evaluate(
        Bot(Retriever(Index.build([document], encoder=encoder))), load_questions(path)
    )
    assert report.counts["without_relevant_passage"] == 1
    assert "1 whose evidence no passage holds" in " ".join(str(report).split())
    assert report.metrics["success@5"] == 0.5
    export(report, tmp_path)
    squad = json.loads((tmp_path / "squad.json").read_text("utf-8"))
    (asked,) = squad["data"][0]["paragraphs"][0]["qas"]  # SQuAD's script goes by the answers
    assert asked["is_impossible"] and asked["answers"] == []
    assert (tmp_path / "qrels.txt").read_text("utf-8").splitlines() == [
        "the%20title 0 none 0",
        "dam 0 my%20notes%20%25.txt:7-46 1",
    ]
    qrels = ir_measures.read_trec_qrels(str(tmp_path / "qrels.txt"))
    run = ir_measures.read_trec_run(str(tmp_path / "run.txt"))
    assert ir_measures.calc_aggregate([ir_measures.Success @ 5], qrels, run) == {
        ir_measures.Success @ 5: 0.5
    }
