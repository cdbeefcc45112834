"""Tell whether a question asks for something of the meeting as a whole, and for what.

"tl;dr?", "who sat at the table" and "so what came out of it" share no words; that they ask for the
gist, the participants and the decisions is told by a logistic regression on the question's own
vector, its words and pairs of words, fitted by `tests/benchmarks/fit_whole.py`; its weights are in
`whole.json`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal, NamedTuple

from bot.logistic import fits, terms
from bot.meeting.named import names_another
from embeddings.encoder import PACKAGED_SHA256
from embeddings.index import Index
from embeddings.query import Query
from embeddings.terms import plain_words, words

FITTED = Path(__file__).with_name("whole.json")
# "Was health care touched on?", "What did he say?" and "What were they?" ask about something in it,
# "Was anything decided?" does not.
_OF_SOMETHING = re.compile(
    r"(?:is|are|was|were|did|does|do|has|have|had)\b(?!.*\b(?:any|some)\w*\b)|"
    r".*\b(?:he|she|him|her)\b|what (?:is|are|was|were) (?:it|they|that|those|these|this)\W*$",
    re.IGNORECASE,
)
# Behind these stands what somebody wants to hear of, if not of the meeting itself.
_ON = re.compile(r"\b(?:about|on|regarding|concerning|during)\b(?P<what>.+)", re.IGNORECASE)
# Who is said to do something.
_DOING = re.compile(r"\b(?:did|does|has|have) (?:the )?(?P<who>\w+)", re.IGNORECASE)
# "What was not agreed?" and "Any disagreements?" ask for the opposite, of which only who was absent
# is told of a meeting as a whole. "I wasn't there, what was agreed?" does not.
_DENIED = re.compile(
    r"\b(?:what|which|any\w*)\b[^.,;:?!]*\b(?:(?:(?:can)?not|never|fail(?:s|ed)? to|unable to|"
    r"(?:is|are|was|were|do|does|did|has|have|had|could|would|ca|wo)n['’]?t)\b|"
    r"(?:dis|un)(?:agree|approv|decid|resolv|settl))",
    re.IGNORECASE,
)
# What was signed is a part of what was agreed, and is called so. "Sign off", "sign up" is agreeing.
_SIGNED = re.compile(r"\bsign(?:ed|ing)?\b(?! (?:up|off|on)\b)", re.IGNORECASE)
# "Who came and who didn't?" asks for those present, too, "Which members were away?" does not.
_BOTH = re.compile(r"\band\b|[,;&+/]", re.IGNORECASE)
# Behind it a sentence begins, with a capital in any case; but not behind "Mr.".
_OPENS = re.compile(r"(?:^|[?!]|\b[a-z]\w*\.)\W*$")
# "What time did it end?" asks for an hour, "How did it end?" for what was said at last.
_HOUR = re.compile(r"(?!.*\bhow\b).*\b(?:when|what (?:time|hour))\b", re.IGNORECASE)


class Kind(NamedTuple):
    """Something that may be asked of a meeting as a whole.

    The lines of its `"head"` tell it, or the sentences of its `"text"`. A short question is
    searched for `in_full`, for it shares no words with a record, or as it is said `in_minutes`,
    which have apologies; where `always`, so is every one.
    """

    told_by: Literal["head", "text"]
    in_full: str = ""
    in_minutes: str = ""
    always: bool = False
    of_anything: bool = False  # else of a meeting alone


KINDS = {
    "about": Kind("text"),  # the gist, the topics
    "decided": Kind("text"),  # what was agreed, what came of it
    "tasks": Kind("text"),  # who does what next
    "when": Kind("head", "When did the meeting take place?", of_anything=True),
    "until": Kind("head", "What time did the meeting end?", always=True, of_anything=True),
    "where": Kind("head", "Where did the meeting take place?", of_anything=True),
    "who": Kind("head", "Who attended the meeting?"),  # was there
    "absent": Kind(
        "head", "Who did not attend the meeting?", "Who sent apologies for absence?", always=True
    ),
    "end": Kind("text"),  # how it ended
    "signed": Kind("text", "What was signed?", always=True),
}
TOLD_BY_HEAD = frozenset(name for name, kind in KINDS.items() if kind.told_by == "head")
TOLD_BY_TEXT = KINDS.keys() - TOLD_BY_HEAD
ENOUGH = 0.5
CLEAR = 0.8


def asked_of_whole(
    query: Query,
    index: Index,
    documents: Sequence[str] | None = None,
    threshold: float = ENOUGH,
) -> dict[str, float]:
    """Return what of `KINDS` a question asks for, and how likely.

    "until" is when it ended, "signed" what was decided in writing.
    Nothing is returned for a question about something in the meeting or about another one, nor
    where the index has another encoder than the packaged one.
    """
    packaged = index.encoder.fingerprint == PACKAGED_SHA256
    # "xyz" and "Q & on" have few words that tell anything, and vectors near some gist or other.
    words_said = plain_words(query.text)
    known = sum(len(word) > 1 and _is_known(word) for word in words_said)
    if not packaged or 2 * known <= len(words_said) or _OF_SOMETHING.match(query.text):
        return {}
    on = _ON.search(query.text)
    if on and not all(map(_is_known, _telling(on["what"]))):
        return {}
    said, vector = terms(query.text), query.encoded.vector
    asked = {name: fit.likelihood(said, vector) for name, fit in fits(FITTED).items()}
    asked = {name: p for name, p in asked.items() if p >= max(ENOUGH, threshold)}
    if _DENIED.search(query.text):
        asked = {name: p for name, p in asked.items() if name in ("who", "absent")}
    if "decided" in asked and _SIGNED.search(query.text):
        asked["signed"] = asked.pop("decided")
    if {"who", "absent"} <= asked.keys() and not _BOTH.search(query.text):
        del asked[min("who", "absent", key=asked.__getitem__)]
    if "end" in asked and _HOUR.match(query.text):
        asked["until"] = asked.pop("end")
    if asked and (
        _names_a_stranger(query, index, documents) or names_another(query.text, index, documents)
    ):
        return {}
    return asked


def clearly_of_whole(asked: Mapping[str, float]) -> bool:
    """Say whether a question asks for the whole, even one that might lean on another."""
    return any(p >= CLEAR for name, p in asked.items() if not KINDS[name].of_anything)


def _names_a_stranger(query: Query, index: Index, documents: Sequence[str] | None) -> bool:
    """Say whether a question names somebody of whom the record knows nothing."""
    doing = _DOING.search(query.text)
    every = query.text.split()
    title_case = 2 * sum(word[0].isupper() for word in every) > len(every) > 1
    for word in query.words:
        said = query.text[word.start : word.end]
        opens = title_case or _OPENS.search(query.text[: word.start])
        named = said[0].isupper() and not said.isupper() and not opens
        does = doing is not None and word.start == doing.start("who")
        strange = named or ((does or title_case) and not _is_known(said.lower()))
        if word.stem and strange and not index.mentions(word.stem, documents):
            return True
    return False


def _telling(text: str) -> list[str]:
    """Return the words that say something, in small letters."""
    return [text[word.start : word.end].lower() for word in words(text) if word.stem]


def _is_known(word: str) -> bool:
    """Say whether a word tells anything."""
    return any(word in fit.terms for fit in fits(FITTED).values())
