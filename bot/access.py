"""Decide who may open the chat: everyone on this machine, beyond it only who logs in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from secrets import compare_digest

from bot.errors import AccessError

# Names with their passwords, or what says whether a name and a password belong together.
Auth = Sequence[tuple[str, str]] | Callable[[str, str], bool]
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


def read_logins(path: Path) -> list[tuple[str, str]]:
    """Read NAME:PASSWORD lines; raise `AccessError` naming the first malformed one."""
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise AccessError(f"{path}: cannot be read as UTF-8 text ({error})") from error
    logins: list[tuple[str, str]] = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        name, colon, password = line.partition(":")
        if not (name and colon and password):
            raise AccessError(f"{path}: line {number}: write NAME:PASSWORD")
        logins.append((name, password))
    if not logins:
        raise AccessError(f"{path}: has no logins; write NAME:PASSWORD, one a line")
    return logins


def require_login_beyond_loopback(host: str, logins: list[tuple[str, str]] | None) -> None:
    """Raise `AccessError` when strangers could reach the chat without a login."""
    if host not in LOOPBACK and not logins:
        raise AccessError(
            f"--host {host} would open the record to others;"
            " add --auth-file FILE with NAME:PASSWORD lines"
        )


def knows(auth: Auth, name: str, password: str) -> bool:
    """Say whether a name and a password let somebody in."""
    if callable(auth):
        return auth(name, password)
    given = f"{name}:{password}".encode()
    # Each is compared, and to its end, so that the time it takes tells nothing.
    return any([compare_digest(given, f"{one}:{secret}".encode()) for one, secret in auth])
