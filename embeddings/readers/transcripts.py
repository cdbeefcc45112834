"""Read captions and transcripts: WebVTT, SubRip, and JSON of speaker turns.

The text has a line for each turn, "NAME: words", or for some sentences where nobody is named; its
marks say when each cue begins. A cue without a name that goes on with a sentence is still the
speaker's.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from embeddings.datatypes import Document, Mark
from embeddings.errors import DocumentError
from embeddings.parts import speaker_of
from embeddings.readers.encoding import decode
from embeddings.times import clock, seconds

_VOICE = re.compile(r"<v(?:\.[^ >]*)?\s+([^>]+)>")
_TAG = re.compile(r"</?(?:[cibuv]|ruby|rt|lang|font)\b[^>]*>|<\d[\d:.]*>|\{\\\w+\}")
_ENDS_A_SENTENCE = re.compile(r"[.?!…。！？।؟][\"'”’)\]]*$")
# Where nobody is named, a paragraph ends with the first sentence that ends after this many
# characters.
_PARAGRAPH = 400


@dataclass(frozen=True, slots=True)
class Cue:
    """Be what is said from a time on, "" where it is not known; so for the speaker."""

    text: str
    speaker: str = ""
    time: str = ""


def read_vtt(id: str, content: bytes) -> Document:
    """Read WebVTT captions, whose voice tags or "NAME:" say who speaks."""
    return _transcript(id, _cues(content, "vtt"))


def read_srt(id: str, content: bytes) -> Document:
    """Read SubRip captions, whose "NAME:" says who speaks."""
    return _transcript(id, _cues(content, "srt"))


def read_json(id: str, content: bytes) -> Document:
    """Read a list of turns, each with `text` and maybe `speaker` and `time`.

    The list may be the `segments` of an object, and the time its `start`, as transcription tools
    write it; a time is in seconds or HH:MM:SS.
    """
    try:
        turns: Any = json.loads(decode(content))
    except json.JSONDecodeError as error:
        raise DocumentError(f"is not JSON (line {error.lineno}: {error.msg}); mend it") from error
    except (ValueError, RecursionError) as error:
        raise DocumentError(f"cannot be read as JSON ({error}); give a list of turns") from error
    if isinstance(turns, dict):
        turns = turns.get("segments")
    if not isinstance(turns, list):
        raise DocumentError(
            "is not a transcript; give a list of turns:"
            ' [{"speaker": ..., "text": ..., "time": ...}]'
        )
    return _transcript(id, [_turn(number, turn) for number, turn in enumerate(turns, 1)])


def _turn(number: int, turn: object) -> Cue:
    if not isinstance(turn, dict) or not isinstance(turn.get("text"), str):
        raise DocumentError(f"turn {number} has no text; give each turn a text")
    speaker, time = turn.get("speaker") or "", turn.get("time", turn.get("start"))
    if not isinstance(speaker, str):
        raise DocumentError(f"turn {number}: the speaker is not a text; give a name")
    try:
        began = "" if time is None else clock(seconds(time) if isinstance(time, str) else time)
    except (TypeError, ValueError, OverflowError) as error:
        raise DocumentError(
            f"turn {number}: {time!r} is not a time; give seconds or HH:MM:SS"
        ) from error
    return Cue(turn["text"], _name(speaker), began)


def _cues(content: bytes, format: str) -> Iterator[Cue]:
    """Yield the cues of a caption file, one for each voice in it."""
    import webvtt
    from webvtt.errors import MalformedCaptionError, MalformedFileError

    try:
        lines = decode(content).lstrip().splitlines(keepends=True)
        captions: Any = webvtt.from_buffer(iter(lines), format=format)
    except (MalformedFileError, MalformedCaptionError) as error:
        raise DocumentError(f"is not a {format} file that can be read ({error})") from error
    for caption in captions:
        time = clock(caption.start_in_seconds)
        pieces = _VOICE.split(caption.raw_text)
        for speaker, raw in zip(["", *pieces[1::2]], pieces[::2], strict=True):
            text = html.unescape(_TAG.sub("", raw))
            said = text.lstrip("> ")
            if not speaker and (named := speaker_of(said)):
                speaker, text = named["speaker"], said[named.end() :]
            yield Cue(text, _name(html.unescape(speaker)), time)


def _name(speaker: str) -> str:
    """Return a name without the colon that parts it from the words, its blanks made one each."""
    return " ".join(speaker.split()).rstrip(" :：")


def _transcript(id: str, cues: Iterable[Cue]) -> Document:
    """Join the cues of a turn, and mark where each begins."""
    text = ""
    marks: list[Mark] = []
    blocks: list[tuple[int, int]] = []
    speaker, ended = "", True
    for cue in cues:
        words = " ".join(cue.text.split())
        if not words:
            continue
        said_on = not cue.speaker and not ended
        full = ended and not speaker and blocks and len(text) - blocks[-1][0] > _PARAGRAPH
        if not blocks or full or not (cue.speaker == speaker or said_on):
            text += "\n" if text else ""
            blocks.append((len(text), len(text)))
            place = len(text)
            speaker = cue.speaker
            text += f"{speaker}: " if speaker else ""
        else:
            text += " "
            place = len(text)
        label = " ".join(part for part in (cue.time, speaker) if part)
        if (marks[-1].label if marks else "") != label:
            marks.append(Mark(place, label, speaker, cue.time))
        text += words
        ended = bool(_ENDS_A_SENTENCE.search(words))
        blocks[-1] = (blocks[-1][0], len(text))
    if not blocks:
        raise DocumentError("has no words in it; give a transcript with words")
    return Document(id, text, marks=tuple(marks), blocks=tuple(blocks))
