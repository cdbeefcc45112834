"""Strangers before the server: logins, guesses, other pages, and paths that nobody may read."""

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from argon2 import PasswordHasher
from page import PLAIN

from bot import AccessError
from bot.access import (
    FREE_TRIES,
    FREE_TRIES_IN_ALL,
    Logins,
    add_login,
    require_login_beyond_loopback,
)
from bot.uploads import own_folder

NORTH_KOREA = "What was agreed on North Korea?"
ANN = ("ann", "pass:wörd")
TOOLS = "gradio_api/mcp/"
Serve = Callable[..., str]


@pytest.fixture(scope="module")
def address(serve: Serve) -> str:
    return serve(mcp=True)


@pytest.fixture(scope="module")
def auth(tmp_path_factory: pytest.TempPathFactory) -> Logins:
    path = tmp_path_factory.mktemp("access") / "logins"
    add_login(path, *ANN)
    return Logins(path)


@pytest.fixture(scope="module")
def locked(serve: Serve, auth: Logins) -> str:
    return serve(mcp=True, auth=auth)


def log_in(client: httpx.Client, name: str, password: str) -> httpx.Response:
    return client.post("login", data={"username": name, "password": password})


def test_passwords_are_kept_as_salted_hashes(tmp_path: Path) -> None:
    path = tmp_path / "logins"
    assert add_login(path, *ANN) is False
    assert add_login(path, "bob", ANN[1]) is False
    content = path.read_text("utf-8")
    assert ANN[1] not in content
    hashes = [line.partition(":")[2] for line in content.splitlines()]
    assert len(set(hashes)) == 2 and all(one.startswith("$argon2id$") for one in hashes)
    assert path.stat().st_mode & 0o077 == 0
    logins = Logins(path)
    assert logins(*ANN) and logins("bob", ANN[1])
    wrong = [("ann", "other"), ("ann", ""), ("eve", ANN[1]), ("", ""), ("ann", hashes[0])]
    assert not any(logins(*one) for one in wrong)
    assert add_login(path, "ann", "another one") is True
    assert not Logins(path)(*ANN) and Logins(path)("ann", "another one")


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("", "has no logins; make a login with: meetingbot user add NAME --auth-file"),
        ("\nann:secret\n", "line 2: is not NAME:HASH; make a login with: meetingbot user add"),
        (":$argon2id$x", "line 1"),
        ("ann", "line 1"),
        (b"\xff", "cannot be read as UTF-8"),
    ],
)
def test_a_file_of_logins_that_is_none_is_named(
    tmp_path: Path, content: str | bytes, complaint: str
) -> None:
    path = tmp_path / "logins"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(AccessError, match=complaint):
        Logins(path)


@pytest.mark.parametrize(
    ("name", "password", "complaint"),
    [
        ("ann", "short", "too short"),
        ("ann", "long enough\udcff", "not UTF-8 text"),
        ("a:b", "long enough", "cannot be a login"),
        ("", "long enough", "cannot be a login"),
    ],
)
def test_a_login_that_cannot_be_is_refused(
    tmp_path: Path, name: str, password: str, complaint: str
) -> None:
    with pytest.raises(AccessError, match=complaint):
        add_login(tmp_path / "logins", name, password)
    assert not (tmp_path / "logins").exists()


def test_the_command_makes_the_file_that_the_chat_reads(tmp_path: Path) -> None:
    path = tmp_path / "logins"
    command = [sys.executable, "-m", "bot", "user", "add", "ann", "--auth-file", str(path)]
    for said in ("ann can log in\n", "ann has a new password\n"):
        done = subprocess.run(command, input=f"{ANN[1]}\n", capture_output=True, encoding="utf-8")
        assert (done.returncode, done.stdout, done.stderr) == (0, "", said)
    assert Logins(path)(*ANN)


def test_only_this_machine_is_served_without_a_login(auth: Logins) -> None:
    for host in ("127.0.0.1", "localhost", "::1"):
        require_login_beyond_loopback(host, None, insecure=False)
    with pytest.raises(AccessError, match=r"--auth-file FILE.*--insecure"):
        require_login_beyond_loopback("0.0.0.0", None, insecure=False)
    require_login_beyond_loopback("0.0.0.0", auth, insecure=False)
    require_login_beyond_loopback("0.0.0.0", None, insecure=True)


