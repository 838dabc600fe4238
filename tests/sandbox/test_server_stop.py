from __future__ import annotations

import gc
import os
import socket
import subprocess
import sys
import time
import weakref
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path

import pytest

from glance_widget.sandbox import Sandbox
from tests.conftest import eventually
from tests.sandbox.clients import META, wire_to
from tests.sandbox.test_server import our_threads, port_of


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


class TestStop:
    def test_open_sockets_are_closed_at_once(self) -> None:
        with Sandbox() as sandbox, wire_to(sandbox) as wire:
            port = port_of(sandbox)
            sockets = [wire.visitor(f"v{n}") for n in range(5)] + [wire.agent(f"v{n}") for n in range(5)]
            started = wire.start("k")
            sockets += [wire.page(started, consent=True), wire.viewer("k"), wire.viewer("waits")]
            silent = wire.open("/agent")
            for sock in sockets[10:]:
                sock.receive()
            begin = time.monotonic()
            sandbox.stop()
            assert time.monotonic() - begin < 3
            assert our_threads() == []
            assert is_free(port)
            for sock in [*sockets, silent]:
                assert sock.closed()[0] in {1000, 1012}

    def test_a_client_that_reads_nothing_does_not_hold_it_up(self) -> None:
        with Sandbox() as sandbox:
            with socket.create_connection(("127.0.0.1", port_of(sandbox))) as idle:
                idle.sendall(b"GET / HTTP/1.1\r\n")
                begin = time.monotonic()
                sandbox.stop()
                assert time.monotonic() - begin < 6
            assert our_threads() == []

    def test_a_viewer_that_reads_nothing_does_not_hold_it_up(self) -> None:
        with Sandbox() as sandbox, wire_to(sandbox) as wire:
            page = wire.page(wire.start("k"), consent=True)
            viewer = wire.viewer_with(wire.ticket("k"), max_queue=1)
            viewer.expect("session")
            page.wait_for("snapshot")
            data = {"source": 5, "id": 1, "text": "x" * 1_000_000, "isChecked": False}
            big = {"type": 3, "data": data, "timestamp": 1}
            for seq in range(30):
                page.send(type="events", seq=seq, events=[META, big])
            page.send(type="page", href="http://shop.test/", title="read")
            begin = time.monotonic()
            sandbox.stop()
            assert time.monotonic() - begin < 8
            assert our_threads() == []

    def test_fifty_times_leave_nothing(self) -> None:
        handles = Path("/proc/self/fd")

        def round_() -> None:
            with Sandbox() as sandbox, closing(HTTPConnection("127.0.0.1", port_of(sandbox))) as client:
                client.request("GET", "/sandbox.json")
                assert client.getresponse().status == 200

        round_()
        gc.collect()
        before = len(list(handles.iterdir())) if handles.exists() else 0
        for _ in range(50):
            round_()
        gc.collect()
        assert our_threads() == []
        assert (len(list(handles.iterdir())) if handles.exists() else 0) <= before

    def test_a_forgotten_sandbox_stops_by_itself(self) -> None:
        sandbox = Sandbox().start()
        port, gone = port_of(sandbox), weakref.ref(sandbox)
        del sandbox
        gc.collect()
        assert gone() is None
        eventually(lambda: our_threads() == [])
        assert is_free(port)

    def test_the_process_ends_although_a_sandbox_runs(self, tmp_path: Path) -> None:
        program = (
            "import sys\n"
            "from glance_widget.sandbox import Sandbox\n"
            "from tests.sandbox.clients import Wire\n"
            "sandbox = Sandbox(database=sys.argv[1]).start()\n"
            "wire = Wire(sandbox)\n"
            "page = wire.page(wire.start('k'))\n"
            "page.expect('ready')\n"
            "print('ready', flush=True)\n"
        )
        root = Path(__file__).parents[2]
        with subprocess.Popen(
            [sys.executable, "-W", "ignore", "-c", program, str(tmp_path / "records.sqlite")],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=root,
            env={**os.environ, "PYTHONPATH": str(root)},
        ) as process:  # fmt: skip
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            begin = time.monotonic()  # how long it takes to start is another matter
            out, err = process.communicate(timeout=60)
        assert (process.returncode, out, err) == (0, "", "")
        assert time.monotonic() - begin < 30

    def test_an_error_inside_the_block_stops_it_too(self) -> None:
        sandbox = Sandbox()
        with pytest.raises(ZeroDivisionError), sandbox:
            raise ZeroDivisionError
        assert our_threads() == []

    @pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
    def test_a_forked_child_leaves_the_parents_sandbox_alone(self) -> None:
        program = (
            "import os, httpx\n"
            "from glance_widget.sandbox import Sandbox\n"
            "sandbox = Sandbox().start()\n"
            "child = os.fork()\n"
            "if child == 0:\n"
            "    sandbox.stop()\n"
            "    os._exit(0)\n"
            "os.waitpid(child, 0)\n"
            "print(httpx.get(sandbox.url).status_code)\n"
        )
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)
        assert done.stdout == "200\n"
