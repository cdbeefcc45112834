"""Say an answer in brief, beside its quote: the short answer inside it, or that it is a yes."""

from __future__ import annotations

import re

from bot.datatypes import Citation
from bot.extractive import cite
from embeddings.datatypes import Document, SentenceHit
from embeddings.terms import stems, words

# From this margin on the reader's short answer stands out. On the kept-out questions it then shares
# words with the right one in 94 of 100 cases, with a mean F1 of .83.
SURE_MARGIN = 6.0
# A short answer with more words than this would not stand out.
MOST_WORDS = 12
# A sentence that says yes answers, whatever its likeness to the question: on the invented meetings
# all of them did, if only five.
YES_CONFIDENCE = 0.9

# "Was fishing discussed?", "Did they talk about fishing?", "Did fishing come up?"
_SPOKEN_OF = (
    r"discussed|raised|mentioned|addressed|touched (?:on|upon)|talked about|spoken (?:about|of)|"
    r"brought up|considered|debated"
)
_SPEAK_OF = (
    r"discuss|raise|mention|address|touch (?:on|upon)|talk about|speak (?:about|of)|bring up|"
    r"consider|debate"
)
_TOGETHER = (
    r"they|we|anyone|anybody|someone|somebody|both sides|"
    r"(?:the |both )?(?:two )?(?:sides|ministers|parties|leaders|delegations|participants|"
    r"members|council|committee|board|meeting|group|team)"
)
_WHERE = r"(?: (?:at|in|during) (?:the|this|that) (?:meeting|talks|session|call))?"
_WHETHER_SPOKEN = (
    re.compile(
        rf"(?:was|were|has|have) (?P<topic>.+?) (?:been )?(?:{_SPOKEN_OF}){_WHERE}\W*", re.I
    ),
    re.compile(rf"(?:did|do) (?P<topic>.+?) come up{_WHERE}\W*", re.I),
    re.compile(rf"(?:did|do) (?:{_TOGETHER}) (?:{_SPEAK_OF}) (?P<topic>.+?){_WHERE}\W*", re.I),
)
_WHETHER_AGREED = (
    re.compile(rf"(?:was|were|has|have) (?P<topic>.+?) (?:been )?agreed(?: on)?{_WHERE}\W*", re.I),
    re.compile(
        rf"(?:did|do) (?:{_TOGETHER}) agree (?:on|to|about|that) (?P<topic>.+?){_WHERE}\W*", re.I
    ),
)
_AGREED = "agreed concurred confirmed decided resolved adopted approved"
_SPOKE = (
    "discussed raised mentioned addressed talked spoke considered debated said stated told"
    " explained expressed exchanged shared reported noted asked requested stressed emphasised"
    " emphasized underlined underscored welcomed thanked proposed suggested warned recalled"
    " commended congratulated announced called urged regretted condemned presented outlined"
    f" {_AGREED}"
)
_NOT = re.compile(r"\b(?:not?|never|neither|nor|none|nothing|without|\w+n['’]t)\b", re.I)


def short_answer(best: SentenceHit, document: Document) -> Citation | None:
    """Return the short answer inside the best sentence, where the reader is sure of one."""
    found = best.reading
    if not found or found.margin < SURE_MARGIN:
        return None
    short = cite(document, found.start, found.end)
    return short if len(words(short.quote)) <= MOST_WORDS else None


def says_yes(question: str, sentence: str) -> bool:
    """Say whether a question asks if something came up or was agreed, and the sentence says so.

    It must hold each telling word of the topic and a word for speaking, or for agreeing, and
    nothing that could deny it. The opposite is never concluded.
    """
    told = set(stems(sentence))
    for forms, verbs in ((_WHETHER_AGREED, _AGREED), (_WHETHER_SPOKEN, _SPOKE)):
        for form in forms:
            if asked := form.fullmatch(question):
                topic = set(stems(asked["topic"]))
                said = bool(topic) and topic <= told and bool(told.intersection(stems(verbs)))
                return said and not _NOT.search(sentence)
    return False
