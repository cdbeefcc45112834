"""Make a follow-up question stand alone, from the questions before it, without a language model.

Where the question before it names one thing, "What was said about Venezuela?", that is put in the
place of a pronoun, or another thing in its place ("And Nicaragua?"). Any other question that leans
on those before it, by `bot.leaning`, is searched for with what they ask about beside it. All else
has a topic of its own and is left alone, so that a new topic drops the old one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.leaning import leans
from embeddings.terms import Word, fold, plain_words, stem, words

# Of a conversation so many telling words are searched for beside a question, the last ones.
MOST_WORDS = 10
# What a question is about is called by so many words; more are half a sentence.
MOST_OF_TOPIC = 5

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
# "on Sunday" and "on 3 May" say when, not what it is about.
_DAY = re.compile(
    r"(?:(?:the )?\d|(?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:jan|febr)uary|march|april|may\b|"
    r"june|july|august|(?:septem|octo|novem|decem)ber)",
    re.IGNORECASE,
)
_COURTESIES = plain_words(
    "thanks thank thx you very much many a lot all ok okay right hello hi hey bye goodbye great "
    "good fine yes no sure cool perfect nice please sorry well i see got it that is interesting"
)
# Verbs and adverbs that name no topic.
_EMPTY = frozenset(
    "say said agre discuss talk mention happen state explain express confirm note add last take "
    "place hold held come ask rais point tell told give gave mean long first next exact precis "
    "elabor detail els thing more reason view think opinion stand".split()
)


@dataclass(frozen=True, slots=True)
class FollowUp:
    """Be a question to search for, and the words of the conversation that it leans on, if any."""

    question: str
    context: str = ""


def read_follow_up(question: str, earlier: Sequence[FollowUp]) -> FollowUp:
    """Return how a question is to be read after `earlier` ones."""
    asked = question.strip()
    if not earlier or _WHOLE.match(asked):
        return FollowUp(question)
    previous = earlier[-1]
    bare = _OPENER.sub("", asked)
    people = [one.question for one in earlier]
    context = _context(previous)
    if (elliptic := _ELLIPTIC.fullmatch(asked)) and not _ASKS.match(bare):
        another = (elliptic["a"] or elliptic["b"] or "").strip()
        framed = next((one.question for one in reversed(earlier) if not one.context), "")
        if swapped := _swap_topic(framed, another):
            return FollowUp(swapped)
        if context and words(another):
            return FollowUp(bare, context)
    if not previous.context and (topic := _plain_topic(previous.question)):
        resolved = _resolve_thing(_resolve_person(bare, people), topic)
        if resolved != bare:
            return FollowUp(_capitalised(resolved))
    if context and _asks_something(asked) and leans(question):
        return FollowUp(bare, context)
    return FollowUp(_capitalised(_resolve_person(bare, people)))


def _asks_something(text: str) -> bool:
    """Say whether a text is more than a courtesy: "Thanks!", "ok"."""
    return not _COURTESIES.issuperset(plain_words(text))


def _context(previous: FollowUp) -> str:
    """Return the telling words of the last question and of what that leans on, each once."""
    own = [previous.question[word.start : word.end] for word in _telling(previous.question)]
    known = {fold(word) for word in own}
    before = [word for word in previous.context.split() if fold(word) not in known]
    return " ".join([*before, *own][-MOST_WORDS:])


def _telling(question: str) -> list[Word]:
    return [word for word in words(question) if word.stem and word.stem not in _EMPTY]


def _capitalised(question: str) -> str:
    return question[:1].upper() + question[1:]


def _swap_topic(previous: str, another: str) -> str:
    """Ask the earlier question with another number or about another topic, "" if it has neither."""
    if _NUMBER.fullmatch(another) and (numbers := list(_NUMBER.finditer(previous))):
        return previous[: numbers[-1].start()] + another + previous[numbers[-1].end() :]
    about = _about(previous)
    return f"{previous[:about]}{another}?" if about and _has_topic(another) else ""


def _resolve_person(question: str, earlier: Sequence[str]) -> str:
    pronoun = _PERSON.search(question)
    person = next((name for asked in reversed(earlier) if (name := _person(asked))), "")
    if not pronoun or not person or _names(question[: pronoun.start()]):
        return question
    swapped = f"{person}'s" if pronoun.group().lower() in {"his", "hers"} else person
    if pronoun.group().lower() == "her" and re.match(r"\s+\w", question[pronoun.end() :]):
        swapped = f"{person}'s"
    return question[: pronoun.start()] + swapped + question[pronoun.end() :]


def _resolve_thing(question: str, topic: str) -> str:
    expletives = [match.span() for match in _EXPLETIVE.finditer(question)]
    for pronoun in _THING.finditer(question):
        inside = any(start <= pronoun.start() < end for start, end in expletives)
        people = pronoun.group().lower() == "they" and _PEOPLE_DO.match(question, pronoun.end())
        ends = not re.search(r"\w", question[pronoun.end() :])
        # "Did Peru sign before it left?": what stands before the pronoun is what it means.
        own = _has_topic(question[: pronoun.start()]) and not ends
        if not inside and not people and not own:
            return question[: pronoun.start()] + topic + question[pronoun.end() :]
    return question


def _plain_topic(question: str) -> str:
    """Return what a question is about where that is a name or a thing, and no half sentence.

    It is told by what stands before it, "about" or an article, or by its capital.
    """
    topic = _topic(question)
    said = [word for word in topic.split() if word.lower() not in {"the", "a", "an", "of"}]
    marked = said and (said[0] != topic.split()[0] or said[0][0].isupper())
    named = _about(question) or marked
    whole = 0 < len(said) <= MOST_OF_TOPIC and all(stem(word) for word in said)
    return topic if named and whole else ""


def _about(question: str) -> int:
    """Return where that begins which a question says to be about, 0 if it does not say so."""
    places = [match.end() for match in _ABOUT.finditer(question)]
    named = (at for at in reversed(places) if _has_topic(question[at:]))
    return next((at for at in named if not _DAY.match(question, at)), 0)


def _topic_start(question: str) -> int:
    """Return where the topic of a question begins: after its last preposition; 0 if it has none."""
    places = [match.end() for match in _TOPIC_AFTER.finditer(question)]
    return next((place for place in places if _has_topic(question[place:])), 0)


def _topic(question: str) -> str:
    """Return what a question is about: what follows "about", or from its first telling word on."""
    if about := _about(question):
        return question[about:].rstrip("?.! ")
    telling = _telling(question)
    if not telling:
        return ""
    start = telling[0].start
    if article := _ARTICLE.search(question[:start]):
        start = article.start()
    elif len(telling) > 1 and (verb := _UP_TO_ARTICLE.match(question, telling[0].end)):
        start = verb.end()  # "Who attended the meeting?"
    return question[start : telling[-1].end]


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
    return bool(_telling(question))
