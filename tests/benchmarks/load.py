"""Ask the real server with many users: `python tests/benchmarks/load.py [QUESTIONS] [USERS]`.

Prints throughput, times, errors, and the server's memory after each thousand questions, of 50 users
who ask 10,000 questions of the packaged meeting, each as soon as the last is answered; who is told
that it is busy comes again when told. Every answer is compared with the one that a single user got.
Then they ask for as long as a long meeting is being added, and as many questions again without it.
"""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle, islice, takewhile
from pathlib import Path
from time import perf_counter
from typing import Any

import httpx
import numpy as np

from bot.evaluation import load_questions
from bot.packaged import PACKAGED_QUESTIONS

QUESTIONS, USERS, ROUND = 10_000, 50, 1000
BUSY = re.compile(r"busy: .* try again in (\d+) s")
# Its indexing takes half a minute alone, and minutes beside the users.
LONG = "\n\n".join(
    f"Item {n}. The council spoke of road {n} and of its lamps." for n in range(4000)
)


def memory(process: subprocess.Popen[str]) -> float:
    """Return the resident megabytes of a process."""
    status = Path(f"/proc/{process.pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024  # type: ignore[index]


class Load:
    """Hold what the users of one run met."""

    def __init__(self, address: str, expected: dict[str, Any]) -> None:
        self.address, self.expected = address, expected
        self.seconds: list[float] = []
        self.busy = self.wrong = 0

    async def user(self, client: httpx.AsyncClient, questions: Iterator[str]) -> None:
        for question in questions:
            began = perf_counter()
            while isinstance(answer := await ask(client, question), Busy):
                self.busy += 1
                await asyncio.sleep(answer.seconds)
            self.seconds.append(perf_counter() - began)
            self.wrong += answer != self.expected[question]

    async def run(self, questions: Iterator[str], users: int) -> None:
        """Let the users ask until there are no more questions, and print what they met."""
        limits = httpx.Limits(max_connections=users)
        async with httpx.AsyncClient(base_url=self.address, timeout=300, limits=limits) as client:
            began = perf_counter()
            done = await asyncio.gather(
                *(self.user(client, questions) for _ in range(users)), return_exceptions=True
            )
            took = perf_counter() - began
        errors = [one for one in done if one is not None]
        p50, p95, p99 = np.percentile(self.seconds, [50, 95, 99])
        print(
            f"{len(self.seconds):,} answers, {len(self.seconds) / took:.1f} a second;"
            f" p50 {p50:.2f} s, p95 {p95:.2f} s, p99 {p99:.2f} s;"
            f" {len(errors)} errors, {self.wrong} wrong, told busy {self.busy} times",
            flush=True,
        )


@dataclass(frozen=True, slots=True)
class Busy:
    """Say in how many seconds to come again."""

    seconds: int


async def ask(client: httpx.AsyncClient, question: str) -> Any:
    """Return an answer without its time, `Busy` where the server is."""
    response = await client.post(
        "gradio_api/run/ask", json={"data": [question, None, None], "session_hash": None}
    )
    told = response.json()
    if response.status_code == 500 and (busy := BUSY.fullmatch(told["error"])):
        return Busy(int(busy[1]))
    response.raise_for_status()
    (answer,) = told["data"]
    # Scores differ in their last digits with what else was in a batch.
    return answer["question"], answer["answered"], answer["text"], answer["citations"]


async def add_long_meeting(address: str) -> None:
    """Add a meeting as the page does, and wait until it is indexed."""
    async with httpx.AsyncClient(base_url=address, timeout=None) as client:
        files = {"files": ("long.txt", LONG.encode())}
        (path,) = (await client.post("gradio_api/upload", files=files)).json()
        config = (await client.get("config")).json()
        (button,) = (
            one["id"] for one in config["components"] if one["props"].get("elem_id") == "files"
        )
        (event,) = (
            one["id"] for one in config["dependencies"] if [button, "upload"] in one["targets"]
        )
        given = [{"path": path, "meta": {"_type": "gradio.FileData"}}]
        body = {"data": [given, None], "fn_index": event, "session_hash": "long"}
        await client.post("gradio_api/queue/join", json=body)
        await client.get("gradio_api/queue/data?session_hash=long")


async def measure(process: subprocess.Popen[str], address: str, count: int, users: int) -> None:
    texts = [one.question for one in load_questions(PACKAGED_QUESTIONS) if not one.history]
    async with httpx.AsyncClient(base_url=address, timeout=300) as client:
        expected = {text: await ask(client, text) for text in texts}
    questions, before = cycle(texts), 0.0
    for done in range(0, count, ROUND):
        await Load(address, expected).run(islice(questions, min(ROUND, count - done)), users)
        now = memory(process)
        before = before or now
        print(f"    memory {now:.0f} MB ({now / before - 1:+.1%})", flush=True)
    adding = asyncio.create_task(add_long_meeting(address))
    beside = Load(address, expected)
    print("while a long meeting is added: ", end="")
    await beside.run(takewhile(lambda _: not adding.done(), questions), users)
    await adding
    print("as many without it: ", end="")
    await Load(address, expected).run(islice(questions, len(beside.seconds)), users)


def main() -> None:
    count, users = (*(int(one) for one in sys.argv[1:]), *(QUESTIONS, USERS)[len(sys.argv) - 1 :])
    command = [sys.executable, "-m", "bot", "chat"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr
        try:
            found = re.search(r"http\S+", process.stderr.readline())
            assert found, process.stderr.read()
            asyncio.run(measure(process, found[0], count, users))
        finally:
            process.terminate()


if __name__ == "__main__":
    main()
