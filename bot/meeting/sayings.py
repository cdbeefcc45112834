"""Answer what somebody said, on whatever it was: "What did Mr. Lee say?".

By his own sentences where the record has turns, else by those that tell what he said.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from bot.datatypes import Citation
from bot.meeting.people import TITLE_WORDS, name_words, names_of
from bot.meeting.sentences import central, cited, sentences
from embeddings.index import Index
from embeddings.scope import Scope, speakers_in
from embeddings.terms import plain_words
from embeddings.text.replies import asks

# So a question opens that asks for somebody's words; a pronoun names nobody.
WHAT_DID = r"""
    what [ ] (?:did|does|has) [ ]
    (?P<who> (?! (?:i|we|you|they|it|he|she) \b ) [^?]{2,60}? ) [ ]
"""
SAYS = r"""
    (?: say | said | (?:talk|talked|speak|spoken) [ ] about | tell | told | bring [ ] up
      | point [ ] out | explain | explained | report | reported | contribute
      | (?P<asks> ask | asked | (?:want|wanted) [ ] to [ ] know ) )
"""
_SAID = re.compile(
    rf"""
    {WHAT_DID} {SAYS}
    # To whom, when and on how much of it does not matter: "to the board",
    (?: [ ] (?:to[ ])? (?: them | us | everyone | everybody | the [ ] (?:\w+[ ])?
                           (?: board | committee | council | meeting | members | others | group
                             | panel | press | audience | court | parliament | assembly ) ) )?
    # "at this morning meeting",
    (?: [ ] (?:at|in|during) [ ] (?:the|this) [ ] (?:\w+[ ])?
        (?: meeting | talks | session | call | conversation ) )?
    # ", in total", "on everything that came up".
    (?: ,? [ ] (?: in [ ] (?:all|total|full)
               | (?:on|about) [ ] (?:all|every)\w* (?:[ ]\w+){{0,3}} ) )?
    """,
    re.IGNORECASE | re.VERBOSE,
)
# A vice-chair is not the chair.
_DEPUTY = plain_words("vice deputy acting former")
_NO_DEPUTY = "".join(f"(?<!{word} )" for word in sorted(_DEPUTY))
# In a report a name stands before what its bearer did: "Minister Lee also noted", and in a summary
# record with whom she speaks for: "Ms. Lee (France), speaking as chair, said".
_FOR = r"(?:[^()]{0,30}\)| \([^()]{1,60}\))?(?:, [^,]{1,60},)?"
_VERB = r"(?: (?:also|then|further|again|first|in turn))? (?:[a-z]+ed|said|told|took|spoke|gave)\b"


def speaker_asked(question: str) -> re.Match[str] | None:
    """Return where a question names `who` it is whose words it asks for, if it asks for words."""
    return _SAID.fullmatch(question.strip().rstrip("?!. "))


def sayings(
    question: str, index: Index, documents: Sequence[str] | None, scope: Scope
) -> tuple[Citation, ...]:
    """Return the most central of what somebody said in a scope, in the record's order.

    Nothing is returned for any other question, nor where nobody of that name speaks.
    """
    said = speaker_asked(question)
    if not said:
        return ()
    index = index.of(documents)
    ids = index.ids(documents)
    places = index.places_of(ids)
    speakers = bearers(said["who"], speakers_in(index, documents))
    by_them = Scope(speakers=speakers).inside(index)
    told = {id: _told_of(names_of(said["who"], index.documents[id])) for id in ids}
    inside = scope.inside(index)
    found = [
        one
        for one in sentences(index, places)
        if (
            by_them(one.place, one.member) and one.is_long
            if speakers
            else told[one.passage.document_id](one.text)
        )
        and inside(one.place, one.member)
    ]
    if said["asks"]:
        found = [one for one in found if speakers and asks(one.text)]
    return cited(index, central(index, places, found))


def bearers(who: str, speakers: Sequence[str]) -> list[str]:
    """Return the speakers who bear a name: those with its title alone, where there are some."""
    asked, name = plain_words(who) - {"the"}, name_words(who)
    if not name:  # "What did the report recommend?"
        return []
    labels = {one: plain_words(one) for one in speakers}
    bearers = [one for one in speakers if name <= labels[one] and labels[one] & _DEPUTY <= asked]
    return [one for one in bearers if asked <= labels[one]] or bearers


def _told_of(names: Sequence[str]) -> Callable[[str], bool]:
    """Return a test for sentences that tell what somebody of these names said or did."""
    bare = [
        " ".join(word for word in name.split() if not plain_words(word) <= TITLE_WORDS)
        for name in names
    ]
    said = [
        re.compile(rf"(?<![\w-]){_NO_DEPUTY}{re.escape(name)}{_FOR}{_VERB}", re.IGNORECASE)
        for name in filter(None, bare)
    ]
    return lambda text: any(one.search(text) for one in said)
