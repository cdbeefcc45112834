"""The command line: `meetingbot chat | ask | search | index | evaluate | verify | feedback | user`.

It has no logic of its own; `sources` are the options that name what to answer from. The result
alone goes to standard output, everything else to standard error. Exit codes: 0 fine, 1 a gate
failed or the input was bad, 2 wrong usage, 130 Ctrl+C. Heavy modules are imported where they are
used, so that help and usage errors come at once.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Annotated, Any

import typer

from bot.cli.chat import Verbose, chat
from bot.cli.evaluate import evaluate
from bot.cli.feedback import feedback
from bot.cli.index import make_index
from bot.cli.sources import (
    After,
    Before,
    BySpeakers,
    Caution,
    HowCautious,
    InDocuments,
    ModelFolder,
    SavedIndex,
    SharedStore,
    Sources,
    open_bot,
    tell_what_was_asked,
)
from bot.cli.user import user
from bot.cli.verify import verify
from embeddings.errors import MeetingbotError

app = typer.Typer(
    help="Ask a meeting's record: the right sentence, quoted exactly, or silence.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

Question = Annotated[
    str, typer.Argument(help="What to ask.", metavar="QUESTION", show_default=False)
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


app.command()(chat)


@app.command()
def ask(
    question: Question,
    source: Sources = None,
    index: SavedIndex = None,
    store: SharedStore = None,
    encoder: ModelFolder = None,
    caution: HowCautious = Caution.normal,
    history: Annotated[
        list[str] | None,
        typer.Option(
            help="An earlier question of the same conversation. Repeatable, in order.",
            metavar="QUESTION",
            show_default=False,
        ),
    ] = None,
    document: InDocuments = None,
    speaker: BySpeakers = None,
    after: After = None,
    before: Before = None,
    as_json: AsJson = False,
    verbose: Verbose = False,
) -> None:
    """Answer one question, with its citations."""
    from bot.printing import print_answer, stage_times
    from embeddings.query import check_question

    for asked in (*(history or ()), question):
        check_question(asked)
    conversation = open_bot(source, index, encoder, store=store, caution=caution).chat(
        document or None, speakers=speaker or None, after=after, before=before
    )
    for earlier in history or ():
        conversation.ask(earlier)
    answer = conversation.ask(question)
    if verbose:
        typer.echo(stage_times(answer), err=True)
    if as_json:
        _print_json(answer.as_dict())
    else:
        print_answer(answer)
    tell_what_was_asked(source, index, store)


@app.command()
def search(
    question: Question,
    k: Annotated[int, typer.Option("-k", min=1, metavar="N", help="How many passages.")] = 5,
    source: Sources = None,
    index: SavedIndex = None,
    store: SharedStore = None,
    encoder: ModelFolder = None,
    document: InDocuments = None,
    speaker: BySpeakers = None,
    after: After = None,
    before: Before = None,
    as_json: AsJson = False,
) -> None:
    """List the passages nearest to a question."""
    from bot.datatypes import hit_as_dict
    from bot.printing import print_hits
    from embeddings.query import check_question

    check_question(question)
    hits = open_bot(source, index, encoder, store=store).retriever.search(
        question,
        k,
        documents=document or None,
        speakers=speaker or None,
        after=after,
        before=before,
    )
    if as_json:
        _print_json([hit_as_dict(hit) for hit in hits])
    else:
        print_hits(hits)
    tell_what_was_asked(source, index, store)


app.command(name="index")(make_index)
app.command()(evaluate)
app.command()(verify)
app.add_typer(feedback, name="feedback")
app.add_typer(user, name="user")


def _print_json(value: Any) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2))


def main() -> None:
    """Run the command line; an error that the user can cure is one line and exit code 1."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            # A file's name need not be UTF-8, and must be told of all the same.
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        app(prog_name="meetingbot")
    except MeetingbotError as error:
        from bot.printing import printable

        sys.stderr.write(printable(f"meetingbot: {error}\n"))
        sys.exit(1)
    except OSError as error:
        if error.filename is not None:
            raise
        # Standard output: on a full disk, for one. What is left to write goes nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.stderr.write(f"meetingbot: the output cannot be written: {error.strerror}\n")
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
