from __future__ import annotations

import asyncio
import gzip
from collections.abc import Callable, Coroutine, Iterator
from typing import Any, TypeVar

import httpx
import pytest

from glance_widget.agent import http as agent_http
from glance_widget.agent.http import MAX_ANSWER, Answer, Http, Unreachable
from tests.agent.servers import HttpServer, Reaction, Reply, as_json
from tests.conftest import eventually
from tests.loop_thread import LoopThread

T = TypeVar("T")


@pytest.fixture
def web(loop_thread: LoopThread) -> Iterator[HttpServer]:
    """A web server that says what it is told to."""
    server = HttpServer(loop_thread, lambda _asked: as_json({}))
    yield server
    server.stop()


def using(work: Callable[[Http], Coroutine[Any, Any, T]]) -> T:
    async def run() -> T:
        http = Http()
        try:
            return await work(http)
        finally:
            await http.close()

    return asyncio.run(run())


def get(url: str) -> Answer:
    return using(lambda http: http.get(url, {"X-Test": "yes"}))


def failure_of(url: str) -> Unreachable:
    with pytest.raises(Unreachable) as caught:
        get(url)
    assert caught.value.__context__ is None or caught.value.__suppress_context__
    assert "127.0.0.1" not in str(caught.value)
    return caught.value


def test_an_answer_is_read_to_its_end(web: HttpServer) -> None:
    web.respond = lambda _asked: Reply("grüße", 418, "Text/HTML; charset=utf-8")
    answer = get(web.url + "/path?a=b")
    assert (answer.status, answer.content_type, answer.text) == (418, "text/html", "grüße")
    assert "grüße" not in repr(answer)
    assert not answer.refused
    (asked,) = web.asked
    assert (asked.method, asked.path, asked.query, asked.headers["x-test"]) == ("GET", "/path", "a=b", "yes")


def test_clients_share_connections_and_no_cookie(web: HttpServer) -> None:
    web.respond = lambda _asked: Reply("", headers=(("Set-Cookie", "session=canary; Path=/"),))

    async def work() -> int:
        first, second = Http(), Http()
        await first.get(web.url)
        await second.get(web.url)
        await first.get(web.url)
        await first.close()
        await second.get(web.url)
        shared = web.open_connections
        await second.close()
        return shared

    assert asyncio.run(work()) == 1
    eventually(lambda: web.open_connections == 0)
    assert [asked for asked in web.asked if "cookie" in asked.headers] == []


def test_a_connection_on_which_the_server_may_hang_up_is_not_used_again(
    web: HttpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert agent_http.IDLE < 5
    monkeypatch.setattr(agent_http, "IDLE", 0.0)

    async def work(http: Http) -> None:
        await http.get(web.url)
        await http.get(web.url)

    using(work)
    assert (len(web.asked), web.connected) == (2, 2)


@pytest.mark.parametrize(("status", "refused"), [(401, True), (403, True), (400, False), (404, False), (500, False)])
def test_refused_is_401_and_403(web: HttpServer, status: int, *, refused: bool) -> None:
    web.respond = lambda _asked: Reply("", status)
    assert get(web.url).refused is refused


def test_a_post_carries_its_body_as_it_is(web: HttpServer) -> None:
    body = bytes(range(256))
    using(lambda http: http.post(web.url, headers={"Content-Type": "x/y"}, content=body))
    (asked,) = web.asked
    assert (asked.method, asked.body, asked.headers["content-type"]) == ("POST", body, "x/y")


def test_a_redirect_is_not_followed(web: HttpServer, loop_thread: LoopThread) -> None:
    other = HttpServer(loop_thread, lambda _asked: as_json({}))
    web.respond = lambda _asked: Reply("", 302, headers=(("Location", other.url),))
    assert get(web.url).status == 302
    assert other.asked == []
    other.stop()


def test_too_much_is_not_read(web: HttpServer) -> None:
    web.respond = lambda _asked: Reply("x" * MAX_ANSWER)
    assert len(get(web.url).text) == MAX_ANSWER
    web.respond = lambda _asked: Reply("x" * (MAX_ANSWER + 1))
    assert failure_of(web.url).what == "answered too much"
    packed = gzip.compress(b"x" * (MAX_ANSWER * 40))
    web.respond = lambda _asked: Reply(packed, headers=(("Content-Encoding", "gzip"),))
    assert failure_of(web.url).what == "answered too much"


def test_silence_is_slow(web: HttpServer) -> None:
    web.respond = lambda _asked: "never"
    with pytest.raises(Unreachable) as caught:
        using(lambda http: http.post(web.url, headers={}, content=b"", timeout=httpx.Timeout(0.05)))
    assert caught.value.slow
    assert caught.value.what == "did not answer in time"


@pytest.mark.parametrize(
    ("reaction", "what"),
    [
        ("hang up", "closed the connection without an answer"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf", "closed the connection without an answer"),
        (b"SSH-2.0-OpenSSH_9.2\r\n\r\n", "closed the connection without an answer"),
        (Reply(b"no gzip", headers=(("Content-Encoding", "gzip"),)), "sent an answer that cannot be read"),
    ],
    ids=range(4),
)
def test_answers_that_are_none(web: HttpServer, reaction: Reaction, what: str) -> None:
    web.respond = lambda _asked: reaction
    failure = failure_of(web.url)
    assert (failure.what, failure.slow) == (what, False)


def test_nobody_there(web: HttpServer) -> None:
    web.stop()
    assert failure_of(web.url).what == "cannot be reached"


@pytest.mark.parametrize("url", ["http://127.0.0.1:0/", "http://127.0.0.1:1/\x00", "https://a..b/", "http://[::1"])
def test_addresses_that_are_none(url: str) -> None:
    failure_of(url)


@pytest.mark.parametrize("value", ["line\nbreak", "caf\u00e9", "null\x00"])
def test_headers_that_cannot_be_sent(web: HttpServer, value: str) -> None:
    with pytest.raises(Unreachable) as caught:
        using(lambda http: http.get(web.url, {"Authorization": value}))
    assert value not in str(caught.value)
    assert web.asked == []


def test_text_that_is_no_utf8_is_read_all_the_same(web: HttpServer) -> None:
    web.respond = lambda _asked: Reply(b"gr\xfc\xdfe")
    assert get(web.url).text == "gr\ufffd\ufffde"


def test_a_proxy_serves_all_but_this_machine(
    web: HttpServer, loop_thread: LoopThread, monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy = HttpServer(loop_thread, lambda _asked: as_json("by proxy"))
    monkeypatch.setenv("HTTP_PROXY", proxy.url)
    monkeypatch.setenv("http_proxy", proxy.url)

    assert get("http://glance.invalid/path").text == '"by proxy"'
    assert proxy.asked[0].path == "http://glance.invalid/path"
    assert get(web.url).text == "{}"
    assert len(proxy.asked) == 1
    proxy.stop()


def test_closing_ends_the_connections_and_can_be_repeated(web: HttpServer) -> None:
    async def work(http: Http) -> None:
        await http.get(web.url)
        assert web.open_connections == 1
        await http.close()
        await http.close()

    using(work)
    eventually(lambda: web.open_connections == 0)
