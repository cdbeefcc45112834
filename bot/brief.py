"""Say an answer in brief, beside its quote: the short answer inside it, or that it is a yes."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence

from bot.datatypes import Citation
from bot.extractive import cite
from bot.motions import is_asked_for
from embeddings.datatypes import Document, Hit
from embeddings.terms import fold, stems, words
from embeddings.text.names import TITLED
from embeddings.text.replies import exchange

# From this margin on the reader's short answer stands out. On the kept-out questions it then shares
# words with the right one in 94 of 100 cases, with a mean F1 of .83.
SURE_MARGIN = 6.0
# A short answer with more words than this would not stand out.
MOST_WORDS = 12
# A sentence that says yes answers, whatever its likeness to the question: on the invented meetings
# all of them did, if only five.
YES_CONFIDENCE = 0.9
_ASKS_WHO = re.compile(r"\b(?:who|whom|whose|which)\b", re.IGNORECASE)
# "Ms. Li (Chair), and by the mayor, Mr. Roe": behind one name there is another.
_AND_ANOTHER = re.compile(r"(?: \([^)]*\))?,? and (?:(?:by|from|to|with) )?(?:the \w|[^\W\d_a-z])")

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
# What is said or agreed is the object of these, and not somebody, as of "thanked" and "asked".
_AGREED = "agreed concurred confirmed decided resolved adopted approved"
_SPOKE = (
    "discussed mentioned considered debated talked spoke said stated explained expressed"
    " exchanged reported noted stressed emphasised emphasized underlined underscored proposed"
    f" suggested recalled regretted condemned announced presented outlined {_AGREED}"
)
# Prices are raised, too.
_RAISED = re.compile(r"raised (?:the|this) (?:issue|question|matter|subject|topic)s?\b", re.I)
# Denies, turns round, supposes or asks.
_DOUBTFUL = re.compile(
    r"\b(?:not?|never|neither|nor|none|nothing|nobody|without|hardly|scarcely|barely|cannot|"
    r"\w+n['’]t|but|yet|however|though|although|except|instead|if|whether|unless|until)\b|\?",
    re.I,
)
# A sentence's shape has a letter for each word, and a stop for a mark between two: t is a word of
# the topic, v one of the verbs, x another that tells something, y one in "-ly", s any other but
# these.
_LETTERS = {
    word: letter
    for letter, said in {
        "d": "the a an this these its his her their our some any both",
        "p": "i we you he she it they also then again",
        "c": "and or",
        "l": "of on upon about over for regarding concerning surrounding",
        "n": "including",
        "i": "in at with from by between during after before under",
        "o": "to",
        "h": "has have",
        "b": "was were been",
        "s": "will would shall should can could may might must ought be being had",
    }.items()
    for word in said.split()
}
# Who speaks, from the sentence's or the last mark's beginning to the verb. A second article without
# a link before it is the object of another verb: "The board dropped the plans agreed on in May".
_WHO = re.compile(r"(?:^|\.)c?[lio]?d?y?[xtpv]+(?:[lioc]d?y?[xtpv]+)*c?(?:h?b|h)?[yp]?$")
# What was spoken of: "the future of the town, including the bridge and its lighting", but not
# "the budget and saw the bridge". What was agreed has no other word: not "to postpone the bridge".
_OF_IT = r"d?[xt]+(?:(?:l|\.n)d?[xt]+)*(?:cd?t+(?!x))*"
_JUST_IT = r"d?t+(?:[lc]?d?t+)*"
_SPOKEN = (re.compile(f"l?{_OF_IT}"), re.compile(rf"(?:^|\.)c?({_OF_IT})h?b[yp]?$"))
_DECIDED = (
    re.compile(f"[lo]?{_JUST_IT}(?![xyt])"),
    re.compile(rf"(?:^|\.)c?({_JUST_IT})h?b[yp]?$"),
)


def short_answer(
    question: str, hits: Sequence[Hit], documents: Mapping[str, Document]
) -> Citation | None:
    """Return the short answer inside the best sentence, where the reader is sure of one.

    What is asked in the record says nothing that is so, nor does what was moved. Neither one of
    several people answers nor a title, nor what another document says otherwise, as surely.
    """
    hit = hits[0]
    document, best = documents[hit.passage.document_id], hit.sentences[0]
    place = [one.start for one in hit.passage.sentences].index(best.start)
    found = best.reading
    if not found or found.margin < SURE_MARGIN or exchange(hit.passage).asking[place]:
        return None
    if is_asked_for(document, best.start, found.start):
        return None
    if _ASKS_WHO.search(question) and _AND_ANOTHER.match(document.text, found.end, best.end):
        return None
    short = cite(document, found.start, found.end)
    if TITLED.fullmatch(f"{short.quote} X") or _is_denied(short, hits, documents):
        return None
    return short if len(words(short.quote)) <= MOST_WORDS else None


def _is_denied(short: Citation, hits: Sequence[Hit], documents: Mapping[str, Document]) -> bool:
    """Say whether the reader is as sure of another answer in another document."""
    for hit in hits:
        found = hit.sentences[0].reading
        id = hit.passage.document_id
        if id != short.document_id and found and found.margin >= SURE_MARGIN:
            one, other = fold(short.quote), fold(documents[id].text[found.start : found.end])
            if one not in other and other not in one:
                return True
    return False


def says_yes(question: str, sentence: str) -> bool:
    """Say whether a question asks if something came up or was agreed, and the sentence says so.

    It must say plainly of the topic that it was spoken of, or agreed, in the past and in a main
    clause, with nothing that could deny it. The opposite is never concluded.
    """
    for form in (*_WHETHER_AGREED, *_WHETHER_SPOKEN):
        if asked := form.fullmatch(question):
            topic = set(stems(asked["topic"]))
            return bool(topic) and any(
                topic <= said for said in _said(sentence, topic, form in _WHETHER_AGREED)
            )
    return False


def _said(sentence: str, topic: Collection[str], agreed: bool) -> Iterator[set[str]]:
    """Yield the stems of what each verb of a sentence says was agreed, or spoken of."""
    if _DOUBTFUL.search(sentence):
        return
    verbs = set((_AGREED if agreed else _SPOKE).split())
    verb_of_it, it_was_verb = _DECIDED if agreed else _SPOKEN
    found: list[str] = []
    shape, end = "", 0
    for word in words(sentence):
        if sentence[end : word.start].strip(" -"):
            shape += "."
            found.append("")
        said, end = fold(sentence[word.start : word.end]), word.end
        if word.stem in topic:
            letter = "t"
        elif said in verbs or _RAISED.match(sentence, word.start):
            letter = "v"
        else:
            other = "y" if said.endswith("ly") else "x" if word.stem else "s"
            letter = _LETTERS.get(said, other)
        shape += letter
        found.append(word.stem)
    for place, letter in enumerate(shape):
        if letter != "v":
            continue
        if _WHO.search(shape[:place]) and (behind := verb_of_it.match(shape, place + 1)):
            yield set(found[behind.start() : behind.end()])
        undone = agreed and re.match("[dotx]", shape[place + 1 :])
        if not undone and (before := it_was_verb.search(shape[:place])):
            yield set(found[before.start(1) : before.end(1)])
