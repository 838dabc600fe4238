from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from glance_widget.errors import SandboxError
from glance_widget.sandbox import Sandbox, SharedSandbox, shared_sandbox
from tests.sandbox.clients import wire_to

VARIABLE = "GLANCE_SANDBOX_URL"


def is_running() -> bool:
    return any(thread.name == "glance-sandbox" for thread in threading.enumerate())


def test_the_first_user_starts_it_and_the_last_stops_it() -> None:
    assert not is_running()
    first, second = shared_sandbox.acquire(), shared_sandbox.acquire()
    assert first.address == second.address
    first.release()
    assert httpx.get(second.address.url).status_code == 200
    second.release()
    assert not is_running()


def test_a_lease_is_released_once() -> None:
    first, second = shared_sandbox.acquire(), shared_sandbox.acquire()
    first.release()
    first.release()
    assert is_running()
    second.release()
    assert not is_running()


def test_a_lease_is_a_context_manager() -> None:
    with shared_sandbox.acquire() as lease:
        assert httpx.get(lease.address.url).status_code == 200
    assert not is_running()


def test_it_can_be_used_again_after_its_end() -> None:
    for _ in range(2):
        with shared_sandbox.acquire() as lease:
            assert httpx.get(lease.address.url).status_code == 200


def test_many_threads_share_one() -> None:
    shared = SharedSandbox()
    with ThreadPoolExecutor(8) as pool:
        leases = list(pool.map(lambda _: shared.acquire(), range(24)))
        assert len({lease.address.url for lease in leases}) == 1
        list(pool.map(lambda lease: lease.release(), leases))
        assert not is_running()


@pytest.fixture
def served() -> Iterator[Sandbox]:
    with Sandbox(groupid=54321, puid="ann@x") as sandbox:
        yield sandbox


def test_a_named_sandbox_is_attached_to(served: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, served.url + "/")
    shared = SharedSandbox()
    with shared.acquire() as lease:
        assert lease.address == served.address
    assert served.running
    with wire_to(served) as wire:
        assert wire.http.get("/").status_code == 200


def test_a_named_sandbox_may_be_called_localhost(served: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    url = served.url.replace("127.0.0.1", "localhost")
    monkeypatch.setenv(VARIABLE, url)
    with shared_sandbox.acquire() as lease:
        assert lease.address.authurl == f"{url}/loginkey"


@pytest.mark.parametrize(
    "url", ["https://sandbox.example", "http://10.0.0.1:80", "nonsense", "http://u:p@127.0.0.1", "file:///x"]
)
def test_only_this_machine_may_be_named(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, url)
    with pytest.raises(SandboxError) as caught:
        shared_sandbox.acquire()
    assert caught.value.code == "sandbox_attach"
    assert not is_running()


def test_a_sandbox_that_does_not_answer_is_a_named_error(served: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, served.url)
    served.stop()
    with pytest.raises(SandboxError, match="No sandbox answers") as caught:
        shared_sandbox.acquire()
    assert "glance-widget serve" in caught.value.hint


def test_something_else_that_answers_is_a_named_error(served: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, f"{served.url}/shop")
    with pytest.raises(SandboxError, match="No sandbox answers"):
        shared_sandbox.acquire()
