"""Read captions and transcripts: WebVTT, SubRip, and JSON of speaker turns.

A caption that names nobody is the last speaker's where nothing tells that another begins: a sign
(">>", or dashes as in a dialogue), a pause, or the end of a sentence in captions that tell of no
change at all.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from embeddings.datatypes import Document
from embeddings.errors import DocumentError
from embeddings.readers.cues import Cue, transcript
from embeddings.readers.encoding import decode
from embeddings.readers.labels import tell_names
from embeddings.text.sentences import ENDS_A_SENTENCE, STOPS
from embeddings.text.times import clock, seconds

_VOICE = re.compile(r"<v(?:\.[^ >]*)?\s+([^>]+)>")
_TAG = re.compile(
    r"</?(?:[cibu]|ruby|rt|lang|font)\b[^>]*>|</?v(?:\.[^ >]*)?>|<\d[\d:.]*>|\{\\\w+\}"
)
_CHANGE = re.compile(r"\s*>{2,}\s*|^-\s+", re.MULTILINE)
# Where two lines of a caption open so, two people speak; one line may be "-3 degrees".
_DIALOGUE = re.compile(r"^[-–—](?![-–—])\s*", re.MULTILINE)
# What stands before it is no sentence's end, nor broken off.
_WRAPPED = re.compile(rf"(?<![{STOPS}\"'”’)\]–—-])\n")
# Where Webex has the name: 1 "Anna Berg" (3284923648).
_IDENTIFIER = re.compile(r'\d+ "(.+)" \(\d+\)')
# After so many seconds without words another may have begun.
_PAUSE = 2
# Of captions with punctuation one in so many ends a sentence, and a pause ends none.
_PUNCTUATED = 10
# What lasts no longer, in seconds, only lets the lines on the screen roll up.
_ROLLING = 0.05
# Where a transcription tool keeps the turns, and how many of its times' numbers are a second.
_UNITS = {"segments": 1, "transcription": 1, "utterances": 1000}


class _Piece(NamedTuple):
    """What one voice says in a caption, and whether a sign tells that it is another's."""

    begin: float
    end: float
    words: str
    speaker: str
    change: bool


def read_vtt(id: str, content: bytes) -> Document:
    """Read WebVTT captions, whose voice tags or "NAME:" say who speaks."""
    return transcript(id, _cues(list(_pieces(content, "vtt"))))


def read_srt(id: str, content: bytes) -> Document:
    """Read SubRip captions, whose "NAME:" says who speaks."""
    return transcript(id, _cues(list(_pieces(content, "srt"))))


def read_json(id: str, content: bytes) -> Document:
    """Read a list of turns, each with `text` and maybe `speaker` and `time`.

    The list may be part of an object, and the time be called otherwise, as transcription tools
    write it (Whisper, whisper.cpp, AssemblyAI); a time is in seconds or HH:MM:SS.
    """
    try:
        turns: Any = json.loads(decode(content))
    except json.JSONDecodeError as error:
        raise DocumentError(
            f"is not JSON (line {error.lineno}: {error.msg}); correct it"
        ) from error
    except (ValueError, RecursionError) as error:
        raise DocumentError(f"cannot be read as JSON ({error}); give a list of turns") from error
    unit = 1
    if isinstance(turns, dict):
        name = next((name for name in _UNITS if name in turns), "segments")
        turns, unit = turns.get(name), _UNITS[name]
    if not isinstance(turns, list):
        raise DocumentError(
            "is not a transcript; give a list of turns:"
            ' [{"speaker": ..., "text": ..., "time": ...}]'
        )
    return transcript(id, [_turn(number, turn, unit) for number, turn in enumerate(turns, 1)])


def _turn(number: int, turn: object, unit: int) -> Cue:
    if not isinstance(turn, dict) or not isinstance(turn.get("text", 0), str | None):
        raise DocumentError(f"turn {number} has no text; give each turn a text")
    speaker, time = turn.get("speaker"), turn.get("time", turn.get("start"))
    if isinstance(stamps := turn.get("timestamps"), dict):
        time = stamps.get("from")
    if not isinstance(speaker, str | int | None):
        raise DocumentError(f"turn {number}: the speaker is not a text; give a name")
    try:
        began = (
            "" if time is None else clock(seconds(time) if isinstance(time, str) else time / unit)
        )
    except (TypeError, ValueError, OverflowError) as error:
        raise DocumentError(
            f"turn {number}: {time!r} is not a time; give seconds or HH:MM:SS"
        ) from error
    # Some tools number the speakers; nothing was said in a turn whose text is null.
    return Cue(turn["text"] or "", "" if speaker is None else _name(str(speaker)), began)


