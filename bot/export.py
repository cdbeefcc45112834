"""Write a conversation down, so that it can be kept, shared and checked: as JSON and as Markdown.

The JSON says all that `bot.verify` needs to check every quote; the Markdown is for people.
"""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from datetime import timezone
from typing import TYPE_CHECKING, Any

from bot.printing import YES, never_mentioned

if TYPE_CHECKING:
    from bot.conversation import Conversation
    from bot.datatypes import Answer
    from embeddings.scope import Scope

FORMAT = 1
# What Markdown might take for its own: anywhere in a text, and where a line begins.
_MARKUP = re.compile(r"[\\`*_\[\]<>&~|$#]")
_OPENER = re.compile(r"^(\d*)([-+=.)])")


def as_json(conversation: Conversation) -> str:
    """Return the conversation as JSON text, with all that is needed to check it."""
    index = conversation.bot.retriever.index
    chosen = [turn.scope.documents for turn in conversation.turns]
    asked = {id for ids in chosen for id in index.ids(ids)}
    cited = {one.document_id for turn in conversation.turns for one in turn.citations}
    # A meeting that was removed or replaced meanwhile is recorded as it was when it was cited.
    documents = {
        **{id: one.sha256 for id, one in index.about.items() if id in asked},
        **{id: sha256 for id, sha256 in conversation.sources.items() if id in cited},
    }
    export = {
        "format": FORMAT,
        "model": {"name": index.encoder.name, "sha256": index.encoder.fingerprint},
        "index": index.id,
        "documents": documents,
        "turns": [turn_as_dict(turn) for turn in conversation.turns],
    }
    return json.dumps(export, ensure_ascii=False, indent=2) + "\n"


def turn_as_dict(answer: Answer) -> dict[str, Any]:
    """Return what is kept of an answer: all but what was looked at and how long it took."""
    kept = answer.as_dict()
    del kept["hits"], kept["seconds"]
    time = answer.time.astimezone(timezone.utc).isoformat(timespec="seconds")
    return {**kept, "scope": asdict(answer.scope), "time": time}


def as_markdown(conversation: Conversation) -> str:
    """Return the conversation as Markdown: each question, the quotes, and where they stand."""
    turns = "".join(_turn(turn) for turn in conversation.turns)
    return f"# Questions to the record\n{turns}"


def _turn(answer: Answer) -> str:
    lines = ["", f"## {_escape(' '.join(answer.question.split()))}", ""]
    if answer.searched:
        lines += [_escape(answer.searched), ""]
    if asked_of := _asked_of(answer.scope):
        lines += [f"Asked of: {_escape(asked_of)}", ""]
    if answer.yes:
        lines += [f"**{YES}**", ""]
    if answer.citations:
        if lacks := never_mentioned(answer):
            lines += [_escape(lacks), ""]
        for number, one in enumerate(answer.citations, 1):
            lines += [f"> {line}" for line in _escape(one.quote).split("\n")]
            lines[-1] += f" \\[{number}\\]"
            lines.append(">")
        lines[-1] = ""
        for number, one in enumerate(answer.citations, 1):
            place = f"{one.location}, " if one.location else ""
            where = f"{place}characters {one.start}-{one.end}"
            lines.append(f"{number}. {_escape(one.document_id)}, {_escape(where)}")
    else:
        lines.append(_escape(answer.text))
        if lacks := never_mentioned(answer):
            lines.append(_escape(lacks))
    if answer.note:
        lines += ["", _escape(answer.note)]
    when = answer.time.astimezone(timezone.utc)
    lines += ["", f"Confidence {answer.confidence:.0%}, {when:%Y-%m-%d %H:%M:%S} UTC", ""]
    return "\n".join(lines)


def _asked_of(scope: Scope) -> str:
    """Return to whom and to which documents a question was put, "" for all."""
    return ", ".join(part for part in (str(scope), *(scope.documents or ())) if part)


def _escape(text: str) -> str:
    """Return a text that Markdown shows as it is, but for the blanks around its lines."""
    lines = (_MARKUP.sub(r"\\\g<0>", line.strip()) for line in text.splitlines())
    return "\n".join(_OPENER.sub(r"\1\\\2", line) for line in lines)
