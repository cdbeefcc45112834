"""The right side of the page: the meetings, and the record of the one that lies open."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import gradio as gr

from bot.packaged import PACKAGED_RECORD
from bot.web.events import SHOWING, TELLING, WORKING
from bot.web.holdings import LARGEST_FILE
from bot.web.meetings import render_meetings
from bot.web.session import Session
from bot.web.troubles import tell
from bot.web.view import Shown, View
from bot.web.work import Work
from embeddings.encoder import Progress
from embeddings.errors import MeetingbotError

_HERE = Path(__file__).parent
_HINT = f"PDF, Word, web, text, captions; up to {LARGEST_FILE // 1_000_000} MB"
_DROP = '<span class="drop">; or drop them</span>'


@dataclass(frozen=True, slots=True)
class Shelf:
    """The components of the right side."""

    meetings: gr.HTML
    page: gr.HTML
    files: gr.UploadButton
    example: gr.Button


def lay_out_shelf(visit: Session) -> Shelf:
    """Place the list of meetings above the record, as a visit begins."""
    with gr.Column(elem_id="shelf"):
        gr.HTML(_HEAD, elem_id="shelf-head")
        with gr.Column(elem_id="meetings"):
            meetings = gr.HTML(
                render_meetings(visit),
                elem_id="list",
                apply_default_css=False,
                js_on_load=(_HERE / "meetings.js").read_text("utf-8"),
            )
            with gr.Row(elem_id="add"):
                files = gr.UploadButton(
                    "Add meetings", file_count="multiple", elem_id="files", size="sm"
                )
                example = gr.Button(
                    "Load the example",
                    elem_id="example",
                    size="sm",
                    visible=not visit.meetings.documents,
                )
                gr.HTML(f'<p class="hint">{_HINT}{_DROP}</p>')
        page = gr.HTML(
            visit.page(),
            elem_id="page",
            js_on_load=(_HERE / "reader.js").read_text("utf-8"),
            apply_default_css=False,
        )
    return Shelf(meetings, page, files, example)


def wire_shelf(shelf: Shelf, view: View) -> None:
    """Say what happens when meetings are added, opened, ticked or removed."""

    def announce(paths: Sequence[str], visit: Session) -> Shown:
        """Show at once what is to be added: another visitor's files may be at work."""
        visit.refused.clear()
        visit.coming.update(dict.fromkeys(path.name for path in _files(paths)))
        return {view.session: visit, view.meetings: render_meetings(visit)}

    def add(paths: Sequence[str], visit: Session) -> Iterator[Shown]:
        """Read and index files one after the other, each searched as soon as it is in.

        The first of them is opened: who reads it is not thrown about by the others.
        """
        yield {view.session: visit, shelf.files: None}
        opened = False
        for path in _files(paths):
            job = visit.meetings.add if opened else visit.add
            yield from work(partial(job, path), path.name, visit)
            opened = opened or path.name not in visit.refused
            yield view.show_meetings(visit)

    def announce_example(visit: Session) -> Shown:
        visit.coming[_EXAMPLE] = None
        return {view.session: visit, view.meetings: render_meetings(visit)}

    def load_example(visit: Session) -> Iterator[Shown]:
        yield from work(partial(visit.add, PACKAGED_RECORD), _EXAMPLE, visit)
        yield view.show_meetings(visit)

    def work(job: Callable[[Progress], object], name: str, visit: Session) -> Iterator[Shown]:
        """Show how far a job is; note why it failed."""
        running = Work(job, gives_way=True)
        try:
            for progress in running:
                visit.coming[name] = progress
                yield {view.meetings: render_meetings(visit)}
            running.result()
        except MeetingbotError as error:
            visit.refused[name] = tell(error)
        finally:
            visit.coming.pop(name, None)

    def change(event: gr.EventData, visit: Session) -> Shown:
        """Do what was clicked in the list."""
        data = event._data
        if read := data.get("read"):
            visit.read(str(read))
        elif ask := data.get("ask"):
            visit.meetings.choose(str(ask), asked=bool(data.get("ticked")))
        elif only := data.get("only"):
            visit.meetings.choose_only(visit.reading if only == "open" else "")
        elif remove := data.get("remove"):
            visit.meetings.remove(str(remove))
        elif dismiss := data.get("dismiss"):
            visit.refused.pop(str(dismiss), None)
        return view.show_meetings(visit)

    def open_citation(event: gr.EventData, visit: Session) -> Shown:
        turn, number = event._data.get("turn"), event._data.get("number")
        if isinstance(turn, int) and isinstance(number, int) and not visit.open(turn, number):
            gr.Warning("That place is no longer here.")
        return {view.session: visit, view.page: visit.page(), view.meetings: render_meetings(visit)}

    inputs, outputs = [view.session], view.components
    own = [shelf.files, view.session]
    announced = shelf.files.upload(announce, own, outputs, **SHOWING)
    # Files that are dropped while others come in are added, too.
    announced.then(add, own, [shelf.files, *outputs], trigger_mode="multiple", **WORKING)
    announced = shelf.example.click(announce_example, inputs, outputs, **SHOWING)
    announced.then(load_example, inputs, outputs, **WORKING)
    shelf.meetings.click(change, inputs, outputs, **SHOWING)
    shelf.page.click(open_citation, inputs, outputs, **TELLING)


def _files(paths: Sequence[str]) -> list[Path]:
    """Return the files; who speaks to the server without the page may name others' folder."""
    return [path for path in map(Path, paths) if path.is_file()]


_EXAMPLE = "The example"
_HEAD = (
    '<span class="shelf-title">The record</span>'
    '<button type="button" id="close-shelf">Close</button>'
)
