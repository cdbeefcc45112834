"""The metrics against their formulas, written a second time, on whatever Hypothesis thinks of."""

import collections
import math
import re
import string
import subprocess
import sys
from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import Citation
from bot.evaluation import Outcome, Report
from bot.evaluation.compare import Comparison
from bot.evaluation.failures import FAILURES
from bot.evaluation.intervals import paired_intervals, sign_test, unit, wilson
from bot.evaluation.metrics import (
    METRICS,
    auroc,
    expected_calibration_error,
    score_retrieval,
)
from bot.evaluation.outcomes import Ranked
from bot.evaluation.squad import normalise, token_f1

SHARES = st.floats(0, 1).map(lambda value: round(value, 6))
TEXTS = st.text(alphabet="abThe an. ,\u00e9\u2019-1 ", max_size=30)


def squad_f1(prediction: str, golds: list[str]) -> float:
    """SQuAD 2.0's F1, from its description: normalise, bags of tokens, the best gold answer."""

    def tokens(text: str) -> list[str]:
        text = "".join(letter for letter in text.lower() if letter not in string.punctuation)
        return re.sub(r"\b(a|an|the)\b", " ", text, flags=re.UNICODE).split()

    golds = [gold for gold in golds if tokens(gold)] or [""]
    best = 0.0
    for gold in golds:
        said, meant = tokens(prediction), tokens(gold)
        common = sum((collections.Counter(said) & collections.Counter(meant)).values())
        if not said or not meant:
            best = max(best, float(said == meant))
        elif common:
            precision, recall = common / len(said), common / len(meant)
            best = max(best, 2 * precision * recall / (precision + recall))
    return best


@given(TEXTS, st.lists(TEXTS, max_size=3))
def test_token_f1_is_squads(text: str, answers: list[str]) -> None:
    assert token_f1(text, answers) == pytest.approx(squad_f1(text, answers))


@given(TEXTS)
def test_token_f1_of_the_answer_itself_is_one(text: str) -> None:
    assert token_f1(f"The {text.upper()}!", [text]) == 1
    assert normalise(normalise(text)) == normalise(text)


def test_token_f1_by_hand() -> None:
    assert token_f1("It was on August 14, 2018.", ["August 14"]) == pytest.approx(2 * 2 / (6 + 2))
    assert token_f1("nothing of it", ["August 14"]) == 0
    assert token_f1("", ["August 14"]) == 0
    assert token_f1("", ["the"]) == 1


@given(st.lists(SHARES, min_size=1, max_size=12), st.lists(SHARES, min_size=1, max_size=12))
def test_auroc_counts_the_pairs(positive: list[float], negative: list[float]) -> None:
    pairs = list(product(positive, negative))
    expected = sum((p > n) + (p == n) / 2 for p, n in pairs) / len(pairs)
    assert auroc(np.array(positive), np.array(negative)) == pytest.approx(expected)


@given(st.lists(st.tuples(SHARES, st.booleans()), min_size=1, max_size=30))
def test_calibration_error_bin_by_bin(rows: list[tuple[float, bool]]) -> None:
    bins = collections.defaultdict(list)
    for confidence, truth in rows:
        bins[min(int(confidence * 10), 9)].append((confidence, truth))
    expected = sum(
        len(own)
        / len(rows)
        * abs(sum(c for c, _ in own) / len(own) - sum(t for _, t in own) / len(own))
        for own in bins.values()
    )
    found = expected_calibration_error(
        np.array([c for c, _ in rows]), np.array([t for _, t in rows], dtype=bool)
    )
    assert found == pytest.approx(expected)
    assert 0 <= found <= 1


PASSAGES = st.lists(st.sampled_from("abcdefghijklmn"), unique=True, max_size=12)


