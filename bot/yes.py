"""Tell that a sentence says yes: that what was asked for came up in the meeting, or was agreed."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from embeddings.terms import fold, stems, words

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
