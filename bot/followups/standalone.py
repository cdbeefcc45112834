"""Make a follow-up question stand alone, from the questions before it, without a language model.

"And Nicaragua?" is put in the place of what the last question is about, "And Mr. Lee?" in that of
who is asked about, "And in May?" in that of the day, and a name in that of "he", where nobody else
can be meant. Any other that leans on those before it, by `bot.followups.leaning`, is searched for
with what they ask about beside it: a sentence that is wrongly put together would be worse. All else
has a topic of its own and is left alone, so that a new topic drops the old one; so does "And the
roof?" where its answer has no word of the old one (`bot.conversation`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.followups.courtesies import is_courtesy, without_courtesies
from bot.followups.leaning import leans
from bot.followups.persons import has_title, only_person, only_titled, put_for_pronoun
from bot.followups.swaps import swap
from bot.followups.topics import DAY, is_topic, telling
from bot.meeting.sayings import speaker_asked
from embeddings.query import LONGEST_QUESTION
from embeddings.terms import fold, stems, words

# Of a conversation so many telling words are searched for beside a question, the last ones.
MOST_WORDS = 10

# "I mean the roof" corrects the question before.
_JOINS = r"(?:and|but|also|then|so|or|i mean|i meant)\b"
_ELLIPTIC = re.compile(
    rf"{_JOINS}[\s,]*(?:(?:what|how) about|about|on(?!\s+(?:the\s+)?{DAY})|regarding)?\s+"
    r"(?P<a>[^?]*)\??$|(?:what|how) about\s+(?P<b>[^?]*)\??$|"
    r"(?:(?:is|was) there\s+)?anything(?:\s+else)?\s+(?:about|on)\s+(?P<c>[^?]*)\??$",
    re.IGNORECASE,
)
# "The roof, I meant" is said for "I meant the roof".
_AS_MEANT = re.compile(r"(?P<what>.+?),?\s+i mean(?:t)?\W*", re.IGNORECASE)
# Asked of the meeting as a whole, whatever was spoken of last.
_WHOLE = re.compile(
    r"""
    (?: please[ ] | can[ ]you[ ] | could[ ]you[ ] )*
    (?: summari[sz]e | sum [ ] up
      | (?:give|show|tell) (?:[ ]me|[ ]us)? [ ] (?:an?|the) [ ] (?:\w+[ ])? (?:summary|overview)
      | (?:which|what) [ ] (?:topics|subjects|issues|matters|points|items|themes) [ ]
        (?:were|did|came) \b
      | (?:and[ ]|so[ ])? who [ ] (?:else[ ])? (?:was|were) [ ] (?:there|present)
        (?: [ ]at[ ] (?:the|this) [ ]meeting )? \W* $
      | what [ ] did [ ] they [ ] (?: discuss | talk[ ]about | speak[ ]about ) \W* $
      )
    """,
    re.IGNORECASE | re.VERBOSE,
)
_OPENER = re.compile(rf"^{_JOINS}[\s,]+", re.IGNORECASE)
# "Not the roof, the pool" corrects it, too, if it asks about the roof.
_NOT = re.compile(r"not\s+(?P<what>[^?,]+),\s*(?:but\s+)?(?=\w)", re.IGNORECASE)
_ASKS = re.compile(
    r"(?:what|when|where|which|who|whom|whose|why|how|is|are|was|were|did|do|does|has|have|had|will|"
    r"would|can|could|should)\b(?! about)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A question to search for, with the words of the conversation that it leans on, if any.

    "And the roof?" may still ask of its `topic` alone.
    """

    question: str
    context: str = ""
    topic: str = ""


def read_follow_up(
    question: str,
    earlier: Sequence[FollowUp],
    speaks: Callable[[str], bool],
    of_whole: Callable[[str], bool],
) -> FollowUp:
    """Return how to read a question; `speaks` knows speakers, `of_whole` what asks of the whole."""
    earlier = [one for one in earlier if not is_courtesy(one.question)]
    asked = without_courtesies(question.strip())
    if not words(asked) or is_courtesy(question):
        return FollowUp(question)
    if not earlier or _WHOLE.match(asked):
        return FollowUp(asked)
    read = _read(asked, question.strip(), earlier, speaks, of_whole)
    return read if len(read.question) <= LONGEST_QUESTION else FollowUp(question)


def _read(
    asked: str,
    said: str,
    earlier: Sequence[FollowUp],
    speaks: Callable[[str], bool],
    of_whole: Callable[[str], bool],
) -> FollowUp:
    denied = _NOT.match(asked)
    if denied and {*stems(denied["what"])} <= {*stems(earlier[-1].question)}:
        asked = f"I mean {asked[denied.end() :]}"
    elif meant := _AS_MEANT.fullmatch(asked):
        asked = f"I mean {meant['what']}"
    bare = _OPENER.sub("", asked)
    context = _context(earlier[-1])
    if (elliptic := _ELLIPTIC.fullmatch(asked)) and not _ASKS.match(bare):
        another = next(filter(None, elliptic.groups()), "").strip(" .!")
        whole = (one.question for one in reversed(earlier) if not (one.context or one.topic))
        framed = next(whole, "")
        if swapped := swap(framed, another, speaks):
            # "And Peru?" after "What did Solberg say?" may ask what was said about it.
            said_by = speaker_asked(swapped)
            surely = not said_by or has_title(another) or speaks(another)
            return FollowUp(swapped, topic="" if surely else another)
        if context and words(another):
            return FollowUp(bare, context, another if is_topic(another) else "")
    if not earlier[-1].context and (person := only_person(earlier[-1].question)):
        named = put_for_pronoun(bare, person)
        if named != bare:
            return FollowUp(_capitalised(named))
    if person := only_titled(bare, [one.question for one in earlier]):
        bare = put_for_pronoun(bare, person)
    if context and not speaker_asked(bare) and leans(said):
        # "Where?" after "Who attended?" is asked of the meeting, too, and "decided" is no topic.
        if earlier[-1].context or not of_whole(earlier[-1].question):
            return FollowUp(bare, context)
    return FollowUp(_capitalised(bare))


def _context(previous: FollowUp) -> str:
    """Return the telling words of the last question and of what that leans on, each once."""
    own = [previous.question[word.start : word.end] for word in telling(previous.question)]
    known = {fold(word) for word in own}
    before = [word for word in previous.context.split() if fold(word) not in known]
    return " ".join([*before, *own][-MOST_WORDS:])


def _capitalised(question: str) -> str:
    return question[:1].upper() + question[1:]
