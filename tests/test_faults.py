"""What the machine may do to the server and the index: each ends in a clear message and no loss."""

import ctypes
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path

import httpx
import libfaketime
import pytest
from page import PLAIN, Page

from bot.access import FREE_TRIES, add_login
from bot.feedback import read
from bot.packaged import PACKAGED_SOURCE
from embeddings.encoder import packaged_model

NORTH_KOREA = "What was agreed on North Korea?"
FEE = "What is the parking fee?"
ROOM = 300_000
OpenPage = Callable[..., Page]
RunChat = Callable[..., AbstractContextManager[tuple[subprocess.Popen[str], str]]]


def meetingbot(
    *arguments: object, before: Callable[[], None] | None = None, **environment: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bot", *map(str, arguments)],
        capture_output=True,
        text=True,
        env={**os.environ, **environment},
        preexec_fn=before,
        timeout=120,  # what should have been refused would serve for ever
    )


def fill_up(room: int) -> Callable[[], None]:
    """Let no file grow beyond the room, as on a disk that is full."""
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))


@contextmanager
def obeying_permissions() -> Iterator[None]:
    """Take from root for a while what lets it pass by a file's permissions; others never have it.

    It is taken from this thread alone, and those that it starts.
    """
    libc = ctypes.CDLL(None)
    thread = (ctypes.c_uint32 * 2)(0x20080522, 0)  # _LINUX_CAPABILITY_VERSION_3; this one
    held = (ctypes.c_uint32 * 6)()  # those in effect come first
    assert libc.capget(thread, held) == 0
    fewer = type(held)(*held)
    fewer[0] &= ~0b110  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
    assert libc.capset(thread, fewer) == 0
    try:
        yield
    finally:
        assert libc.capset(thread, held) == 0


@pytest.fixture
def minutes(tmp_path: Path) -> Path:
    folder = tmp_path / "minutes"
    folder.mkdir()
    (folder / "fees.txt").write_text("The council raised the parking fee to four dollars.")
    return folder


def whole_files(folder: Path) -> dict[str, bytes]:
    return {str(one): one.read_bytes() for one in folder.rglob("*") if one.is_file()}


def test_a_full_disk_is_told_to_who_uploads_and_rates_and_answers_go_on(
    run_chat: RunChat, open_page: OpenPage, tmp_path: Path
) -> None:
    data, log = tmp_path / "data", tmp_path / "log.jsonl"
    data.mkdir()
    for path in (data / "feedback.jsonl", log):
        path.write_bytes(b" " * (ROOM - 100) + b"\n")
    before = (data / "feedback.jsonl").read_bytes()
    options = ("--data", data, "--log", log)
    with run_chat(*options, before=fill_up(ROOM), TMPDIR=str(tmp_path)) as (process, address):
        (uploads,) = tmp_path.glob("meetingbot-uploads-*")
        assert uploads.stat().st_mode & 0o077 == 0
        page = open_page(address, "a")
        kept = sorted(uploads.iterdir())
        refused = page.upload("large.txt", b"word " * ROOM)
        assert refused.status_code == 507 and "no room for this file" in refused.text
        assert sorted(uploads.iterdir()) == kept
        added = "".join(page.add("fees.txt", b"The parking fee is four dollars."))
        assert "four dollars" in added
        assert "dismantlement" in page.ask(NORTH_KOREA)
        told = page.fire("keep", "submit", turn=1, helpful=True)
        assert "This could not be kept" in told
        assert str(tmp_path) not in told and "feedback.jsonl" not in told
        process.send_signal(signal.SIGTERM)
        assert process.stderr
        said = process.stderr.read()
        assert process.wait(timeout=60) == 0
    assert f"meetingbot: {log}: cannot be written (File too large)\n" in said
    full = f"{data / 'feedback.jsonl'}: cannot be written (no space left on device); make room"
    assert f"meetingbot: {full} or name another --data\n" in said
    assert "Traceback" not in said
    assert (data / "feedback.jsonl").read_bytes() == before
    assert not uploads.exists()


def test_a_disk_without_any_room_is_named_before_serving(run_chat: RunChat, tmp_path: Path) -> None:
    with run_chat(before=fill_up(0), TMPDIR=str(tmp_path)) as (process, said):
        assert process.wait(timeout=60) == 1
    assert "no folder for uploads can be made" in said and "TMPDIR" in said


