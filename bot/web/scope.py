"""Below the conversation: whose words are asked, and from when until when."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import Any

import gradio as gr

from bot.web.session import Session
from embeddings.errors import QuestionError
from embeddings.scope import Scope, moments_in, speakers_in

_WHAT = "Choose whose words are asked, and when"
_SCRIPT = Path(__file__).with_name("scope.js")


def lay_out_scope(visit: Session) -> gr.HTML:
    """Place the choice, as a visit begins."""
    return gr.HTML(
        render_scope(visit),
        elem_id="scope",
        apply_default_css=False,
        js_on_load=_SCRIPT.read_text("utf-8"),
    )


def render_scope(visit: Session) -> str:
    """Return the choice as a fold; nothing where the meetings name no speakers and no times."""
    bot, asked, scope = visit.meetings.bot, visit.meetings.asked, visit.meetings.scope
    if not bot:
        return ""
    index = bot.retriever.index
    speakers, moments = speakers_in(index, asked), moments_in(index, asked)
    if len(speakers) < 2 and not moments:
        return ""
    chosen = str(scope)
    return (
        f'<details><summary title="{_WHAT}">'
        f"Ask of <b>{escape(chosen) or 'everything'}</b></summary>"
        f"{_whose(speakers, scope)}{_when(moments, scope)}"
        f'<button type="button"{"" if chosen else " disabled"}>Ask of everything</button></details>'
    )


def _whose(speakers: list[str], scope: Scope) -> str:
    if len(speakers) < 2:
        return ""
    boxes = "".join(
        f'<label><input type="checkbox" name="speaker" value="{escape(name)}"'
        f"{' checked' if name in (scope.speakers or ()) else ''}>{escape(name)}</label>"
        for name in speakers
    )
    return f'<fieldset class="whose"><legend>Whose words</legend>{boxes}</fieldset>'


def _when(moments: list[str], scope: Scope) -> str:
    if not moments:
        return ""
    fields = "".join(
        f'<label><span>{label}</span><input type="text" name="{name}" value="{escape(value)}"'
        f' placeholder="{" or ".join(moments)}" autocomplete="off"></label>'
        for label, name, value in (
            ("From", "after", str(scope.after or "")),
            ("Before", "before", str(scope.before or "")),
        )
    )
    return f'<fieldset class="when"><legend>When</legend>{fields}</fieldset>'


def narrow(event: gr.EventData, visit: Session) -> tuple[Session, str]:
    """Ask of what was chosen from now on."""
    try:
        visit.meetings.narrow(_chosen(event._data))
    except QuestionError as error:
        gr.Warning(escape(str(error)))
    return visit, render_scope(visit)


def _chosen(data: dict[str, Any]) -> Scope:
    """Return the scope that the page tells of."""
    speakers = data.get("speakers")
    names = [str(one) for one in speakers] if isinstance(speakers, list) else []
    after, before = (str(data.get(name) or "").strip() or None for name in ("after", "before"))
    return Scope(speakers=names or None, after=after, before=before)