def test_wrong_passwords_make_their_sender_wait(serve: Serve, auth: Logins) -> None:
    with httpx.Client(base_url=serve(mcp=True, auth=auth), **PLAIN) as client:
        for _ in range(FREE_TRIES):
            assert log_in(client, "ann", "wrong").json() == {"detail": "Incorrect credentials."}
        waits = 0
        while waits < 4:  # long enough for what follows on a slow machine
            waits = int(log_in(client, "ann", "wrong").headers.get("retry-after", 0))
        # From now on the right one waits too: else it would be told from the wrong ones.
        for response in (
            log_in(client, *ANN),
            client.post(TOOLS, auth=httpx.BasicAuth(*ANN), json={}),
        ):
            assert response.status_code in (400, 429)
            assert "try again in" in response.json()["detail"]
            assert int(response.headers["retry-after"]) >= 1


def test_who_logs_in_is_forgiven_the_wrong_tries(locked: str) -> None:
    with httpx.Client(base_url=locked, **PLAIN) as client:
        for _ in range(2):
            for _ in range(FREE_TRIES - 1):
                assert client.post(TOOLS, auth=("ann", "wrong"), json={}).status_code == 401
            assert log_in(client, *ANN).status_code == 200
            # The tools come with the password each time, and are not slowed.
            for _ in range(2 * FREE_TRIES):
                assert client.post(TOOLS, auth=httpx.BasicAuth(*ANN), json={}).status_code < 429
            client.cookies.clear()


def test_who_has_a_login_cannot_guess_others_without_waiting(serve: Serve, tmp_path: Path) -> None:
    logins = tmp_path / "logins"
    eve = ("eve", "long enough")
    # Hashes that are quickly checked; of the names below, each other one is nobody's.
    cheap = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    names = [f"name {number}" for number in range(FREE_TRIES_IN_ALL + FREE_TRIES)]
    people = dict([ANN, eve, *((name, "secret") for name in names[::2])])
    lines = [f"{name}:{cheap.hash(password)}\n" for name, password in people.items()]
    logins.write_text("".join(lines), "utf-8")
    with httpx.Client(base_url=serve(auth=Logins(logins)), **PLAIN) as client:
        told = []
        for _ in range(2 * FREE_TRIES):
            told.append(log_in(client, "ann", "wrong").text)
            assert log_in(client, *eve).status_code == 200  # who does nothing wrong does not wait
        assert any("try again in" in one for one in told)
        told = [log_in(client, name, "wrong").text for name in names]
        assert not any("try again in" in one for one in told[:FREE_TRIES])
        assert any("try again in" in one for one in told)


def test_a_login_ends_with_its_line(serve: Serve, tmp_path: Path) -> None:
    logins = tmp_path / "logins"
    people = {name: (name, f"password of {name}") for name in ("ann", "bob", "eve")}
    for one in people.values():
        add_login(logins, *one)
    address = serve(mcp=True, auth=Logins(logins))
    clients = {name: httpx.Client(base_url=address, **PLAIN) for name in people}

    def let_in(name: str) -> list[bool]:
        """Say of a cookie, the tools and a new login whether they are let in."""
        basic = httpx.BasicAuth(*people[name])
        told = [
            clients[name].get("config"),
            httpx.post(address + TOOLS, auth=basic, json={}, **PLAIN),
            httpx.post(
                f"{address}login", data={"username": name, "password": people[name][1]}, **PLAIN
            ),
        ]
        assert ("Venezuela" in clients[name].get("").text) == told[0].is_success
        return [one.status_code not in (400, 401) for one in told]

    for name, one in people.items():
        assert log_in(clients[name], *one).is_success
        assert clients[name].get("config").is_success
        httpx.post(address + TOOLS, auth=httpx.BasicAuth(*one), json={}, **PLAIN)
    add_login(logins, "bob", "another one")
    lines = logins.read_text("utf-8").splitlines(keepends=True)
    logins.write_text("".join(line for line in lines if not line.startswith("eve")))
    assert let_in("eve") == let_in("bob") == [False] * 3
    people["bob"] = ("bob", "another one")
    assert let_in("bob") == [False, True, True]
    assert all(let_in("ann"))
    logins.write_text("nonsense")
    assert not any(let_in("ann"))
    for client in clients.values():
        client.close()


