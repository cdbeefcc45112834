"""Say an answer in brief, beside its quote: the short answer inside it, or that it is a yes."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence

from bot.datatypes import Citation
from bot.extractive import cite
from bot.motions import is_asked_for
from bot.reader import ENOUGH
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
# A sentence's shape has a letter for each word, and a stop for a mark between two: asked of the
# bridge, "The board has discussed the new bridge, too" is "dxhvdxt.s".
TOPIC, VERB = "tv"  # a word of the topic, one of the verbs
OTHER, LY, EMPTY = "xys"  # any other that tells something, in "-ly", that tells nothing
STOP, _STOP = ".", r"\."
THE, WE, AND, OF, INCLUDING, IN, TO, HAS, WAS = "dpclniohb"
_LETTERS = {
    word: letter
    for letter, such in {
        THE: "the a an this these its his her their our some any both",
        WE: "i we you he she it they also then again",
        AND: "and or",
        OF: "of on upon about over for regarding concerning surrounding",
        INCLUDING: "including",
        IN: "in at with from by between during after before under",
        TO: "to",
        HAS: "has have",
        WAS: "was were been",
        EMPTY: "will would shall should can could may might must ought be being had",
    }.items()
    for word in such.split()
}
# Who speaks, from the sentence's or the last mark's beginning to the verb. A second article without
# a link before it is the object of another verb: "The board dropped the plans agreed on in May".
_BEGINS = f"(?:^|{_STOP}){AND}?"
_NAME = f"{THE}?{LY}?[{OTHER}{TOPIC}{WE}{VERB}]+"
_WHO = re.compile(
    f"{_BEGINS}[{OF}{IN}{TO}]?{_NAME}(?:[{OF}{IN}{TO}{AND}]{_NAME})*{AND}?"
    f"(?:{HAS}?{WAS}|{HAS})?[{LY}{WE}]?$"
)
# What was spoken of: "the future of the town, including the bridge and its lighting", but not
# "the budget and saw the bridge". What was agreed has no other word: not "to postpone the bridge".
_THING = f"{THE}?[{OTHER}{TOPIC}]+"
_OF_IT = f"{_THING}(?:(?:{OF}|{_STOP}{INCLUDING}){_THING})*(?:{AND}{THE}?{TOPIC}+(?!{OTHER}))*"
_JUST_IT = f"{THE}?{TOPIC}+(?:[{OF}{AND}]?{THE}?{TOPIC}+)*"
_WAS_DONE = f"{HAS}?{WAS}[{LY}{WE}]?$"
# Behind the verb, and before it.
_SPOKEN = (re.compile(f"{OF}?{_OF_IT}"), re.compile(f"{_BEGINS}({_OF_IT}){_WAS_DONE}"))
_DECIDED = (
    re.compile(f"[{OF}{TO}]?{_JUST_IT}(?![{OTHER}{LY}{TOPIC}])"),
    re.compile(f"{_BEGINS}({_JUST_IT}){_WAS_DONE}"),
)
# "The bridge was agreed to be closed" is not agreed itself.
_IS_NOT_ALL = re.compile(f"[{THE}{TO}{TOPIC}{OTHER}]")


def short_answer(
    question: str, hits: Sequence[Hit], documents: Mapping[str, Document]
) -> Citation | None:
    """Return the short answer inside the best sentence, where the reader is sure of one.

    What is asked in the record says nothing that is so, nor does what was moved. Neither one of
    several people answers nor a title, nor what another document surely says otherwise.
    """
    hit = hits[0]
    document, best = documents[hit.passage.document_id], hit.sentences[0]
    place = hit.passage.member_at(best.start)
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
    """Say whether the reader is sure of another answer in another document."""
    for hit in hits:
        found = hit.sentences[0].reading
        id = hit.passage.document_id
        if id != short.document_id and found and found.margin >= ENOUGH:
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
            topic, agreed = set(stems(asked["topic"])), form in _WHETHER_AGREED
            return bool(topic) and any(topic <= told for told in _told(sentence, topic, agreed))
    return False


def _told(sentence: str, topic: Collection[str], agreed: bool) -> Iterator[set[str]]:
    """Yield the stems of what each verb of a sentence says was agreed, or spoken of."""
    if _DOUBTFUL.search(sentence):
        return
    shape, roots = _shape(sentence, topic, set((_AGREED if agreed else _SPOKE).split()))
    behind_verb, before_verb = _DECIDED if agreed else _SPOKEN
    for place, letter in enumerate(shape):
        if letter != VERB:
            continue
        above = shape[:place]
        if _WHO.search(above) and (it := behind_verb.match(shape, place + 1)):
            yield set(roots[it.start() : it.end()])
        is_all = not (agreed and _IS_NOT_ALL.match(shape, place + 1))
        if is_all and (it := before_verb.search(above)):
            yield set(roots[it.start(1) : it.end(1)])


def _shape(
    sentence: str, topic: Collection[str], verbs: Collection[str]
) -> tuple[str, Sequence[str]]:
    """Return the shape of a sentence, and what each of its letters stands for: a stem, or ""."""
    shape, roots, end = "", list[str](), 0
    for word in words(sentence):
        if sentence[end : word.start].strip(" -"):
            shape += STOP
            roots.append("")
        said, end = fold(sentence[word.start : word.end]), word.end
        if word.stem in topic:
            shape += TOPIC
        elif said in verbs or _RAISED.match(sentence, word.start):
            shape += VERB
        else:
            other = LY if said.endswith("ly") else OTHER if word.stem else EMPTY
            shape += _LETTERS.get(said, other)
        roots.append(word.stem)
    return shape, roots