@given(st.dictionaries(st.sampled_from("1234"), st.tuples(PASSAGES, PASSAGES), min_size=1))
def test_retrieval_is_as_the_formulas_say(rows: dict[str, tuple[list[str], list[str]]]) -> None:
    scores = score_retrieval(
        {question: relevant for question, (relevant, _) in rows.items()},
        {question: found for question, (_, found) in rows.items()},
    )
    assert scores.keys() == rows.keys()
    for question, (relevant, found) in rows.items():
        gains = [float(passage in relevant) for passage in found[:10]]
        ranks = [rank for rank, gain in enumerate(gains, start=1) if gain]
        ideal = sum(1 / math.log2(rank + 1) for rank in range(1, min(10, len(relevant)) + 1))
        gained = sum(1 / math.log2(rank + 1) for rank in ranks)
        own = scores[question]
        for k in (1, 3, 5):
            assert own[f"success@{k}"] == float(any(rank <= k for rank in ranks))
        assert own["mrr@10"] == pytest.approx(1 / ranks[0] if ranks else 0)
        assert own["ndcg@10"] == pytest.approx(gained / ideal if ideal else 0)


@st.composite
def outcomes(draw: st.DrawFn, documents: int = 1) -> list[Outcome]:
    """Draw the outcomes of an exam, consistent in themselves."""
    found = []
    for place in range(draw(st.integers(1, 12))):
        answerable, answered = draw(st.booleans()), draw(st.booleans())
        hit = answerable and answered and draw(st.booleans())
        correct = hit if answerable else not answered
        quote = Citation("a", 3, 9, draw(st.text(max_size=8)), "item 1")
        scores = dict.fromkeys(METRICS[:5], draw(SHARES)) if answerable else {}
        if answerable:
            scores |= {"answer_hit": float(hit), "answer_f1": draw(SHARES)}
        if answered:
            scores["answer_chars"] = float(draw(st.integers(1, 400)))
        found.append(
            Outcome(
                id=f"q{place}",
                question=draw(st.text(max_size=20)),
                history=tuple(draw(st.lists(st.text(max_size=9), max_size=2))),
                standalone_question="?",
                document=f"d{draw(st.integers(1, documents))}",
                kind="" if answerable else draw(st.sampled_from(["", "other", "near-miss"])),
                answerable=answerable,
                evidence=(quote,) if answerable else (),
                answers=("x",) if answerable else (),
                answered=answered,
                correct=correct,
                confidence=draw(SHARES),
                text=draw(st.text(max_size=20)),
                citations=(quote,) if answered else (),
                supported=int(hit),
                hits=(Ranked("a", 0, 20, 0.5, 0.4, 0.3, hit),),
                relevant=("a:0-20",) if answerable else (),
                scores=scores,
                failure="" if correct else draw(st.sampled_from(FAILURES)),
                seconds=draw(SHARES),
            )
        )
    return found


def report_of(rows: list[Outcome]) -> Report:
    return Report.of(rows, of=len(rows), passages={"a:0-20": "text"}, environment={"seed": 1})


@settings(deadline=None)
@given(outcomes())
def test_metrics_are_the_contracts_formulas(rows: list[Outcome]) -> None:
    report = report_of(rows)
    assert tuple(report.metrics) == tuple(report.n) == METRICS

    def share(part: float, whole: float) -> float | None:
        return pytest.approx(part / whole, abs=1e-6) if whole else None

    answerable = [one for one in rows if one.answerable]
    unanswerable = [one for one in rows if not one.answerable]
    silent = [one for one in rows if not one.answered]
    right = [one for one in silent if not one.answerable]
    answered = [one for one in rows if one.answered]
    has_unanswerable = bool(unanswerable)
    expected = {
        "answer_hit": share(sum(one.scores["answer_hit"] for one in answerable), len(answerable)),
        "answer_f1": share(sum(one.scores["answer_f1"] for one in answerable), len(answerable)),
        "answer_chars": share(sum(one.scores["answer_chars"] for one in answered), len(answered)),
        "citation_precision": share(
            sum(one.supported for one in rows), sum(len(one.citations) for one in rows)
        ),
        "abstention_precision": share(len(right), len(silent) * has_unanswerable),
        "abstention_recall": share(len(right), len(unanswerable)),
        "abstention_f1": share(
            2 * len(right), (len(silent) + len(unanswerable)) * has_unanswerable
        ),
        "coverage": share(sum(one.answered for one in answerable), len(answerable)),
    }
    assert {name: report.metrics[name] for name in expected} == expected
    for name in METRICS[:5]:
        assert report.metrics[name] == share(
            sum(one.scores[name] for one in answerable), len(answerable)
        )
    for name, value in report.metrics.items():
        assert (value is None) == (report.n[name] == 0), name
        if value is not None and name not in ("answer_chars", "seconds_p50", "seconds_p95"):
            assert 0 <= value <= 1
    assert sum(kind["n"] for kind in report.kinds.values()) == len(unanswerable)
    assert sum(report.failures.values()) == sum(not one.correct for one in rows)


