"""The room in which the bot sits an exam: a question set on the meetings that are asked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from html import escape
from pathlib import Path

import gradio as gr

from bot.packaged import PACKAGED_QUESTIONS
from bot.web.events import ASKING, SHOWING, SITTING
from bot.web.results import render_problem, render_report, render_running, render_waiting
from bot.web.session import Session
from bot.web.talk import render_put_away
from bot.web.troubles import tell
from bot.web.view import Shown, View
from bot.web.work import StoppedError, Work
from embeddings.errors import MeetingbotError

_SCRIPT = Path(__file__).with_name("exam.js")


@dataclass(frozen=True, slots=True)
class Exam:
    """The components of this room."""

    packaged: gr.Button
    own: gr.UploadButton
    stop: gr.Button
    results: gr.HTML


def lay_out_exam(visit: Session) -> Exam:
    """Place what starts an exam above what it shows, as a visit begins."""
    gr.HTML(_INTRODUCTION)
    with gr.Row(elem_id="sets"):
        packaged = gr.Button(
            "Run the packaged questions",
            elem_id="packaged",
            size="sm",
            # They are about the packaged meeting.
            visible=visit.meetings.has_example,
        )
        own = gr.UploadButton("Run your own set", elem_id="own", size="sm")
        stop = gr.Button("Stop", elem_id="stop-exam", size="sm", visible=False)
    results = gr.HTML(
        "", elem_id="results", apply_default_css=False, js_on_load=_SCRIPT.read_text("utf-8")
    )
    return Exam(packaged, own, stop, results)


def wire_exam(exam: Exam, tabs: gr.Tabs, note: gr.HTML, view: View) -> None:
    """Say what happens when an exam is started, and when one of its questions is clicked."""

    def sit(path: str | Path, visit: Session) -> Iterator[Shown]:
        """Ask a set's questions, and show what came of it."""
        running = visit.sitting = Work(partial(visit.sit, Path(path)), gives_way=True)
        for done, of in running:
            yield {
                view.session: visit,
                exam.results: render_running(done, of),
                exam.stop: gr.update(visible=True),
            }
        yield {exam.stop: gr.update(visible=False)}
        try:
            report = running.result()
        except StoppedError:
            yield {exam.results: ""}
        except MeetingbotError as error:
            # Where an upload was put is nobody's business.
            yield {exam.results: render_problem(tell(error).replace(f"{Path(path).parent}/", ""))}
        else:
            yield {view.session: visit, exam.results: render_report(report)}

    def sit_own(path: str, visit: Session) -> Iterator[Shown]:
        # A folder would be a question set, too; of uploads it would be everybody's.
        for shown in sit(path, visit) if Path(path).is_file() else ():
            yield {exam.own: None, **shown}

    def stop(visit: Session) -> None:
        if visit.sitting:
            visit.sitting.stop()

    def open_question(event: gr.EventData, visit: Session) -> Shown:
        """Ask a question of the exam again, in the chat."""
        try:
            outcome = visit.ask_as_in_exam(str(event._data.get("question")))
        except MeetingbotError as error:
            gr.Warning(escape(tell(error)))
            return {**view.show(visit), tabs: gr.update(selected="chat")}
        if outcome is None:
            return {view.session: visit}
        expected = _EXPECTED if outcome.evidence else _NOTHING_EXPECTED
        expected += render_put_away(visit)
        return {**view.show(visit), note: expected, tabs: gr.update(selected="chat")}

    outputs = [view.session, exam.results, exam.own, exam.stop]
    session, own = [view.session], [exam.own, view.session]
    announced = exam.packaged.click(render_waiting, None, exam.results, **SHOWING)
    announced.then(partial(sit, PACKAGED_QUESTIONS), session, outputs, **SITTING)
    announced = exam.own.upload(render_waiting, None, exam.results, **SHOWING)
    announced.then(sit_own, own, outputs, **SITTING)
    exam.stop.click(stop, [view.session], None, **SHOWING)
    exam.results.click(open_question, [view.session], [*view.components, note, tabs], **ASKING)


_EXPECTED = '<p class="hint">Underlined in the record: what was expected.</p>'
_NOTHING_EXPECTED = '<p class="hint">Expected: that the record does not say.</p>'
_INTRODUCTION = (
    '<div class="introduction"><h2>How well does it answer?</h2>'
    "<p>A question set is a file of questions with the sentences that answer them, or none. "
    "It is asked on the meetings that are ticked; the result says how far the answers can be "
    "trusted, and which questions failed.</p>"
    '<p class="hint">Each line of it is one: <code>{"id": "1", "question": "When will it open?", '
    '"evidence": ["The library will open on 2 May."]}</code></p></div>'
)
