"""Render the list of meetings: which is read, which are asked, and files on their way in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from bot.web.session import Session
from embeddings.datatypes import Document


@dataclass(frozen=True, slots=True)
class Coming:
    """Be a file on its way in, `done` of `of` passages indexed; of 0, it is still being read."""

    name: str
    done: int = 0
    of: int = 0


def render_meetings(visit: Session, coming: Sequence[Coming] = ()) -> str:
    """Return the list; what can be done with a meeting is in its `data-` attributes."""
    documents = visit.meetings.documents
    rows = [_meeting(visit, id, documents) for id in documents]
    rows += [_coming(one) for one in coming]
    rows += [_refused(name, reason) for name, reason in visit.refused.items()]
    hint = ""
    if len(documents) > 1:
        hint = '<p class="hint">Questions go to the ticked meetings.</p>'
    return (
        f'<ul class="meetings" aria-label="Meetings" aria-live="polite">{"".join(rows)}</ul>{hint}'
    )


def _meeting(visit: Session, id: str, documents: Mapping[str, Document]) -> str:
    name, key = escape(documents[id].title or id), escape(id)
    tick = ""
    if len(documents) > 1:
        ticked = "" if id in visit.meetings.left_out else " checked"
        tick = f'<input type="checkbox" data-ask="{key}" aria-label="Ask {name}"{ticked}>'
    current = ' aria-current="true"' if id == visit.reading else ""
    return (
        f'<li>{tick}<button type="button" class="title" data-read="{key}" title="{key}"{current}>'
        f"{name}</button>"
        f'<button type="button" class="remove" data-remove="{key}" aria-label="Remove {name}">'
        "Remove</button></li>"
    )


def _coming(one: Coming) -> str:
    name = escape(one.name)
    state = f"indexing {one.done} of {one.of}" if one.of else "reading"
    value = f' max="{one.of}" value="{one.done}"' if one.of else ""
    return (
        f'<li class="coming"><span class="title">{name}</span>'
        f'<progress aria-label="{name}"{value}></progress><span class="state">{state}</span></li>'
    )


def _refused(name: str, reason: str) -> str:
    return (
        f'<li class="refused"><span class="title">{escape(name)}</span>'
        f'<span class="state">{escape(reason)}</span>'
        f'<button type="button" class="remove" data-dismiss="{escape(name)}"'
        f' aria-label="Dismiss {escape(name)}">Dismiss</button></li>'
    )