def test_a_full_disk_leaves_the_index_as_it_was(run, minutes: Path, tmp_path: Path) -> None:
    index = tmp_path / "index"
    assert run("index", minutes, "--index", index).code == 0
    before = whole_files(index)
    (minutes / "more.txt").write_text("The library opens on Sundays.")
    full = meetingbot("index", minutes, "--index", index, before=fill_up(2000))
    assert (full.returncode, full.stdout) == (1, "")
    told = f"meetingbot: {index}: cannot write the index: File too large; nothing was changed"
    assert full.stderr.splitlines()[-1] == told
    assert whole_files(index) == before
    asked = run("ask", FEE, "--index", index)
    assert asked.code == 0 and "four dollars" in asked.out


def test_what_may_not_be_written_is_named_and_what_may_be_read_is_used(
    run, minutes: Path, tmp_path: Path
) -> None:
    index, closed = tmp_path / "index", tmp_path / "closed"
    assert run("index", minutes, "--index", index).code == 0
    before = whole_files(index)
    (minutes / "more.txt").write_text("The library opens on Sundays.")
    closed.mkdir()
    for path in (closed, *index.rglob("*"), index):
        path.chmod(path.stat().st_mode & 0o555)
    for arguments, told in {
        ("index", minutes, "--index", index): f"{index}: cannot write the index: Permission denied",
        (
            "index",
            minutes,
            "--index",
            closed / "x",
        ): f"{closed / 'x'}: cannot write the index: Perm",
        (
            "chat",
            "--data",
            closed,
        ): f"{closed}/feedback.jsonl: cannot be written (permission denied",
        ("chat", "--log", closed / "x"): f"{closed / 'x'}: cannot be written (Permission denied)",
        ("feedback", "to-questions", closed): f"{closed}: cannot be read",
    }.items():
        with obeying_permissions():
            done = run(*arguments)
        assert done.code == 1, arguments
        (line,) = done.err.splitlines()
        assert line.startswith(f"meetingbot: {told}"), line
    with obeying_permissions():
        assert "four dollars" in run("ask", FEE, "--index", index).out
    assert whole_files(index) == before and not list(closed.iterdir())


