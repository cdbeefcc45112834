"""The left side of the page: the conversation, and the box to ask in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

import gradio as gr

from bot.web.answer import render_question
from bot.web.events import ASKING, CHOOSING, HIDDEN, SHOWING
from bot.web.scope import lay_out_scope, narrow
from bot.web.session import Session
from bot.web.troubles import tell
from bot.web.view import Shown, View, beginning
from embeddings.errors import MeetingbotError
from embeddings.query import check_question

_SCRIPT = Path(__file__).with_name("talk.js")


@dataclass(frozen=True, slots=True)
class Talk:
    """The components of the left side."""

    chat: gr.Chatbot
    note: gr.HTML
    warming: gr.HTML
    scope: gr.HTML
    question: gr.Textbox
    sent: gr.Textbox


def lay_out_talk(visit: Session) -> Talk:
    """Place the conversation above the box, as a visit begins."""
    chat = gr.Chatbot(
        label="Conversation",
        elem_id="chat",
        show_label=False,
        container=False,
        height="100%",
        buttons=[],
        latex_delimiters=[],
        allow_tags=False,
        feedback_options=None,
        autoscroll=False,
        **beginning(visit),
    )
    note = gr.HTML(
        "", elem_id="note", apply_default_css=False, js_on_load=_SCRIPT.read_text("utf-8")
    )
    warming = gr.HTML("", elem_id="warming", apply_default_css=False)
    scope = lay_out_scope(visit)
    question = gr.Textbox(
        label="Your question",
        elem_id="question",
        placeholder="Ask about the meeting",
        lines=1,
        max_lines=5,
        autofocus=True,
        submit_btn=True,
        html_attributes=gr.InputHTMLAttributes(enterkeyhint="send", autocomplete="off"),
    )
    sent = gr.Textbox(visible=False)  # what was in the box when it was emptied
    return Talk(chat, note, warming, scope, question, sent)


def wire_talk(talk: Talk, again: gr.Button, tabs: gr.Tabs, view: View) -> None:
    """Say what happens when a question is asked, changed, asked again or stopped."""

    def ask(
        text: str, visit: Session, instead_of: int = 0, *, typed: bool = False
    ) -> Iterator[Shown]:
        """Show the question at once, then its answer."""
        try:
            check_question(text)
            waiting = [
                {"role": "user", "content": render_question(text)},
                {"role": "assistant", "content": _LOOKING_UP},
            ]
            kept = instead_of - 1 if instead_of else len(visit.conversation.turns)
            yield {
                view.session: visit,
                view.chat: [*visit.messages()[: 2 * kept], *waiting],
                talk.question: gr.update(submit_btn=False, stop_btn=True),
            }
            visit.ask(text, instead_of=instead_of)
        except MeetingbotError as error:
            gr.Warning(escape(tell(error)))
            # What was typed is given back, to be mended.
            given_back = {"value": text} if typed else {}
            yield {**view.show(visit), talk.question: _ready(**given_back)}
        else:
            yield {**view.show(visit), talk.note: render_put_away(visit), talk.question: _ready()}

    def ask_typed(text: str, visit: Session) -> Iterator[Shown]:
        """Ask what was in the box, where a question may have been put to be changed."""
        if text:
            yield from ask(text, visit, visit.editing, typed=True)
        else:
            yield {view.session: visit}

    def ask_example(event: gr.SelectData, visit: Session) -> Iterator[Shown]:
        yield from ask(str(event.value["text"]), visit)

    def ask_again(event: gr.EventData, visit: Session) -> Iterator[Shown]:
        """Ask a turn's question again, or one that was suggested."""
        if turn := _turn(event, visit):
            yield from ask(visit.conversation.turns[turn - 1].question, visit, turn)
        elif suggested := event._data.get("question"):
            yield from ask(str(suggested), visit)

    def edit(event: gr.EventData, visit: Session) -> Shown:
        """Put a question back into the box, to replace its turn; or bring answers back."""
        if event._data.get("back"):
            visit.bring_back()
            return {**view.show(visit), talk.note: ""}
        visit.editing = _turn(event, visit)
        if not visit.editing:
            return {view.session: visit, talk.note: ""}
        return {
            view.session: visit,
            talk.note: _EDITING,
            talk.question: visit.conversation.turns[visit.editing - 1].question,
        }

    def stop(visit: Session) -> Shown:
        visit.stop()
        return {**view.show(visit), talk.question: _ready()}

    def start_again(visit: Session) -> Shown:
        visit.start_again()
        return {
            **view.show(visit),
            talk.note: render_put_away(visit),
            talk.question: _ready(),
            tabs: gr.update(selected="chat"),
        }

    session, outputs = [view.session], [*view.components, talk.note, talk.question]
    # In the browser: what is typed before the server has heard of it is the next question.
    emptied = talk.question.submit(
        None,
        talk.question,
        [talk.sent, talk.question],
        js=_EMPTY,
        trigger_mode="multiple",
        **HIDDEN,
    )
    # Gradio would ignore who asks again before it has tidied up after the last question; the
    # session drops the answer that is no longer waited for.
    at_once: dict[str, Any] = {**ASKING, "trigger_mode": "multiple"}
    typed = emptied.then(ask_typed, [talk.sent, view.session], outputs, **at_once)
    asking: list[Any] = [
        typed,
        talk.chat.example_select(ask_example, session, outputs, **ASKING),
        talk.note.submit(ask_again, session, outputs, **at_once),
    ]
    typed.failure(None, [talk.sent, talk.question], talk.question, js=_GIVE_BACK, **HIDDEN)
    talk.question.stop(stop, session, outputs, cancels=asking, **SHOWING)
    talk.scope.submit(narrow, session, [view.session, view.scope], **CHOOSING)
    talk.note.edit(edit, session, outputs, **SHOWING)
    again.click(start_again, session, [*outputs, tabs], cancels=asking, **SHOWING)


def render_put_away(visit: Session) -> str:
    """Return the offer to bring answers back that were replaced or put away."""
    if not visit.put_away:
        return ""
    count = len(visit.put_away.turns)
    those, them = ("1 answer is", "it") if count == 1 else (f"{count} answers are", "them")
    return (
        f'<p class="hint">{those} put away.'
        f' <button type="button" class="back">Bring {them} back</button></p>'
    )


def _ready(**changes: Any) -> Any:
    """Return the box as it takes a question."""
    return gr.update(submit_btn=True, stop_btn=False, **changes)


def _turn(event: gr.EventData, visit: Session) -> int:
    """Return the turn that an event is about; 0 when there is no such turn."""
    turn = event._data.get("turn")
    return turn if isinstance(turn, int) and 1 <= turn <= len(visit.conversation.turns) else 0


_LOOKING_UP = '<p class="looking" role="status">Looking it up…</p>'
_EDITING = (
    '<p class="hint">This will replace your question and what followed.'
    ' <button type="button" class="keep" title="Escape">Keep it</button></p>'
)
# The box's changes are those of _ready, and of a question that is being answered.
_EMPTY = """(typed) => [window.asked = typed, typed && {
    __type__: "update", value: "", submit_btn: false, stop_btn: true
}]"""
_GIVE_BACK = """(sent, typed) => ({
    __type__: "update", value: typed || sent, submit_btn: true, stop_btn: false
})"""