@settings(max_examples=10, deadline=None)
@given(outcomes(documents=9))
def test_a_report_comes_back_from_json(rows: list[Outcome]) -> None:
    report = report_of(rows)
    text = report.to_json()
    again = Report.from_json(text)
    assert again == report
    assert again.to_json() == text


@settings(max_examples=10, deadline=None)
@given(outcomes(documents=9))
def test_intervals_hold_together(rows: list[Outcome]) -> None:
    report = report_of(rows)
    assert tuple(report.intervals) == METRICS
    for name, found in report.intervals.items():
        if found is not None:
            assert found[0] <= found[1]
        assert (report.metrics[name] is None) <= (found is None), name
    same = paired_intervals(rows, rows)
    assert all(found in (None, (0.0, 0.0)) for found in same.values())
    assert unit(rows) == ("documents" if len({one.document for one in rows}) >= 5 else "questions")


@settings(max_examples=1, deadline=None)
@given(outcomes())
def test_a_question_of_no_document_is_drawn_beside_the_documents(rows: list[Outcome]) -> None:
    alike = [
        replace(rows[0], document=f"d{place}", answerable=True, answered=place % 2 == 0)
        for place in range(12)
        for _ in range(8)
    ]
    both = [*alike, replace(rows[0], document="")]
    assert unit(alike) == unit(both) == "documents"
    low, high = report_of(alike).intervals["coverage"] or (0, 0)
    narrower, wider = report_of(both).intervals["coverage"] or (0, 0)
    assert wider - narrower > 0.8 * (high - low)  # half of it where all are drawn alone


@given(st.integers(0, 60), st.integers(0, 60))
def test_wilsons_interval_ends_where_the_share_is_a_surprise(right: int, wrong: int) -> None:
    if n := right + wrong:
        low, high = wilson(right / n, n)
        assert 0 <= low < high <= 1
        assert low - 1e-9 <= right / n <= high + 1e-9
        for edge in (one for one in (low, high) if 1e-9 < one < 1 - 1e-9):
            off = abs(right / n - edge) / math.sqrt(edge * (1 - edge) / n)
            assert off == pytest.approx(1.96, abs=0.01)


def test_few_and_faultless_questions_prove_little() -> None:
    assert wilson(1.0, 64)[0] == pytest.approx(0.943, abs=5e-4)
    for lost, chance in ((0, 1.0), (1, 1.0), (4, 0.125), (5, 0.0625), (6, 0.03125)):
        assert sign_test(np.ones(64), np.arange(64) >= lost) == pytest.approx(chance)


@settings(max_examples=1, deadline=None)
@given(outcomes())
def test_a_change_is_sure_where_enough_flipped(rows: list[Outcome]) -> None:
    def exam(broken: int, of: int) -> Report:
        return report_of(
            [
                replace(
                    rows[0],
                    id=f"q{place}",
                    answerable=True,
                    answers=(),
                    evidence=(),
                    answered=True,
                    scores={"answer_hit": float(place >= broken)},
                    seconds=float(broken),
                )
                for place in range(of)
            ]
        )

    for broken, of, sure in ((1, 1, False), (3, 3, False), (4, 64, False), (6, 64, True)):
        changes = Comparison.of(exam(0, of), exam(broken, of)).changes
        assert changes["answer_hit"].sure == sure
        assert not changes["seconds_p50"].sure
        assert of >= 5 or exam(0, of).intervals["answer_hit"] is None
    assert exam(0, 64).intervals["answer_hit"] == (0.943376, 1.0)


def test_the_import_is_light() -> None:
    heavy = "matplotlib scipy sklearn ir_measures rich torch jinja2 faiss gradio".split()
    code = f"import sys, bot.evaluation; print([m for m in {heavy} if m in sys.modules])"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
