"""Answer what one person has to do: "What does Martin have to do?", "the Clerk's actions"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.datatypes import Citation
from bot.meeting.outcomes import LONGEST_LIST
from bot.meeting.overview import stated_and_likely
from bot.meeting.people import name_words, names_of
from bot.meeting.sentences import Statement, cited
from embeddings.index import Index
from embeddings.scope import EVERYTHING, Scope
from embeddings.terms import plain_words

_WHO = r"(?! (?:i|we|you|they|it|he|she|anyone|everyone|who|each) \b ) [^?,]{2,60}?"
_TASKS = r"(?: actions? (?:[ ](?:items?|points?))? | tasks? | to-?dos? | next [ ] steps )"
_DUTY = re.compile(
    rf"""
    (?: what [ ] (?: (?:does|did|do) [ ] (?P<has>{_WHO}) [ ] (?:have|need) [ ] to [ ] do
                   | (?:must|should|will|shall) [ ] (?P<must>{_WHO}) [ ] do
                   | (?:has|have) [ ] (?P<got>{_WHO}) [ ] (?:got[ ])? to [ ] do
                   | (?:is|are|was|were) [ ] (?P<is>{_WHO}) [ ] (?:\w+[ ])? to [ ] do
                   | (?:is|are) [ ] (?P<responsible>{_WHO}) [ ] responsible [ ] for )
        (?: [ ] (?: next | now | (?:before|by|until) [ ] (?:the[ ])? next [ ] \w+ ) )?
      | (?: (?:what|which) [ ] (?:are|were) [ ] )? (?P<whose>{_WHO}) ['’]s? [ ] {_TASKS}
      | (?:what|which) [ ] {_TASKS} [ ] (?:does|did|do) [ ] (?P<owner>{_WHO}) [ ] have
      | (?: (?:what|which) [ ] (?:are|were) [ ] )? (?:the[ ])? (?:\w+[ ])? {_TASKS}
        [ ] (?:are[ ])? (?:for|of) [ ] (?P<for> (?-i: [A-Z] ) [^?,]{{1,60}} )
    )
    """,
    re.IGNORECASE | re.VERBOSE,
)


def duties(
    question: str, index: Index, documents: Sequence[str] | None, scope: Scope = EVERYTHING
) -> tuple[Citation, ...] | None:
    """Return the tasks that name somebody, or that he says are his, in the record's order.

    None is returned for any other question, and where no task names him, unless he is one of those
    present with an office: then he has none.
    """
    asked = _DUTY.fullmatch(question.strip().rstrip("?!. "))
    if not asked:
        return None
    who = next(filter(None, asked.groups()))
    index = index.of(documents)
    ids = index.ids(documents)
    names = {id: [*map(name_words, names_of(who, index.documents[id]))] for id in ids}
    inside = scope.inside(index)

    def is_his(one: Statement) -> bool:
        document = index.documents[one.passage.document_id]
        named = plain_words(f"{document.mark(one.span.start).speaker} {one.text}")
        return any(name <= named for name in names[document.id]) and inside(one.place, one.member)

    places = index.places_of(ids)
    stated, likely = stated_and_likely(index, places, "tasks")
    found = cited(index, list(filter(is_his, [*stated, *likely]))[:LONGEST_LIST])
    return found if found or any(len(known) > 1 for known in names.values()) else None
