"""Answer what somebody said, on whatever it was: "What did Mr. Lee say?".

By his own sentences where the record has turns, else by those that tell what he said.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from bot.datatypes import Citation
from bot.meeting.sentences import Place, central, cited, is_long, sentences
from embeddings.index import Index
from embeddings.scope import EVERYTHING, Scope, speakers_in
from embeddings.terms import plain_words
from embeddings.text.replies import asks

SAYS = (
    "say|said|talk about|talked about|speak about|spoken about|tell|told|bring up|point out|"
    "explain|explained|report|reported|contribute|"
    "(?P<asks>ask|asked|want to know|wanted to know)"
)
# Asks what somebody said, on whatever it was.
SAID = re.compile(
    rf"what (?:did|does|has) (?P<who>(?!(?:i|we|you|they|it|he|she)\b)[^?]{{2,60}}?) (?:{SAYS})"
    # To whom, when and on how much of it does not matter.
    r"(?: (?:to )?(?:them|us|everyone|everybody|the (?:\w+ )?(?:board|committee|council|meeting|"
    r"members|others|group|panel|press|audience|court|parliament|assembly)))?"
    r"(?: (?:at|in|during) (?:the|this) (?:\w+ )?(?:meeting|talks|session|call|conversation))?"
    r"(?:,? (?:in (?:all|total|full)|(?:on|about) (?:all|every)\w*(?: \w+){0,3}))?",
    re.IGNORECASE,
)
_TITLES = plain_words(
    "Mr Mrs Ms Miss Dr Prof Professor Sir Dame Lady Lord the foreign prime minister president"
)
# A vice-chair is not the chair.
_DEPUTY = plain_words("vice deputy acting former")
_NO_DEPUTY = "".join(f"(?<!{word} )" for word in sorted(_DEPUTY))
# In a report a name stands before what its bearer did: "Minister Lee also noted", and in a summary
# record with whom she speaks for: "Ms. Lee (France), speaking as chair, said".
_FOR = r"(?:[^()]{0,30}\)| \([^()]{1,60}\))?(?:, [^,]{1,60},)?"
_VERB = r"(?: (?:also|then|further|again|first|in turn))? (?:[a-z]+ed|said|told|took|spoke|gave)\b"


def sayings(
    question: str, index: Index, documents: Sequence[str] | None, scope: Scope = EVERYTHING
) -> tuple[Citation, ...]:
    """Return the most central of what somebody said in a scope, in the record's order.

    Nothing is returned for any other question, nor where nobody of that name speaks.
    """
    said = SAID.fullmatch(question.strip().rstrip("?!. "))
    if not said:
        return ()
    index = index.of(documents)
    places = index.places_of(list(index.documents) if documents is None else documents)
    speakers = bearers(said["who"], speakers_in(index, documents))
    spoken, told = Scope(speakers=speakers).inside(index), _told_of(said["who"], index)
    inside = scope.inside(index)
    found = [
        one
        for one in sentences(index, places)
        if (spoken(*one) and is_long(index, one) if speakers else told(one)) and inside(*one)
    ]
    if said["asks"]:
        found = [one for one in found if speakers and asks(index.sentence_text(*one))]
    return cited(index, central(index, places, found))


def bearers(who: str, speakers: Sequence[str]) -> list[str]:
    """Return the speakers who bear a name: those with its title alone, where there are some."""
    asked = plain_words(who) - {"the"}
    name = asked - _TITLES or asked
    labels = {one: plain_words(one) for one in speakers}
    bearers = [one for one in speakers if name <= labels[one] and labels[one] & _DEPUTY <= asked]
    return [one for one in bearers if asked <= labels[one]] or bearers


def _told_of(who: str, index: Index) -> Callable[[Place], bool]:
    """Return a test for sentences that tell what somebody of that name said or did."""
    name = [word for word in who.split() if not plain_words(word) <= _TITLES]
    told = re.compile(
        rf"(?<![\w-]){_NO_DEPUTY}{re.escape(' '.join(name))}{_FOR}{_VERB}",
        re.IGNORECASE,
    )
    return lambda one: bool(name and told.search(index.sentence_text(*one)))
