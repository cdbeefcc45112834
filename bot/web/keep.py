"""What a visitor keeps of the chat, and says of it: copy and save for all, thumbs where kept."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from time import monotonic_ns
from typing import Any

import gradio as gr

from bot import feedback as store
from bot.conversation import Conversation
from bot.errors import FeedbackError
from bot.export import turn_as_dict
from bot.web.events import HIDDEN, TELLING
from bot.web.session import Session
from bot.web.troubles import tell

LONGEST_NOTE = 2000

_SCRIPT = Path(__file__).with_name("keep.js")
_SAVE = (
    '<p class="save">Save this chat as'
    ' <button type="button" data-save="md" disabled>Markdown</button>'
    ' or <button type="button" data-save="json" disabled>JSON</button></p>'
)


def lay_out_keep(feedback: Path | None) -> gr.HTML:
    """Return the line that saves; its script puts copy, and thumbs if kept, under each answer."""
    return gr.HTML(
        _SAVE,
        elem_id="keep",
        js_on_load=_SCRIPT.read_text("utf-8"),
        apply_default_css=False,
        rated=feedback is not None,
        longest=LONGEST_NOTE,
        file=None,
        said=None,
    )


def wire_keep(keep: gr.HTML, session: gr.State, feedback: Path | None) -> None:
    """Let a conversation be saved, and feedback be appended to a file where there is one."""

    def save(event: gr.EventData, visit: Session) -> Any:
        if not visit.conversation.turns:
            return gr.skip()
        chat, kind = visit.conversation, event._data.get("kind")
        text = chat.to_json() if kind == "json" else chat.to_markdown()
        name = f"meeting-chat-{datetime.now():%Y-%m-%d-%H%M%S}.{'json' if kind == 'json' else 'md'}"
        # The same file a second time is news, too.
        return gr.HTML(file={"name": name, "text": text, "serial": monotonic_ns()})

    def rate(event: gr.EventData, visit: Session) -> Any:
        turn, helpful = event._data.get("turn"), event._data.get("helpful")
        note = event._data.get("note") or ""
        if feedback is None or not isinstance(helpful, bool):
            return gr.skip()
        if type(turn) is not int or not 1 <= turn <= len(visit.conversation.turns):
            return gr.skip()
        try:
            store.append(feedback, _said(visit.conversation, turn, helpful, str(note)))
        except FeedbackError as error:
            gr.Warning(tell(error))
            return gr.skip()
        said = {"turn": turn, "helpful": helpful, "noted": bool(note), "serial": monotonic_ns()}
        return gr.HTML(said=said)

    keep.click(save, [session], keep, **HIDDEN)
    if feedback:
        keep.submit(rate, [session], keep, **TELLING)


def _said(chat: Conversation, turn: int, helpful: bool, note: str) -> store.Feedback:
    return store.Feedback(
        conversation=chat.id,
        turn=turn,
        helpful=helpful,
        answer=turn_as_dict(chat.turns[turn - 1]),
        history=tuple(one.question for one in chat.turns[: turn - 1]),
        note=note.strip()[:LONGEST_NOTE],
    )
