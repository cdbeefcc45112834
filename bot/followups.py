"""Make a follow-up question stand alone, from the questions before it, without a language model.

"And Nicaragua?" is put in the place of what the last question is about, "And Mr. Lee?" in that of
who is asked about, and a name in that of "he", where nobody else can be meant. Any other question
that leans on those before it, by `bot.leaning`, is searched for with what they ask about beside it:
a sentence that is wrongly put together would be worse. All else has a topic of its own and is left
alone, so that a new topic drops the old one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.leaning import leans
from bot.sayings import SAID
from embeddings.query import LONGEST_QUESTION
from embeddings.terms import POSSESSIVE, Word, fold, plain_words, words

# Of a conversation so many telling words are searched for beside a question, the last ones.
MOST_WORDS = 10
# What a question is about is called by so many words and characters; more are half a sentence.
MOST_OF_TOPIC, LONGEST_TOPIC = 5, 100

_ELLIPTIC = re.compile(
    r"(?:and|but|also|then|so|or)\b[\s,]*(?:(?:what|how) about|about|on|regarding)?\s+"
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
# What follows names what was spoken of; what follows another preposition is only a part of it.
_ABOUT = re.compile(
    r"\b(?:about|on|regarding|concerning)\s+(?!(?:about|on|in|at|of|for|to|with|by|from)\b)",
    re.IGNORECASE,
)
# "on Sunday" and "on 3 May" say when, not what it is about.
_DAY = re.compile(
    r"(?:(?:the )?\d|(?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:jan|febr)uary|march|april|may\b|"
    r"june|july|august|(?:septem|octo|novem|decem)ber)",
    re.IGNORECASE,
)
_PRONOUN = re.compile(r"\b(?:he|she|him|her|his|hers)\b", re.IGNORECASE)
_HE, _SHE = re.compile(r"(?:Mr|Sir|Lord)\b"), re.compile(r"(?:Mrs|Ms|Miss|Dame|Lady)\b")
# "And for children?" asks of another part than what the question was about.
_PART = re.compile(r"(?:for|with|in|at|of|to|from|by|as)\b", re.IGNORECASE)
# "The month of that visit" leans itself.
_POINTS = re.compile(r",|\b(?:this|that|these|those|it|its|them|their|his|her|other)\b", re.I)
_NUMBER = re.compile(r"\b\d[\d.,]*\b")
_CAPITALISED = r"[A-Z](?:\w{0,4}\.(?=\s+[A-Z])|[\w’'-]*)"
_NAME = re.compile(rf"(?:\b[Tt]he\s+)?\b{_CAPITALISED}(?:\s+(?:of\s+)?{_CAPITALISED})*")
# "What did the mayor say about", "What is Solberg's view on".
_SUBJECT = re.compile(
    rf"\b(?i:did|does|has|is|was)\s+(?P<who>{_NAME.pattern}|the\s+(?:[\w-]+\s+)?[\w-]+)"
    r"\s+\w+\s+\w+\s+$"
)
# Whoever has a title or an office is a person.
_OFFICE = re.compile(
    r"\b(?:mr|mrs|ms|miss|dr|prof|sir|dame|lord|lady|cllr|\w*(?:minister|president|chair|"
    r"chair(?:man|woman|person)|secretary|ambassador|mayor|director|commissioner|governor|senator|"
    r"chancellor|premier|envoy|rapporteur|general|officer|chief|councillor|professor|clerk|treasurer))\b",
    re.IGNORECASE,
)
_COURTESIES = plain_words(
    "thanks thank thx you very much many a lot all ok okay right hello hi hey bye goodbye great "
    "good fine yes no sure so cheers cool perfect nice please sorry well i see got it that is "
    "interesting"
)
# Verbs and adverbs that name no topic.
_EMPTY = frozenset(
    "say said agre discuss talk mention happen state explain express confirm note add last take "
    "place hold held come ask rais point tell told give gave mean long first next exact precis "
    "elabor detail els thing more reason view think opinion stand would could may might must "
    "shall".split()
)


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A question to search for, with the words of the conversation that it leans on, if any.

    Where it leans, "And the roof?" may still ask of its `topic` alone.
    """

    question: str
    context: str = ""
    topic: str = ""


def read_follow_up(
    question: str,
    earlier: Sequence[FollowUp],
    speaks: Callable[[str], bool] = lambda name: False,
    of_whole: Callable[[str], bool] = lambda question: False,
) -> FollowUp:
    """Return how to read a question; `speaks` knows speakers, `of_whole` what asks of the whole."""
    earlier = [one for one in earlier if not is_courtesy(one.question)]
    asked = question.strip()
    if not earlier or not words(asked) or is_courtesy(asked) or _WHOLE.match(asked):
        return FollowUp(question)
    read = _read(asked, earlier, speaks, of_whole)
    return read if len(read.question) <= LONGEST_QUESTION else FollowUp(question)


def is_courtesy(text: str) -> bool:
    """Say whether a text asks nothing: "Thanks!", "ok"."""
    said = plain_words(text)
    return bool(said) and said <= _COURTESIES and not text.rstrip().endswith("?")


