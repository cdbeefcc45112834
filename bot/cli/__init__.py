"""The command line: `meetingbot chat | ask | search | index | evaluate | verify | feedback | user`.

It has no logic of its own. The result alone goes to standard output, everything else to standard
error. Exit codes: 0 fine, 1 a gate failed or the input was bad, 2 wrong usage. Heavy modules are
imported where they are used, so that help and usage errors come at once.
"""

from __future__ import annotations

import json
import logging
import os
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

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
    path,
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

Question = Annotated[str, typer.Argument(help="What to ask.", show_default=False)]
SourceArguments = Annotated[
    list[Path] | None,
    typer.Argument(
        parser=path, help="Files or folders to read.", metavar="[SOURCE]...", show_default=False
    ),
]
Verbose = Annotated[
    bool, typer.Option("--verbose", help="Say where an answer's time went, on standard error.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command()
def chat(
    sources: SourceArguments = None,
    index: SavedIndex = None,
    store: SharedStore = None,
    encoder: ModelFolder = None,
    caution: HowCautious = Caution.normal,
    host: Annotated[str, typer.Option(help="The address to serve on.")] = "127.0.0.1",
    port: Annotated[
        int | None, typer.Option(help="The port; by default the first free one from 7860.")
    ] = None,
    auth_file: Annotated[
        Path | None,
        typer.Option(help="A file that `user add` made; who is not in it sees nothing."),
    ] = None,
    insecure: Annotated[
        bool, typer.Option("--insecure", help="Let everybody in who can reach --host.")
    ] = False,
    data: Annotated[
        Path | None,
        typer.Option(
            parser=path,
            help="A folder in which to keep what visitors say of the answers.",
            metavar="DIR",
        ),
    ] = None,
    mcp: Annotated[bool, typer.Option("--mcp", help="Offer ask and search as MCP tools.")] = False,
    log: Annotated[
        Path | None, typer.Option(help="A file to which to append a JSON line for each answer.")
    ] = None,
    log_questions: Annotated[
        bool, typer.Option("--log-questions", help="Write the questions into it, too.")
    ] = False,
    verbose: Verbose = False,
) -> None:
    """Open a web chat on the meetings; without a source, on the packaged one."""
    from bot.access import Logins, require_login_beyond_loopback
    from bot.feedback import open_data
    from bot.packaged import EXAMPLES
    from bot.proxies import without_proxies
    from bot.uploads import own_folder

    if log_questions and not log:
        raise typer.BadParameter("needs --log FILE", param_hint="--log-questions")
    auth = Logins(auth_file) if auth_file else None
    require_login_beyond_loopback(host, auth, insecure=insecure)
    own_folder()
    if data:
        open_data(data)
    from bot.web.coming import ComingIndex
    from bot.web.watch import log_to, tell_times

    if log:
        log_to(log, questions=log_questions)
    if verbose:
        tell_times()
    bot = open_bot(sources, index, encoder, store=store, caution=caution, beside=True)
    try:
        with without_proxies():  # Gradio, which takes seconds
            from bot.web.server import start, wait
        web, address = start(
            bot,
            host=host,
            port=port,
            auth=auth,
            insecure=insecure,
            mcp=mcp,
            data=data,
            examples=() if sources or index or store else EXAMPLES,
        )
    except (MeetingbotError, KeyboardInterrupt):
        if isinstance(coming := bot.retriever.index, ComingIndex):
            coming.give_up()
        raise
    typer.echo(f"Open {address} (Ctrl+C ends it)", err=True)
    if mcp:
        typer.echo(f"MCP tools: {address}gradio_api/mcp/", err=True)
    code = 0
    try:
        wait(web, bot)
    except KeyboardInterrupt:  # told twice
        code = 130
    # Threads may be at work in native code still, which the interpreter's end would abort.
    logging.shutdown()
    os._exit(code)


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
            help="An earlier question of the conversation. Repeatable.",
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
            stream.reconfigure(encoding="utf-8")
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