@pytest.mark.parametrize("cookie", ['prefs={"a":1}', "theme=dark mode", "name=Jürgen", "seen"])
def test_cookies_of_others_do_not_keep_anybody_out(locked: str, cookie: str) -> None:
    with httpx.Client(base_url=locked, **PLAIN) as client:
        log_in(client, *ANN)
        own = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
    headers = {"Cookie": f"{cookie}; {own}".encode()}
    assert httpx.get(f"{locked}config", headers=headers, **PLAIN).status_code == 200


def test_cookies_are_not_for_scripts_nor_for_other_pages(locked: str) -> None:
    with httpx.Client(base_url=locked, **PLAIN) as client:
        cookies = log_in(client, *ANN).headers.get_list("set-cookie")
        assert len(cookies) == 2
        assert all("httponly" in one.lower() and "SameSite=Lax" in one for one in cookies)
        assert not any("samesite=none" in one.lower() for one in cookies)


@pytest.mark.parametrize(
    "path",
    [
        "config", "config/", "metrics", "gradio_api/info", "gradio_api/openapi.json",
        "gradio_api/upload", "gradio_api/upload_progress", "gradio_api/queue/join",
        "gradio_api/queue/data", "gradio_api/queue/status", "gradio_api/cancel",
        "gradio_api/heartbeat/x", "gradio_api/call/ask", "gradio_api/run/ask", "gradio_api/api/ask",
        "gradio_api/call/v2/ask", "gradio_api/app_id", "gradio_api/token", "gradio_api/mcp/schema",
    ],
)  # fmt: skip
def test_every_route_asks_for_the_login(locked: str, path: str) -> None:
    cookies = "access-token-x=y; access-token-unsecure-x=y"
    with httpx.Client(base_url=locked, **PLAIN) as client:
        for method in ("GET", "POST"):
            assert client.request(method, path, json={}).status_code == 401, method
            response = client.request(method, path, json={}, headers={"Cookie": cookies})
            assert response.status_code == 401, method


def test_the_page_that_asks_for_the_login_tells_nothing_of_the_record(locked: str) -> None:
    with httpx.Client(base_url=locked, **PLAIN) as client:
        for path in ("", "manifest.json"):
            assert "Peru" not in client.get(path).text
        assert log_in(client, *ANN).status_code == 200
        assert "Venezuela" in client.get("").text


@pytest.mark.parametrize("host", ["evil.example", "evil.example:7860", "127.0.0.1.evil.example"])
def test_a_name_that_is_not_this_machines_is_refused(address: str, host: str) -> None:
    for path in ("", "config", "gradio_api/info", TOOLS):
        assert httpx.get(address + path, headers={"Host": host}, **PLAIN).status_code == 421, path
    port = address.rstrip("/").rsplit(":", 1)[1]
    for name in (f"localhost:{port}", f"127.0.0.1:{port}", f"[::1]:{port}"):
        assert httpx.get(address + "config", headers={"Host": name}, **PLAIN).status_code == 200, (
            name
        )


def test_another_page_cannot_ask_or_upload(address: str) -> None:
    body = {"data": [NORTH_KOREA, None, None]}
    asked = f"{address}gradio_api/run/ask"
    own = {"Origin": address.rstrip("/")}
    assert httpx.post(asked, json=body, headers=own, **PLAIN).status_code == 200
    for origin in ("https://evil.example", "null", "http://127.0.0.1:1", "http://["):
        response = httpx.post(asked, json=body, headers={"Origin": origin}, **PLAIN)
        assert response.status_code == 403
        response = httpx.post(
            f"{address}gradio_api/upload",
            files={"files": ("x.txt", b"x")},
            headers={"Origin": origin},
            **PLAIN,
        )
        assert response.status_code == 403


def test_the_page_may_load_nothing_from_elsewhere(address: str) -> None:
    policy = httpx.get(address, **PLAIN).headers["content-security-policy"]
    assert policy.startswith("default-src 'self';")
    allowed = {source for directive in policy.split(";") for source in directive.split()[1:]}
    own = {"'self'", "'none'", "'unsafe-inline'", "'unsafe-eval'", "data:", "blob:"}
    assert allowed <= own


SECRET = "The merger was agreed in secret."


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    path = tmp_path / "secret.txt"
    path.write_text(SECRET)
    return path


