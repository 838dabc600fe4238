from __future__ import annotations

import asyncio
import re
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from glance_widget.errors import GlanceError, PropertyError, SandboxError
from glance_widget.sandbox import Sandbox, SandboxAddress
from tests.sandbox.clients import wire_to

THREAD = "glance-sandbox"


def our_threads() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name.startswith(THREAD)]


def port_of(sandbox: Sandbox) -> int:
    return int(sandbox.url.rpartition(":")[2])


class TestStart:
    def test_it_answers_as_soon_as_start_returns(self) -> None:
        with Sandbox() as sandbox:
            assert httpx.get(f"{sandbox.url}/sandbox.json").json()["groupid"] == sandbox.groupid
            assert THREAD in our_threads()

    def test_start_and_stop_may_be_called_again(self) -> None:
        sandbox = Sandbox()
        assert sandbox.start() is sandbox
        url = sandbox.url
        assert sandbox.start().url == url
        assert our_threads().count(THREAD) == 1
        sandbox.stop()
        sandbox.stop()
        assert not sandbox.running
        assert our_threads() == []

    def test_it_can_be_started_again(self) -> None:
        sandbox = Sandbox()
        key = sandbox.apikey
        for _ in range(3):
            with sandbox:
                assert httpx.get(sandbox.url).status_code == 200
        assert sandbox.apikey == key

    def test_several_can_run_at_once(self) -> None:
        with Sandbox() as first, Sandbox() as second:
            assert first.url != second.url
            assert first.apikey != second.apikey

    def test_it_starts_inside_a_running_event_loop(self) -> None:
        async def main() -> int:
            with Sandbox() as sandbox:
                async with httpx.AsyncClient() as client:
                    return (await client.get(sandbox.url)).status_code

        assert asyncio.run(main()) == 200

    def test_many_threads_may_start_it(self) -> None:
        sandbox = Sandbox()
        with ThreadPoolExecutor(8) as pool:
            urls = set(pool.map(lambda _: sandbox.start().url, range(16)))
            assert len(urls) == 1
            list(pool.map(lambda _: sandbox.stop(), range(16)))
        assert our_threads() == []


class TestAttributes:
    def test_defaults(self) -> None:
        sandbox = Sandbox()
        assert (sandbox.groupid, sandbox.puid, sandbox.ca_file) == (21489, "agent@sandbox", None)
        assert len(sandbox.apikey) >= 20
        assert Sandbox().apikey != sandbox.apikey

    def test_given_values(self) -> None:
        with Sandbox(groupid="54321", puid="ann+b@x", apikey="k" * 16, host="localhost") as sandbox:
            assert (sandbox.groupid, sandbox.puid, sandbox.apikey) == (54321, "ann+b@x", "k" * 16)
            assert sandbox.url == f"http://localhost:{port_of(sandbox)}"
            assert httpx.get(sandbox.url).status_code == 200

    def test_addresses_stand_below_the_url(self) -> None:
        with Sandbox() as sandbox:
            assert sandbox.authurl == f"{sandbox.url}/loginkey"
            assert sandbox.visitor_url("maria-21") == f"{sandbox.url}/shop/maria-21/"
            assert httpx.get(sandbox.visitor_url("maria-21")).status_code == 200
            with pytest.raises(PropertyError, match="visitorid"):
                sandbox.visitor_url("a b")

    def test_the_address_holds_everything_but_the_api_key(self) -> None:
        with Sandbox() as sandbox:
            address = sandbox.address
            assert (address.url, address.groupid, address.puid) == (sandbox.url, sandbox.groupid, sandbox.puid)
            assert (address.authurl, address.visitor_url("v")) == (sandbox.authurl, sandbox.visitor_url("v"))
            assert SandboxAddress.parse(httpx.get(f"{sandbox.url}/sandbox.json").json()) == address
            assert sandbox.apikey not in repr(address) + str(address.as_record())

    def test_the_api_key_is_not_shown(self) -> None:
        with Sandbox() as sandbox:
            for shown in (repr(sandbox), str(sandbox), f"{sandbox}", repr(vars(sandbox))):
                assert sandbox.apikey not in shown
            assert sandbox.url in repr(sandbox)
        assert "stopped" in repr(sandbox)

    @pytest.mark.parametrize("name", ["url", "authurl", "address"])
    def test_a_sandbox_that_never_ran_has_no_address(self, name: str) -> None:
        with pytest.raises(SandboxError) as caught:
            getattr(Sandbox(), name)
        assert caught.value.code == "sandbox_stopped"
        assert caught.value.hint

    def test_ipv6(self) -> None:
        if not socket.has_ipv6:
            pytest.skip("this machine has no IPv6")
        try:
            sandbox = Sandbox(host="::1").start()
        except SandboxError:
            pytest.skip("this machine has no ::1")
        with sandbox:
            assert re.fullmatch(r"http://\[::1\]:\d+", sandbox.url)
            with wire_to(sandbox) as wire:
                wire.visitor("six")
                assert wire.presence("findvisitor", "six").json()["direct"] == sandbox.url.removeprefix("http://")


