"""The right side of the page: the meetings, and the record of the one that lies open."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import gradio as gr

from bot.packaged import PACKAGED_SOURCE
from bot.web.events import SHOWING, TELLING, WORKING
from bot.web.holdings import LARGEST_FILE
from bot.web.meetings import Coming, render_meetings
from bot.web.session import Session
from bot.web.troubles import tell
from bot.web.view import Shown, View
from bot.web.work import Work
from embeddings.encoder import Progress
from embeddings.errors import MeetingbotError
from embeddings.readers import READERS

_HERE = Path(__file__).parent
_TYPES = ", ".join(sorted({suffix.removeprefix(".") for suffix in READERS}))
_HINT = f"{_TYPES}, up to {LARGEST_FILE // 1_000_000} MB each"
_DROP = '<span class="drop">; or drop them anywhere on this page</span>'


@dataclass(frozen=True, slots=True)
class Shelf:
    """Be the components of the right side."""

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
                example = gr.Button("Load the example", elem_id="example", size="sm", visible=False)
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

    def add(paths: Sequence[str], visit: Session | None) -> Iterator[Shown]:
        """Read and index files one after the other, each searched as soon as it is in."""
        visit = visit or view.start()
        visit.refused.clear()
        # Whoever speaks to the server without the page may name the folder of all uploads.
        files = [path for path in map(Path, paths) if path.is_file()]
        coming = [Coming(path.name) for path in files]
        yield {view.session: visit, shelf.files: None}
        for path in files:
            yield from work(partial(visit.add, path), path.name, coming[1:], visit)
            coming.pop(0)
        yield view.show_meetings(visit)

    def load_example(visit: Session | None) -> Iterator[Shown]:
        visit = visit or view.start()
        yield from work(partial(visit.add, PACKAGED_SOURCE), "The example", [], visit)
        yield view.show_meetings(visit)

    def work(
        job: Callable[[Progress], None], name: str, rest: Sequence[Coming], visit: Session
    ) -> Iterator[Shown]:
        """Show how far a job is; note why it failed."""
        running = Work(job, gives_way=True)
        for done, of in running:
            yield {view.meetings: render_meetings(visit, [Coming(name, done, of), *rest])}
        try:
            running.result()
        except MeetingbotError as error:
            visit.refused[name] = tell(error)

    def change(event: gr.EventData, visit: Session | None) -> Shown:
        """Do what was clicked in the list."""
        visit = visit or view.start()
        data = event._data
        if read := data.get("read"):
            visit.read(str(read))
        elif ask := data.get("ask"):
            visit.meetings.choose(str(ask), asked=bool(data.get("ticked")))
        elif remove := data.get("remove"):
            visit.meetings.remove(str(remove))
        elif dismiss := data.get("dismiss"):
            visit.refused.pop(str(dismiss), None)
        return view.show_meetings(visit)

    def open_citation(event: gr.EventData, visit: Session | None) -> Shown:
        visit = visit or view.start()
        turn, number = event._data.get("turn"), event._data.get("number")
        if isinstance(turn, int) and isinstance(number, int) and not visit.open(turn, number):
            gr.Warning("That place is no longer here.")
        return {view.session: visit, view.page: visit.page(), view.meetings: render_meetings(visit)}

    inputs, outputs = [view.session], view.components
    shelf.files.upload(add, [shelf.files, view.session], [shelf.files, *outputs], **WORKING)
    shelf.example.click(load_example, inputs, outputs, **WORKING)
    shelf.meetings.click(change, inputs, outputs, **SHOWING)
    shelf.page.click(open_citation, inputs, outputs, **TELLING)


_HEAD = (
    '<span class="shelf-title">The record</span>'
    '<button type="button" id="close-shelf">Close</button>'
)
