"""Render the list of meetings: which is read, which are asked, and files on their way in."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from bot.web.session import Session


def render_meetings(visit: Session) -> str:
    """Return the list; what can be done with a meeting is in its `data-` attributes."""
    names = visit.meetings.names
    rows = [
        # First, to be seen: a list of many meetings is scrolled.
        *(_coming(name, progress) for name, progress in [*visit.coming.items()]),
        *(_refused(name, reason) for name, reason in [*visit.refused.items()]),
        *(_meeting(visit, id, names) for id in names),
    ]
    hint = ""
    if len(names) > 1:
        hint = _HINT.format(asked=len(visit.meetings.asked), of=len(names))
    return (
        f'<ul class="meetings" aria-label="Meetings" aria-live="polite">{"".join(rows)}</ul>{hint}'
    )


_HINT = (
    '<p class="hint">Questions go to the ticked meetings, {asked} of {of}. Tick'
    ' <button type="button" data-only="all">all</button> or'
    ' <button type="button" data-only="open">only the open one</button></p>'
)


def _meeting(visit: Session, id: str, names: Mapping[str, str]) -> str:
    name, key = escape(names[id]), escape(id)
    tick = ""
    if len(names) > 1:
        ticked = "" if id in visit.meetings.left_out else " checked"
        tick = f'<input type="checkbox" data-ask="{key}" aria-label="Ask {name}"{ticked}>'
    current = ' aria-current="true"' if id == visit.reading else ""
    return (
        f'<li>{tick}<button type="button" class="title" data-read="{key}" title="{key}"{current}>'
        f"{name}</button>"
        f'<button type="button" class="remove" data-remove="{key}" aria-label="Remove {name}">'
        "Remove</button></li>"
    )


def _coming(name: str, progress: tuple[int, int] | None) -> str:
    name, value = escape(name), ""
    if progress is None:
        state = "waiting"
    elif progress[1]:
        state = "indexing {} of {}".format(*progress)
        value = ' value="{}" max="{}"'.format(*progress)
    else:
        state = "reading"
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
