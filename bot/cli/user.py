"""`meetingbot user add`: its options, handed on to `bot.access`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

user = typer.Typer(
    help="Say who may log in to a chat.", no_args_is_help=True, rich_markup_mode=None
)


@user.callback()
def main() -> None:
    """Say who may log in to a chat."""


@user.command()
def add(
    name: Annotated[
        str, typer.Argument(help="What to log in as.", metavar="NAME", show_default=False)
    ],
    auth_file: Annotated[
        Path,
        typer.Option(help="The file for `chat --auth-file`.", metavar="FILE", show_default=False),
    ],
) -> None:
    """Add a login, or give one a new password.

    The password is asked for, or read from standard input where that is no terminal.
    """
    from bot.access import add_login

    if sys.stdin.isatty():
        password = str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))
    else:
        password = sys.stdin.readline().rstrip("\r\n")
    replaced = add_login(auth_file, name, password)
    typer.echo(f"{name} has a new password" if replaced else f"{name} can log in", err=True)