def _read(
    asked: str,
    earlier: Sequence[FollowUp],
    speaks: Callable[[str], bool],
    of_whole: Callable[[str], bool],
) -> FollowUp:
    bare = _OPENER.sub("", asked)
    context = _context(earlier[-1])
    if (elliptic := _ELLIPTIC.fullmatch(asked)) and not _ASKS.match(bare):
        another = (elliptic["a"] or elliptic["b"] or "").strip()
        framed = next((one.question for one in reversed(earlier) if not one.context), "")
        if swapped := _swap(framed, another, speaks):
            return FollowUp(swapped)
        if context and words(another):
            return FollowUp(bare, context, another if _is_topic(another) else "")
    if not earlier[-1].context and (person := _only_person(earlier[-1].question)):
        named = _put_for_pronoun(bare, person)
        if named != bare:
            return FollowUp(_capitalised(named))
    if person := _only_titled(bare, [one.question for one in earlier]):
        bare = _put_for_pronoun(bare, person)
    if context and not SAID.fullmatch(bare.rstrip("?!. ")) and leans(asked):
        # "Where?" after "Who attended?" is asked of the meeting, too.
        apart = not earlier[-1].context and not any(word.stem for word in words(bare))
        if not (apart and of_whole(earlier[-1].question)):
            return FollowUp(bare, context)
    return FollowUp(_capitalised(bare))


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


def _swap(previous: str, another: str, speaks: Callable[[str], bool]) -> str:
    """Ask the earlier question with another number, person or topic; "" where that is not sure."""
    if number := _NUMBER.fullmatch(_PART.sub("", another).strip()):
        if places := list(_NUMBER.finditer(previous)):
            return previous[: places[-1].start()] + number.group() + previous[places[-1].end() :]
    about = _about(previous)
    if not about or not _is_topic(another):
        return ""
    subject = _SUBJECT.search(previous[:about])
    who = POSSESSIVE.sub("", subject["who"]) if subject else ""
    other = POSSESSIVE.sub("", another)
    named = _NAME.fullmatch(other) is not None and _is_person(other)
    if subject and (_OFFICE.search(other) or (named and speaks(other))):
        start = subject.start("who")
        return previous[:start] + other + previous[start + len(who) :]
    # Whether "And Diallo?" is of somebody or of a place is not known.
    return "" if named and _is_person(who) else f"{previous[:about]}{another}?"


def _is_topic(another: str) -> bool:
    """Say whether something is named that can be asked about by itself."""
    short = len(another.split()) <= MOST_OF_TOPIC and len(another) <= LONGEST_TOPIC
    part = _PART.match(another) or _POINTS.search(another)
    return short and not part and bool(_telling(another))


def _about(question: str) -> int:
    """Return where that begins which a question says to be about, 0 if it does not say so."""
    places = [match.end() for match in _ABOUT.finditer(question)]
    named = (at for at in reversed(places) if _telling(question[at:]))
    return next((at for at in named if not _DAY.match(question, at)), 0)


def _names(question: str) -> list[tuple[int, str]]:
    """Return the names in a question and where they begin; the word that opens it is none."""
    found = [(match.start(), match.group()) for match in _NAME.finditer(question)]
    if found and found[0][0] == 0:
        opener, _, name = found[0][1].partition(" ")
        found[0] = (len(opener) + 1, name)
    return [(start, name) for start, name in found if _telling(name)]


def _is_person(name: str) -> bool:
    """Say whether a name may be somebody's: what has an article is only if it ends as an office."""
    bare = bool(name) and name[0].isupper() and not name.isupper() and not name.startswith("The ")
    return bare or _OFFICE.search(name) is not None


def _only_person(question: str) -> str:
    """Return the person whom a question names, if it names nothing besides."""
    names = _names(question)
    if len(names) != 1:
        return ""
    (start, name), told = names[0], _telling(question)
    alone = all(start <= word.start < start + len(name) for word in told)
    of_place = _about(question) and not _OFFICE.search(name)
    return POSSESSIVE.sub("", name) if alone and not of_place and _is_person(name) else ""


def _only_titled(question: str, earlier: Sequence[str]) -> str:
    """Return the one whom "he" or "she" must mean: no other of that title was named."""
    pronoun = _PRONOUN.search(question)
    if pronoun is None:
        return ""
    titled = _HE if pronoun.group().lower() in ("he", "him", "his") else _SHE
    named = {POSSESSIVE.sub("", name) for asked in earlier for _, name in _names(asked)}
    found = [name for name in named if titled.match(name)]
    return found[0] if len(found) == 1 else ""


def _put_for_pronoun(question: str, person: str) -> str:
    """Return a question with a person in place of its first "he", "her" or the like."""
    pronoun = _PRONOUN.search(question)
    if not pronoun or _names(question[: pronoun.start()]):
        return question
    said, behind = pronoun.group().lower(), question[pronoun.end() :]
    owns = said in ("his", "hers") or (said == "her" and re.match(r"\s+\w", behind))
    possessive = "'s" if owns else ""
    return f"{question[: pronoun.start()]}{person}{possessive}{behind}"