def _cues(pieces: list[_Piece]) -> Iterator[Cue]:
    """Yield the pieces as cues, one without a name with the speaker who goes on."""
    told = any(one.change for one in pieces) or len({one.speaker for one in pieces} - {""}) > 1
    ends = [bool(ENDS_A_SENTENCE.search(one.words)) for one in pieces]
    punctuated = sum(ends) * _PUNCTUATED >= len(ends)
    speaker, end, ended = "", 0.0, True
    for one, ends_here in zip(pieces, ends, strict=True):
        apart = one.begin - end >= _PAUSE and (ended or not punctuated)
        goes_on = not (one.change or apart) and (told or not ended)
        speaker = one.speaker or (speaker if goes_on else "")
        yield Cue(one.words, speaker, clock(one.begin), one.change or (apart and not speaker))
        end, ended = max(end, one.end), ends_here


def _pieces(content: bytes, format: str) -> Iterator[_Piece]:
    """Yield what each voice says, known by its tag or by the name that opens a line."""
    voiced = list(_voiced(content, format))
    told = tell_names([_WRAPPED.sub(" ", one.words) for one in voiced if not one.speaker])
    for one in voiced:
        change = one.change
        for name, words in [(one.speaker, one.words)] if one.speaker else next(told):
            yield one._replace(words=words, speaker=_name(name), change=change)
            change = False


def _voiced(content: bytes, format: str) -> Iterator[_Piece]:
    """Yield what stands behind each tag of a voice or sign of a change."""
    change = False
    for begin, end, identifier, lines in _captions(content, format):
        named = _IDENTIFIER.fullmatch(identifier)
        voices = _VOICE.split("\n".join(lines))
        for voice, raw in zip([named[1] if named else "", *voices[1::2]], voices[::2], strict=True):
            said = html.unescape(raw)
            sign = _DIALOGUE if len(_DIALOGUE.findall(said)) > 1 else _CHANGE
            for number, words in enumerate(sign.split(said)):
                change = change or number > 0
                if words.strip():
                    yield _Piece(begin, end, words.strip(), html.unescape(voice), change)
                    change = False


def _captions(content: bytes, format: str) -> Iterator[tuple[float, float, str, list[str]]]:
    """Yield when each caption begins and ends, its identifier, and the lines new in it.

    Captions that roll up, as a program writes them live, show the lines before once more.
    """
    import webvtt
    from webvtt.errors import MalformedCaptionError, MalformedFileError

    try:
        source = decode(content).lstrip().splitlines(keepends=True)
        captions: Any = webvtt.from_buffer(iter(source), format=format)
    except (MalformedFileError, MalformedCaptionError) as error:
        raise DocumentError(
            f"is not a {format} file that can be read ({error}); save it again, or as a text"
        ) from error
    shown: list[str] = []
    for caption in captions:
        begin, end = _in_seconds(caption.start), _in_seconds(caption.end)
        raw = (" ".join(line.split()) for line in _TAG.sub("", caption.raw_text).splitlines())
        lines = [line for line in raw if line]
        lengths = range(min(len(shown), len(lines)), 0, -1)
        repeated = next((one for one in lengths if shown[-one:] == lines[:one]), 0)
        if repeated == len(lines) and end - begin > _ROLLING:
            repeated = 0  # somebody says the same again
        yield begin, end, caption.identifier or "", lines[repeated:]
        shown = lines


def _in_seconds(stamp: str) -> float:
    hours, minutes, rest = stamp.split(":")
    return int(hours) * 3600 + int(minutes) * 60 + float(rest)


def _name(speaker: str) -> str:
    """Return a name without the colon that parts it from the words, its blanks made one each."""
    return " ".join(speaker.split()).rstrip(" :：")