class TestWrongArguments:
    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("groupid", 0), ("groupid", "x"), ("groupid", True), ("groupid", 1_000_000), ("puid", ""), ("puid", 5),
            ("puid", "x" * 256), ("apikey", ""), ("apikey", 5), ("port", -1), ("port", 65_536), ("port", "80"),
            ("port", True), ("keepalive", 0.5), ("keepalive", "30"), ("keepalive", float("nan")), ("grace", -1),
            ("grace", float("inf")), ("host", 5), ("allowed_origins", ["shop.example"]), ("allowed_origins", ["null"]),
            ("allowed_origins", ["https://a.b/path"]), ("allowed_origins", ["https://a.b; script-src *"]),
        ],
    )  # fmt: skip
    def test_they_are_named(self, name: str, value: object) -> None:
        with pytest.raises(PropertyError) as caught:
            Sandbox(**{name: value})  # type: ignore[arg-type]
        assert caught.value.name == name
        assert caught.value.message.startswith(name)

    def test_an_unknown_one_is_an_error(self) -> None:
        with pytest.raises(TypeError):
            Sandbox(hots="127.0.0.1")  # type: ignore[call-arg]

    @pytest.mark.parametrize("host", ["0.0.0.0", "", "::", "10.0.0.1", "desk.internal"])  # noqa: S104
    def test_other_machines_are_served_only_with_a_given_api_key(self, host: str) -> None:
        with pytest.raises(SandboxError) as caught:
            Sandbox(host=host)
        assert caught.value.code == "sandbox_open"
        assert "apikey" in caught.value.hint
        with pytest.raises(SandboxError) as caught:
            Sandbox(host=host, apikey="k" * 16, tls=True)
        assert caught.value.code == "sandbox_tls"

    def test_a_port_in_use_is_a_named_error(self) -> None:
        with Sandbox() as sandbox, pytest.raises(SandboxError) as caught:
            Sandbox(port=port_of(sandbox)).start()
        assert caught.value.code == "sandbox_port"
        assert "in use" in caught.value.message
        assert caught.value.hint

    @pytest.mark.parametrize("host", ["nowhere.invalid", "203.0.113.1"])
    def test_an_address_of_another_machine_is_a_named_error(self, host: str) -> None:
        with pytest.raises(SandboxError) as caught:
            Sandbox(host=host, apikey="k" * 16).start()
        assert caught.value.code == "sandbox_host"

    def test_a_start_that_failed_can_be_repeated(self, tmp_path: Path) -> None:
        folder = tmp_path / "records"
        folder.mkdir()
        sandbox = Sandbox(database=folder)
        with pytest.raises(SandboxError):
            sandbox.start()
        assert not sandbox.running
        assert our_threads() == []
        folder.rmdir()
        with sandbox:
            assert httpx.get(sandbox.url).status_code == 200


def test_errors_of_the_sandbox_are_errors_of_the_package() -> None:
    assert issubclass(SandboxError, GlanceError)
