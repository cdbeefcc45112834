"""Decide who may open the chat: everyone on this machine, beyond it only who logs in."""

from __future__ import annotations

import logging
import os
from pathlib import Path
from secrets import token_hex
from shlex import quote
from threading import Lock
from time import monotonic

from bot.errors import AccessError

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
SHORTEST_PASSWORD = 8
# A sender's wrong passwords for a name, and for all together, that cost nothing; each after them
# doubles the wait, up to the longest.
FREE_TRIES = 5
FREE_TRIES_IN_ALL = 30
LONGEST_WAIT = 300.0
# Seconds after which wrong passwords are forgotten.
FORGOTTEN = 3600.0
_log = logging.getLogger(__name__)
_ADD = "make a login with: meetingbot user add NAME --auth-file"


class Logins:
    """The names that may log in, each with an argon2 hash of its password, as a file has them.

    It follows the file. While that cannot be read, nobody may.
    """

    def __init__(self, path: Path) -> None:
        """Read NAME:HASH lines; raise `AccessError` naming the first malformed one."""
        from argon2 import PasswordHasher

        self._path = path
        self._stamp = _stamp(path)
        self._hashes = _read(path)
        if not self._hashes:
            raise AccessError(f"{path}: has no logins; {_ADD} {quote(str(path))}")
        self._hasher = PasswordHasher()
        # Checked for a name that is not there, so that the time it takes tells nothing.
        self._nobody = self._hasher.hash(token_hex())
        self._one_at_a_time = Lock()  # each check takes 64 MB

    def __call__(self, name: str, password: str) -> bool:
        """Say whether a name and a password belong together."""
        from argon2.exceptions import InvalidHashError, VerificationError

        line = self.line(name)
        with self._one_at_a_time:
            try:
                self._hasher.verify(line or self._nobody, password)
            except (VerificationError, InvalidHashError, UnicodeEncodeError):
                return False
        return bool(line)

    def line(self, name: str) -> str:
        """Return the hash that a name has in the file now, "" for none."""
        stamp = _stamp(self._path)
        if stamp != self._stamp:
            try:
                self._hashes = _read(self._path)
            except AccessError as error:
                _log.warning("meetingbot: %s; nobody is let in", error)
                self._hashes = {}
            self._stamp = stamp
        return self._hashes.get(name, "")


def _stamp(path: Path) -> tuple[int, ...]:
    """Return what changes with a file."""
    try:
        found = path.stat()
    except OSError:
        return ()
    return found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino


def add_login(path: Path, name: str, password: str) -> bool:
    """Write a name with its password's hash to a file; say whether it replaced the name's last.

    Only the owner can read the file. Raises `AccessError`, the file as it was.
    """
    from argon2 import PasswordHasher

    if not name.strip() or name != name.strip() or ":" in name or not name.isprintable():
        raise AccessError(f"{name!r} cannot be a login; leave out ':' and blanks around it")
    if len(password) < SHORTEST_PASSWORD:
        raise AccessError(f"the password is too short: give {SHORTEST_PASSWORD} characters or more")
    hashes = _read(path) if path.exists() else {}
    known = name in hashes
    try:
        hashes[name] = PasswordHasher().hash(password)
    except UnicodeEncodeError:
        raise AccessError("the password is not UTF-8 text; give another") from None
    new = path.with_name(f"{path.name}.new")
    try:
        new.unlink(missing_ok=True)
        opened = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(opened, "w", encoding="utf-8") as file:
            file.writelines(f"{one}:{hash}\n" for one, hash in hashes.items())
        new.replace(path)
    except OSError as error:
        raise AccessError(f"{path}: cannot be written ({error.strerror}); name another") from error
    return known


def _read(path: Path) -> dict[str, str]:
    try:
        lines = path.read_text("utf-8").splitlines()
    except FileNotFoundError as error:
        raise AccessError(f"{path}: no such file; {_ADD} {quote(str(path))}") from error
    except OSError as error:
        raise AccessError(
            f"{path}: cannot be read ({error.strerror}); give a file that `user add` made"
        ) from error
    except UnicodeDecodeError as error:
        raise AccessError(
            f"{path}: cannot be read as UTF-8 text; give a file that `user add` made"
        ) from error
    hashes: dict[str, str] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        name, _, hash = line.partition(":")
        if not (name and hash.startswith("$argon2")):
            raise AccessError(f"{path}: line {number}: is not NAME:HASH; {_ADD} {quote(str(path))}")
        hashes[name] = hash
    return hashes


def require_login_beyond_loopback(host: str, auth: Logins | None, *, insecure: bool) -> None:
    """Raise `AccessError` when strangers could reach the chat without a login."""
    if host not in LOOPBACK and auth is None and not insecure:
        raise AccessError(
            f"--host {host} would let everybody in who can reach it; add --auth-file FILE (made by"
            " `meetingbot user add`), or --insecure if that is what you want"
        )


class Throttle:
    """Make who gives wrong passwords wait, longer after each; a sender is an address.

    It goes by a clock that nobody can set.
    """

    def __init__(self) -> None:
        """Start with nothing held against anybody."""
        # Of a sender and a name, and of a sender: how many, and when the last was.
        self._tries: dict[tuple[str, ...], tuple[int, float]] = {}

    def seconds_to_wait(self, sender: str, name: str) -> float:
        """Return how long to wait before the next try; 0 lets it pass, and counts it as wrong."""
        now = monotonic()
        limits = {(sender, name): FREE_TRIES, (sender,): FREE_TRIES_IN_ALL}
        wait = max(self._wait(who, free, now) for who, free in limits.items())
        if wait:
            return wait
        for who in limits:
            self._tries[who] = (self._count(who, now) + 1, now)
        if len(self._tries) > 10_000:
            self._tries = {who: seen for who, seen in self._tries.items() if self._count(who, now)}
        return 0.0

    def _count(self, who: tuple[str, ...], now: float) -> int:
        tries, last = self._tries.get(who, (0, now))
        return tries if now - last < FORGOTTEN else 0

    def _wait(self, who: tuple[str, ...], free: int, now: float) -> float:
        tries = self._count(who, now)
        if tries < free:
            return 0.0
        return max(0.0, self._tries[who][1] + min(LONGEST_WAIT, 2.0 ** (tries - free)) - now)

    def forgive(self, sender: str, name: str) -> None:
        """Forget a sender's tries for the name whose right password came, but for no other name."""
        self._tries.pop((sender, name), None)
        tries, last = self._tries.get((sender,), (1, 0.0))
        self._tries[sender,] = (tries - 1, last)