@pytest.mark.parametrize("closed", ["2019", "2019/library.txt"])
def test_what_cannot_be_read_is_named_and_stays_in_the_index(
    run, closed: str, minutes: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (minutes / "2019").mkdir()
    (minutes / "2019" / "library.txt").write_text("The library opens on Sundays.")
    index = tmp_path / "index"
    assert run("index", minutes, "--index", index).code == 0
    (minutes / "staff.txt").write_text("Nobody left the office this year.")
    named = f"{minutes / closed}: cannot be read: Permission denied"
    (minutes / closed).chmod(0)
    try:
        with obeying_permissions():
            done = run("index", minutes, "--index", index)
            asked = run("ask", FEE, "--source", minutes)
    finally:
        (minutes / closed).chmod(0o755)
    assert done.code == 1 and named in done.err
    assert done.out.startswith("1 added, 0 changed, 0 removed, 2 unchanged, 1 failed;")
    assert "Sundays" in run("ask", "When is the library open?", "--index", index).out
    assert "four dollars" in asked.out and named in caplog.text


LONG = "\n\n".join(f"Item {n}. The council spoke of road {n} and its lamps." for n in range(4000))


@pytest.mark.parametrize(
    ("damaged", "wrong"),
    [
        ("passages.jsonl", "The record cannot be read"),
        ("tokenizer.json", "The model cannot be loaded"),
    ],
)
def test_visitors_are_told_what_is_wrong_and_the_operator_where(
    run, run_chat: RunChat, open_page: OpenPage, tmp_path: Path, damaged: str, wrong: str
) -> None:
    index, model = tmp_path / "index", tmp_path / "model"
    shutil.copytree(packaged_model(), model)
    made = run("index", PACKAGED_SOURCE, "--index", index, "--encoder", model)
    assert made.code == 0, made.err
    (broken,) = tmp_path.rglob(damaged)
    broken.write_bytes(broken.read_bytes().replace(b":", b";"))
    with run_chat("--index", index, "--encoder", model, "--mcp") as (process, address):
        page = open_page(address, "a")
        question, search = {"data": [FEE, None, None]}, {"data": [FEE, None, 5]}
        tool = {"name": "ask", "arguments": {"question": FEE}}
        call = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": tool}
        accepted = {"Accept": "application/json, text/event-stream"}
        exam = json.dumps({"id": "1", "question": FEE, "evidence": []}).encode()
        told = {
            "the chat": page.ask(FEE),
            "a meeting that is added": "".join(page.add("more.txt", b"The harbour was dredged.")),
            "an exam": "".join(page.add("own.jsonl", exam, to="own")),
            "/ask": page.client.post("gradio_api/run/ask", json=question).text,
            "/search": page.client.post("gradio_api/run/search", json=search).text,
            "a tool": page.client.post("gradio_api/mcp/", json=call, headers=accepted).text,
            "what can be asked": page.open(),
        }
        process.kill()
        assert process.stderr
        log = process.stderr.read()
    for way, text in told.items():
        assert f"{wrong}: try again later, or tell who runs this server" in text, (way, text)
        assert str(tmp_path) not in text, way
    assert str(model if broken.parent == model else broken) in log


def test_killed_at_work_it_keeps_what_it_promised_and_starts_again(
    run, run_chat: RunChat, open_page: OpenPage, minutes: Path, own_port: int, tmp_path: Path
) -> None:
    index, data, log = tmp_path / "index", tmp_path / "data", tmp_path / "log.jsonl"
    assert run("index", minutes, "--index", index).code == 0
    options = ("--index", index, "--data", data, "--log", log, "--port", own_port)
    promised = 0
    indexing, rated = threading.Event(), threading.Event()
    with run_chat(*options, TMPDIR=str(tmp_path)) as (process, address):
        rating, adding, asking = (open_page(address, name) for name in "abc")
        rating.ask(FEE)

        def rate() -> None:
            nonlocal promised
            while True:
                note = str(promised + 1)
                told = rating.fire("keep", "submit", turn=1, helpful=True, note=note)
                if '"noted"' in told:
                    promised += 1
                if promised == 5:
                    rated.set()

        def add() -> None:
            for line in adding.add("long.txt", LONG.encode()):
                if "process_generating" in line:
                    indexing.set()

        def ask() -> None:
            while True:
                asking.ask(FEE)

        def until_killed(work: Callable[[], None]) -> None:
            with suppress(httpx.TransportError):
                work()

        threads = [threading.Thread(target=until_killed, args=(one,)) for one in (rate, add, ask)]
        for one in threads:
            one.start()
        assert indexing.wait(timeout=120) and rated.wait(timeout=120)
        process.kill()
        for one in threads:
            one.join()
    feedback = data / "feedback.jsonl"
    for path in (feedback, log):
        *lines, _torn = path.read_bytes().split(b"\n")
        assert all(json.loads(line) for line in lines)
    (kept,) = read(feedback)
    assert int(kept.note) >= promised
    (left,) = tmp_path.glob("meetingbot-uploads-*")
    for name in ("meetingbot-minutes", "meetingbot-uploads-of-may", ".meetingbot-uploads"):
        folder = tmp_path / name  # only looks like an earlier server's uploads
        folder.mkdir()
        (folder / "2019-03-04.txt").write_bytes(b"The board met.")
    for folder in tmp_path.glob("*meetingbot-*"):
        os.utime(folder, (0, 0))  # not a server's that has just started
    theirs = {name: held for name, held in whole_files(tmp_path).items() if "2019" in name}
    with run_chat(*options, TMPDIR=str(tmp_path)) as (_, again):
        assert again == address
        assert not left.exists()
        assert len(theirs) == 3 and theirs.items() <= whole_files(tmp_path).items()
        page = open_page(address, "again")
        assert "four dollars" in page.ask(FEE)
        assert '"said"' in page.fire("keep", "submit", turn=1, helpful=False)
    assert [one.helpful for one in read(feedback)] == [True, False]
    assert "1 unchanged" in run("index", minutes, "--index", index).out


def test_a_clock_that_is_moved_decides_on_nothing(
    run_chat: RunChat, open_page: OpenPage, minutes: Path, tmp_path: Path
) -> None:
    (clock, log, logins) = (tmp_path / name for name in ("clock", "log.jsonl", "logins"))
    clock.write_text("+0")
    moved = {
        "LD_PRELOAD": str(next(Path(libfaketime.__file__).parent.rglob("libfaketime.so.1"))),
        "FAKETIME_TIMESTAMP_FILE": str(clock),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        # A cure for an older C library: here who waits for the interpreter would never sleep.
        "FAKETIME_FORCE_MONOTONIC_FIX": "0",
        "NO_FAKE_STAT": "1",
    }
    login = {"username": "ann", "password": "long enough"}
    add_login(logins, *login.values())
    options = (minutes, "--log", log, "--log-questions", "--auth-file", logins)
    options = (*options, "--data", tmp_path / "data")
    with run_chat(*options, **moved) as (_, address):
        page = open_page(address, "a", **login)
        assert "four dollars" in page.ask(FEE)
        with httpx.Client(base_url=address, **PLAIN) as stranger:
            for _ in range(FREE_TRIES):
                stranger.post("login", data={**login, "password": "wrong"})
            clock.write_text("-1d")
            told = stranger.post("login", data=login)
            # A second's wait, which may be over by now; not a day's.
            assert told.is_success or int(told.headers["retry-after"]) <= 1
        assert "Sundays" in "".join(page.add("more.txt", b"The library opens on Sundays."))
        assert "four dollars" in page.ask(FEE)
        assert '"said"' in page.fire("keep", "submit", turn=2, helpful=True)
    before, after = [json.loads(line) for line in log.read_text("utf-8").splitlines()]
    assert after["time"] < before["time"]
    assert before["question"] == after["question"] == FEE
    assert "dollars" not in log.read_text("utf-8")
    assert len(read(tmp_path / "data" / "feedback.jsonl")) == 1

    index = tmp_path / "index"
    for way, told in (("+0", "1 added"), ("-1d", "1 changed")):
        clock.write_text(way)
        done = meetingbot("index", minutes, "--index", index, **moved)
        assert told in done.stdout, done.stderr
        (minutes / "fees.txt").write_text("The council raised the parking fee to nine dollars.")
    assert "nine dollars" in meetingbot("ask", FEE, "--index", index, **moved).stdout


def test_conversations_are_kept_of_so_many_visitors(
    serve: Callable[..., str], open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.web.server.MOST_SESSIONS", 2)
    address = serve()
    first, *others = (open_page(address, name) for name in "abcd")
    first.ask(NORTH_KOREA)
    assert NORTH_KOREA in first.ask("What was said about Venezuela?")
    for one in others:
        one.ask(NORTH_KOREA)
    assert NORTH_KOREA not in first.ask("What was said about Venezuela?").split("Ask next")[0]
    assert NORTH_KOREA in others[-1].ask("What was said about Venezuela?")


def test_a_machine_that_does_not_reach_itself_is_told(run_chat: RunChat) -> None:
    alone = 0x40000000  # CLONE_NEWNET: a network of its own, in which nothing is up
    if subprocess.run(["unshare", "--net", "true"], capture_output=True).returncode:
        pytest.skip("only root can take the network away")
    with run_chat(before=lambda: ctypes.CDLL(None).unshare(alone)) as (process, said):
        assert process.wait(timeout=60) == 1
        assert process.stderr and not process.stderr.read()
    assert "cannot be reached from this machine itself" in said


def test_a_proxy_of_the_environment_does_not_come_between(run_chat: RunChat) -> None:
    proxies = ("socks5://127.0.0.1:9", "http://127.0.0.1:9", "nonsense", "")
    environment = dict(
        zip(("ALL_PROXY", "http_proxy", "HTTPS_PROXY", "no_proxy"), proxies, strict=True)
    )
    with run_chat("--mcp", **environment) as (_, address):
        call = {"name": "search", "arguments": {"question": NORTH_KOREA, "k": 1}}
        body = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": call}
        kinds = {"Accept": "application/json, text/event-stream"}
        with httpx.Client(base_url=address, trust_env=False, headers=kinds, **PLAIN) as client:
            assert "dismantlement" in client.post("gradio_api/mcp/", json=body).text
