"""Know who comes back: a page that is loaded anew goes on where it was.

Gradio's own page loads itself anew whenever a connection was lost.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any
from weakref import WeakValueDictionary

import gradio as gr

from bot.web.events import SHOWING
from bot.web.exam import Exam
from bot.web.results import render_report
from bot.web.session import Session
from bot.web.talk import Talk, render_put_away
from bot.web.view import Shown, View

# Seconds that a session is kept after its last event, where its page is gone, or seems to be: a
# page that lost its connection once never tells Gradio again that it is open. It would be an hour.
KEPT = 24 * 3600

_SCRIPT = Path(__file__).with_name("visits.js")
_LOST = "The connection was lost before the answer came: your question stands in the box again."
_GONE = "The server was started anew: the chat that stood here is gone."


def wire_visits(talk: Talk, exam: Exam, view: View, page: gr.Blocks) -> Any:
    """Begin a visit when the page is loaded, or go on with it; return that event."""
    # Gradio's state keeps the sessions; one that it forgets is forgotten here.
    sessions: WeakValueDictionary[tuple[str, str], Session] = WeakValueDictionary()

    def come(told: object, begun: Session, request: gr.Request) -> Shown:
        """Show what the page showed before it went."""
        page.app.state_holder[str(request.session_hash)].STATE_TTL_WHEN_CLOSED = KEPT
        before = told if isinstance(told, dict) else {}
        # Who has logged in by another name in the same tab is somebody else.
        key = (str(request.username), str(before.get("visit") or request.session_hash))
        visit = sessions.get(key)
        asked, draft = str(before.get("asked") or ""), str(before.get("draft") or "")
        if visit is None:
            sessions[key] = begun
            shown: Shown = {view.session: begun}
            shown[talk.note] = _hint(_GONE if before.get("answers") else "")
        else:
            visit.come_back()
            turns = visit.conversation.turns
            if turns and turns[-1].question == asked:  # it was answered when nobody saw it
                asked = ""
            note = _hint(_LOST) if asked else render_put_away(visit)
            shown = {**view.show(visit), talk.note: note}
            shown[exam.results] = render_report(visit.report) if visit.report else ""
        if asked or draft:
            shown[talk.question] = "\n".join(filter(None, (asked, draft)))
        return shown

    told = gr.JSON(visible=False)
    outputs = [*view.components, talk.note, talk.question, exam.results]
    return page.load(come, [told, view.session], outputs, js=_SCRIPT.read_text("utf-8"), **SHOWING)


def _hint(words: str) -> str:
    return f'<p class="hint" role="status">{words}</p>' if words else ""