@pytest.mark.parametrize(
    "path",
    [
        # CVE-2023-51449, and what was tried before and after it.
        "gradio_api/file={}", "gradio_api/file=/tmp/gradio/..{}", "file={}", "file/{}",
        "gradio_api/file/{}", "gradio_api/file=file://{}", "gradio_api/file=%2e%2e{}",
        "gradio_api/file=C:\\..{}", "gradio_api/file=http://127.0.0.1:1{}",
        # CVE-2026-28414 and its like: where the parts of the page come from.
        "static/{}", "static/..{}", "static/%2e%2e%2f%2e%2e{}", "assets/{}", "assets/..%2f..{}",
        "svelte/{}", "fonts/{}", "fonts/..%2f..%2f..{}", "theme.css/..{}", "pwa_icon/{}",
        # Others that take a path or an address.
        "gradio_api/proxy=http://127.0.0.1:1{}", "gradio_api/stream/x/1/1/playlist-file",
        "gradio_api/deep_link?deep_link=..{}", "?deep_link=..{}", "gradio_api/component_server{}",
        "custom_component/x/..{}", "gradio_api/custom_component/1/client/x/..{}",
        "gradio_api/monitoring{}", "monitoring/summary", "gradio_api/vibe-code{}",
    ],
)  # fmt: skip
def test_no_path_leads_to_a_file(address: str, secret: Path, path: str) -> None:
    response = httpx.get(httpx.URL(address + path.format(secret)), **PLAIN)
    assert SECRET not in response.text
    assert response.status_code in (403, 404) or path.startswith("?")


def test_no_event_reads_a_path_that_it_is_given(address: str, secret: Path) -> None:
    """CVE-2024-51751 and GHSA-j36p-7w88-g82j: a path in place of an upload, or of any value."""
    here = re.compile(rf"{re.escape(str(Path.cwd()))}\b")
    with httpx.Client(base_url=address, **PLAIN) as client:
        upload = {"files": ("own.txt", b"The harbour was dredged.")}
        (own,) = client.post("gradio_api/upload", files=upload).json()
        paths = [str(secret), f"{Path(own).parent}/../../../../{secret}", f"{own}/../{secret}"]
        given = [{"path": path, "meta": {"_type": "gradio.FileData"}} for path in paths]
        given.append({**given[0], "path": own, "url": f"file://{secret}"})
        values = [one for file in given for one in (file, [file])] + [str(secret), [str(secret)]]
        config = client.get("config").json()
        # What works for long, and is given nothing.
        idle = {
            one["id"]
            for one in config["components"]
            if one["props"].get("elem_id") in ("packaged", "example")
        }
        long = {
            one["id"] for one in config["dependencies"] if idle & {id for id, _ in one["targets"]}
        }
        events = [
            one
            for one in config["dependencies"]
            if one["id"] not in long and one["trigger_after"] not in long
        ]
        assert len(events) > 10
        for event in events:
            # Who is given a session alone gets it from Gradio, whatever is sent.
            given_more = len(event["inputs"]) > 1 or not event["targets"]
            for number, value in enumerate(values if given_more else values[:1]):
                hash = f"s{event['id']}-{number}"
                body = {
                    "data": [value, *[None] * (len(event["inputs"]) - 1)][: len(event["inputs"])],
                    "fn_index": event["id"],
                    "session_hash": hash,
                    "event_data": dict.fromkeys(("path", "read", "kind"), str(secret)),
                }
                if client.post("gradio_api/queue/join", json=body).status_code == 200:
                    told = client.get("gradio_api/queue/data", params={"session_hash": hash}).text
                    assert SECRET not in told, (event["targets"], value)
                    assert not here.search(told), (event["targets"], value)


def test_no_component_gives_a_function_away(address: str, secret: Path) -> None:
    """CVE-2024-1561: a component's method, called from outside with a path."""
    for name in ("move_resource_to_block_cache", "download_temp_copy_if_needed", "preprocess"):
        body = {"component_id": 1, "fn_name": name, "session_hash": "x", "data": str(secret)}
        response = httpx.post(f"{address}gradio_api/component_server", json=body, **PLAIN)
        assert response.status_code == 404


def test_odd_names_of_uploads_stay_in_their_folder(address: str) -> None:
    names = ["../../x.txt", "/etc/x.txt", "..", "a\0b.txt", "a" * 300 + ".txt", "\u202etxt.exe.txt"]
    with httpx.Client(base_url=address, **PLAIN) as client:
        for name in names:
            response = client.post("gradio_api/upload", files={"files": (name, b"The harbour.")})
            assert response.status_code in (200, 400), name
            for path in response.json() if response.status_code == 200 else ():
                assert Path(path).resolve().parent.parent == own_folder(), name
