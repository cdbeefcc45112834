"""Decide who may open the chat: everyone on this machine, beyond it only who logs in."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from secrets import token_hex
from threading import Lock
from time import monotonic

from bot.errors import AccessError

# Says whether a name and a password belong together.
Auth = Callable[[str, str], bool]
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
SHORTEST_PASSWORD = 8
# Wrong passwords that cost nothing; each after them doubles the wait, up to the longest.
FREE_TRIES = 5
LONGEST_WAIT = 300.0
# Seconds after which wrong passwords are forgotten.
FORGOTTEN = 3600.0
_ADD = "make the line with: meetingbot user add NAME --auth-file"


class Logins:
    """Be the names that may log in, each with an argon2 hash of its password."""

    def __init__(self, hashes: dict[str, str]) -> None:
        """Take hashes by name; `read_logins` reads them from a file."""
        from argon2 import PasswordHasher

        self._hashes = hashes
        self._hasher = PasswordHasher()
        # Checked for a name that is not there, so that the time it takes tells nothing.
        self._nobody = self._hasher.hash(token_hex())
        self._one_at_a_time = Lock()  # each check takes 64 MB

    def __call__(self, name: str, password: str) -> bool:
        """Say whether a name and a password belong together."""
        from argon2.exceptions import InvalidHashError, VerificationError

        with self._one_at_a_time:
            try:
                self._hasher.verify(self._hashes.get(name, self._nobody), password)
            except (VerificationError, InvalidHashError, UnicodeEncodeError):
                return False
        return name in self._hashes


def read_logins(path: Path) -> Logins:
    """Read NAME:HASH lines; raise `AccessError` naming the first malformed one."""
    hashes = _read(path)
    if not hashes:
        raise AccessError(f"{path}: has no logins; {_ADD} {path}")
    return Logins(hashes)


def add_login(path: Path, name: str, password: str) -> bool:
    """Write a name with its password's hash to a file; say whether it replaced the name's last.

    Only the owner can read the file. Raises `AccessError`, the file as it was.
    """
    from argon2 import PasswordHasher

    if not name.strip() or name != name.strip() or ":" in name or not name.isprintable():
        raise AccessError(f"{name!r} is no name for a login; give one without blanks around or :")
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
    except (OSError, UnicodeDecodeError) as error:
        raise AccessError(f"{path}: cannot be read as UTF-8 text ({error})") from error
    hashes: dict[str, str] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        name, _, hash = line.partition(":")
        if not (name and hash.startswith("$argon2")):
            raise AccessError(f"{path}: line {number}: is not NAME:HASH; {_ADD} {path}")
        hashes[name] = hash
    return hashes


def require_login_beyond_loopback(host: str, auth: Auth | None, *, insecure: bool) -> None:
    """Raise `AccessError` when strangers could reach the chat without a login."""
    if host not in LOOPBACK and auth is None and not insecure:
        raise AccessError(
            f"--host {host} would open the record to others; add --auth-file FILE, which"
            " meetingbot user add makes, or say --insecure"
        )


class Throttle:
    """Make who gives wrong passwords wait, longer after each; `who` is an address.

    It goes by a clock that nobody can set.
    """

    def __init__(self) -> None:
        """Start with nothing held against anybody."""
        self._tries: dict[str, tuple[int, float]] = {}  # how many, and when the last was

    def seconds_to_wait(self, who: str) -> float:
        """Return how long to wait before the next try; 0 lets it pass, and counts it as wrong."""
        now = monotonic()
        tries, last = self._tries.get(who, (0, now))
        if now - last > FORGOTTEN:
            tries = 0
        wait = min(LONGEST_WAIT, 2.0 ** (tries - FREE_TRIES)) if tries >= FREE_TRIES else 0.0
        if last + wait > now:
            return last + wait - now
        self._tries[who] = (tries + 1, now)
        if len(self._tries) > 10_000:
            self._tries = {
                one: seen for one, seen in self._tries.items() if now - seen[1] < FORGOTTEN
            }
        return 0.0

    def forgive(self, who: str) -> None:
        """Forget the tries of who gave the right password."""
        self._tries.pop(who, None)
