"""`meetingbot chat`: its options, handed on to `bot.web`, which is imported last."""

from __future__ import annotations

import os
from pathlib import Path
from shutil import rmtree
from signal import SIGINT, default_int_handler, getsignal, signal
from typing import Annotated, NoReturn

import typer

from bot.cli.sources import (
    Caution,
    HowCautious,
    ModelFolder,
    SavedIndex,
    SharedStore,
    open_bot,
    path,
)

SourceArguments = Annotated[
    list[Path] | None,
    typer.Argument(
        parser=path, help="Files or folders to read.", metavar="SOURCE", show_default=False
    ),
]
Verbose = Annotated[
    bool, typer.Option("--verbose", help="Say where an answer's time went, on standard error.")
]


def chat(
    sources: SourceArguments = None,
    index: SavedIndex = None,
    store: SharedStore = None,
    encoder: ModelFolder = None,
    caution: HowCautious = Caution.normal,
    host: Annotated[
        str, typer.Option(help="The address to serve on.", metavar="ADDRESS")
    ] = "127.0.0.1",
    port: Annotated[
        int | None,
        typer.Option(help="The port; by default the first free one from 7860.", metavar="PORT"),
    ] = None,
    auth_file: Annotated[
        Path | None,
        typer.Option(
            help="A file that `user add` made: only those in it are let in.", metavar="FILE"
        ),
    ] = None,
    insecure: Annotated[
        bool,
        typer.Option("--insecure", help="Let everybody in who can reach --host, without a login."),
    ] = False,
    data: Annotated[
        Path | None,
        typer.Option(
            parser=path,
            help="Ask for feedback under each answer, and keep it in this folder.",
            metavar="DIR",
        ),
    ] = None,
    mcp: Annotated[bool, typer.Option("--mcp", help="Offer ask and search as MCP tools.")] = False,
    log: Annotated[
        Path | None,
        typer.Option(
            help="Append a JSON line for each answer to this file, without its words.",
            metavar="FILE",
        ),
    ] = None,
    log_questions: Annotated[
        bool, typer.Option("--log-questions", help="Write the questions into the log, too.")
    ] = False,
    verbose: Verbose = False,
) -> None:
    """Open a web chat on the meetings.

    Without a source or an index, on the packaged meeting.
    """
    from bot.access import Logins, require_login_beyond_loopback
    from bot.feedback import open_data
    from bot.packaged import EXAMPLES
    from bot.proxies import without_proxies
    from bot.uploads import own_folder

    if log_questions and not log:
        raise typer.BadParameter("needs --log FILE", param_hint="--log-questions")
    auth = Logins(auth_file) if auth_file else None
    # What `start` looks at, too: here it is told before the seconds that the rest takes.
    require_login_beyond_loopback(host, auth, insecure=insecure)
    own_folder()
    before = getsignal(SIGINT)
    if before is default_int_handler:  # it is ignored where a script started this behind an "&"
        # Until it serves there is nothing to finish, and what is imported may lose an exception.
        signal(SIGINT, lambda *_: _end(130))
    try:
        if data:
            open_data(data)
        from bot.web.watch import log_to, tell_times

        if log:
            log_to(log, questions=log_questions)
        if verbose:
            tell_times()
        bot = open_bot(sources, index, encoder, store=store, caution=caution, beside=True)
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
        signal(SIGINT, before)
        typer.echo(f"Open {address} (Ctrl+C ends it)", err=True)
        if mcp:
            typer.echo(f"MCP tools: {address}gradio_api/mcp/", err=True)
        wait(web, bot)
    except KeyboardInterrupt:
        _end(130)
    except SystemExit:  # by SIGTERM
        _end(0)
    finally:
        signal(SIGINT, before)


def _end(code: int) -> NoReturn:
    """End at once: the interpreter's end would abort threads that are at work in native code."""
    from bot.uploads import own_folder

    rmtree(own_folder(), ignore_errors=True)
    os._exit(code)
