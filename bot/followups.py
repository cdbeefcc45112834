"""Make a follow-up question stand alone, by rules over the questions before it.

Three kinds of follow-up are known:

- elliptic ("And Nicaragua?", "What about 2019?"): the earlier question, its topic swapped for the
new one;
- with a pronoun ("What did he say about it?"): the pronoun swapped for what was last spoken of;
- bare ("Why?", "Since when?"): the question put before the earlier topic.

Anything else has a topic of its own and is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from embeddings.terms import words

_ELLIPTIC = re.compile(
    r"(?:and|but|also|then|so|or)\b[\s,]*(?:(?:what|how) about|about|on|for|with|in|regarding)?\s+"
    r"(?P<a>[^?]*)\??$|(?:what|how) about\s+(?P<b>[^?]*)\??$",
    re.IGNORECASE,
)
# Asked of the meeting as a whole, whatever was spoken of last.
_WHOLE = re.compile(
    r"(?:please |can you |could you )*(?:summari[sz]e|sum up|"
    r"(?:give|show|tell)(?: me| us)? (?:an?|the) (?:\w+ )?(?:summary|overview)|"
    r"(?:which|what) (?:topics|subjects|issues|matters|points|items|themes) (?:were|did|came)\b|"
    r"(?:and |so )?who (?:else )?(?:was|were) (?:there|present)(?: at (?:the|this) meeting)?\W*$|"
    r"what did they (?:discuss|talk about|speak about)\W*$)",
    re.IGNORECASE,
)
_OPENER = re.compile(r"^(?:and|but|also|then|so|or)\b[\s,]+", re.IGNORECASE)
_ASKS = re.compile(
    r"(?:what|when|where|which|who|whom|whose|why|how|is|are|was|were|did|do|does|has|have|had|will|"
    r"would|can|could|should)\b(?! about)",
    re.IGNORECASE,
)
# "about X?" names what was spoken of by itself; what follows another preposition is only a part of
# it.
_ABOUT = re.compile(r"\b(?:about|on|regarding|concerning)\s+", re.IGNORECASE)
_TOPIC_AFTER = re.compile(
    r"\b(?:about|on|regarding|concerning|of|for|with|to|from|in|at|over|against)\s+(?!which|what|whom)",
    re.IGNORECASE,
)
_THING = re.compile(
    r"\b(?:it|this|that|them|they|these|those|there)\b(?!\s+(?:true|possible|clear))", re.I
)
_EXPLETIVE = re.compile(
    r"\b(?:is|was|are|were|has|have|be|been|will)\s+there\b|\b(?:this|that|these|those)\s+[a-z]+\w|"
    r"\b[a-z]+(?:ed|ned|ted|ve|s|say|said)\s+that\b(?=\s+\w)",
    re.IGNORECASE,
)
_PERSON = re.compile(r"\b(?P<subject>he|she)\b|\b(?P<object>him|her|his|hers)\b", re.IGNORECASE)
_NAME = re.compile(r"\b[A-Z][\w’'-]*(?:\s+(?:of\s+)?[A-Z][\w’'-]*)*")
_NUMBER = re.compile(r"\b\d[\d.,]*\b")
_ARTICLE = re.compile(r"\b(?:the|a|an)\s+$", re.IGNORECASE)
_UP_TO_ARTICLE = re.compile(r"\s+(?=(?:the|a|an)\s)", re.IGNORECASE)
# What "the" stands before is a person only if it ends as an office does.
_OFFICE = re.compile(
    r"(?:minister|president|chair|chair(?:man|woman|person)|secretary|ambassador|mayor|director|"
    r"commissioner|governor|senator|chancellor|premier|envoy|rapporteur|general|officer|chief)$",
    re.IGNORECASE,
)
# "They" who do this are the people at the meeting.
_PEOPLE_DO = re.compile(
    r"\s+(?:say|agree|discuss|talk|speak|mention|state|explain|express|confirm|note|add|raise|tell|"
    r"think|decide|plan|hope|want|intend|propose|promise|pledge|ask|expect|support|oppose|meet)\b",
    re.IGNORECASE,
)
# Verbs and adverbs that name no topic.
_EMPTY = frozenset(
    "say said agre discuss talk mention happen state explain express confirm note add last take "
    "place hold held come ask rais point tell told give gave mean long first next exact precis "
    "elabor detail els thing more reason view think opinion stand".split()
)


def standalone(question: str, earlier: Sequence[str]) -> str:
    """Return the question as it would be asked without the `earlier` standalone questions."""
    if not earlier or _WHOLE.match(question.strip()):
        return question
    previous = earlier[-1].strip()
    asked = question.strip()
    if (elliptic := _ELLIPTIC.fullmatch(asked)) and not _ASKS.match(_OPENER.sub("", asked)):
        return _swap_topic(previous, (elliptic["a"] or elliptic["b"] or "").strip())
    asked = _OPENER.sub("", asked)
    resolved = _resolve_person(asked, earlier)
    resolved = _resolve_thing(resolved, previous)
    if resolved == asked and not _has_topic(asked):
        return f"{asked.rstrip('?. ')}: {_topic(previous)}?"
    return resolved[0].upper() + resolved[1:] if resolved else question


def _swap_topic(previous: str, topic: str) -> str:
    """Ask the earlier question about another topic: a number, or what its topic was."""
    if not topic:
        return previous
    if _NUMBER.fullmatch(topic) and (numbers := list(_NUMBER.finditer(previous))):
        return previous[: numbers[-1].start()] + topic + previous[numbers[-1].end() :]
    start = _topic_start(previous)
    return previous[:start] + topic + "?" if start else f"{_frame(previous)} {topic}?"


def _resolve_person(question: str, earlier: Sequence[str]) -> str:
    pronoun = _PERSON.search(question)
    person = next((name for asked in reversed(earlier) if (name := _person(asked))), "")
    if not pronoun or not person or _names(question[: pronoun.start()]):
        return question
    swapped = f"{person}'s" if pronoun.group().lower() in {"his", "hers"} else person
    if pronoun.group().lower() == "her" and re.match(r"\s+\w", question[pronoun.end() :]):
        swapped = f"{person}'s"
    return question[: pronoun.start()] + swapped + question[pronoun.end() :]


def _resolve_thing(question: str, previous: str) -> str:
    expletives = [match.span() for match in _EXPLETIVE.finditer(question)]
    for pronoun in _THING.finditer(question):
        inside = any(start <= pronoun.start() < end for start, end in expletives)
        people = pronoun.group().lower() == "they" and _PEOPLE_DO.match(question, pronoun.end())
        ends = not re.search(r"\w", question[pronoun.end() :])
        # "Did Peru sign before it left?": what stands before the pronoun is what it means.
        own = _has_topic(question[: pronoun.start()]) and not ends
        topic = _topic(previous)
        if not inside and not people and not own and topic:
            return question[: pronoun.start()] + topic + question[pronoun.end() :]
    return question


def _topic_start(question: str) -> int:
    """Return where the topic of a question begins: after its last preposition; 0 if it has none."""
    places = [match.end() for match in _TOPIC_AFTER.finditer(question)]
    return next((place for place in places if _has_topic(question[place:])), 0)


def _topic(question: str) -> str:
    """Return what a question is about: what follows "about", or from its first telling word on."""
    for about in reversed(list(_ABOUT.finditer(question))):
        if _has_topic(question[about.end() :]):
            return question[about.end() :].rstrip("?.! ")
    telling = [word for word in words(question) if word.stem and word.stem not in _EMPTY]
    if not telling:
        return ""
    start = telling[0].start
    if article := _ARTICLE.search(question[:start]):
        start = article.start()
    elif len(telling) > 1 and (verb := _UP_TO_ARTICLE.match(question, telling[0].end)):
        start = verb.end()  # "Who attended the meeting?"
    return question[start : telling[-1].end]


def _frame(question: str) -> str:
    """Return the asking part of a question that names its topic without a preposition."""
    names = _names(question)
    return question[: question.rfind(names[-1])].rstrip() if names else question.rstrip("?. ")


def _names(text: str) -> list[str]:
    """Return the capitalised names in a question, the word that opens it left out."""
    found = []
    for match in _NAME.finditer(text):
        name = match.group()
        if match.start() == 0:
            first, _, name = name.partition(" ")
            if not name and not (words(first) and words(first)[0].stem):
                continue
            name = name or first
        if any(word.stem for word in words(name)):
            found.append(name)
    return found


def _person(question: str) -> str:
    """Return the last name in a question that is not what it asks about."""
    start = _topic_start(question)
    asking = question[:start] if start else question
    names = [
        name
        for name in _names(asking)
        if not name.isupper()
        and (_OFFICE.search(name) or not _ARTICLE.search(asking[: asking.rfind(name)]))
    ]
    return names[-1] if names else ""


def _has_topic(question: str) -> bool:
    return any(word.stem and word.stem not in _EMPTY for word in words(question))
