"""How long it takes until Python knows that a visitor is online, against a bare socket that is told at the same moment.

Baseline: a plain WebSocket client on the agent's side of the same sandbox, timed in the same round. Each round has a
visitor of its own, so no round waits for the five seconds after which a visitor counts as gone.
"""

from __future__ import annotations

import json
import statistics
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
from websockets.sync.client import ClientConnection, connect

from glance_widget import Glance, sign_login_key
from glance_widget.sandbox import Sandbox

ROUNDS = 30


def token(sandbox: Sandbox) -> str:
    """A presence token of the sandbox's agent."""
    loginkey = sign_login_key(sandbox.groupid, sandbox.puid, sandbox.apikey, int(time.time()) + 600)
    body = {"partneruserid": sandbox.puid, "loginkey": loginkey, "partnerid": str(sandbox.groupid)}
    path = f"/services/AuthorizationService.svc/rest/Authorize?groupid={sandbox.groupid}&service=presence&duration=120"
    answer: str = httpx.post(sandbox.url + path, json=body).raise_for_status().json()
    return answer


@contextmanager
def socket(sandbox: Sandbox, path: str, visitorid: str, authorization: str | None = None) -> Iterator[ClientConnection]:
    """A presence socket, connected."""
    with connect(sandbox.url.replace("http", "ws", 1) + path) as opened:
        first = {"type": "connect", "groupid": str(sandbox.groupid), "visitorid": visitorid, "version": "6.33.0"}
        opened.send(json.dumps(first | ({"authorization": authorization} if authorization else {})))
        yield opened


def bare_seconds(agent: ClientConnection, begun: float, result: list[float]) -> None:
    """Waits until the bare socket is told."""
    while True:
        message = json.loads(agent.recv(timeout=10))
        if message.get("type") == "visitorsock" and message["data"]["connected"]:
            result.append(time.perf_counter() - begun)
            return


def one_round(sandbox: Sandbox, number: int, authorization: str) -> tuple[float, float]:
    """The seconds until the bare socket is told, and until the trait changes."""
    visitorid = f"visitor-{number}"
    properties = {"groupid": sandbox.groupid, "puid": sandbox.puid, "authurl": sandbox.authurl}
    seen: list[float] = []
    bare: list[float] = []
    with (
        Glance(glancebaseurl=sandbox.url, presence=True, visitorid=visitorid, **properties) as w,
        socket(sandbox, "/agent", visitorid, authorization) as agent,
    ):
        w.wait_for("absent", 10)
        agent.recv(timeout=10)
        begun = time.perf_counter()
        w.observe(lambda change: change.new == "present" and seen.append(time.perf_counter() - begun), "state")
        listener = threading.Thread(target=bare_seconds, args=(agent, begun, bare))
        listener.start()
        with socket(sandbox, "/visitorws", visitorid):
            w.wait_for("present", 10)
            listener.join()
    return bare[0], seen[0]


def main() -> None:
    """Measures and prints."""
    with Sandbox() as sandbox:
        authorization = token(sandbox)
        rounds = [one_round(sandbox, number, authorization) for number in range(ROUNDS)]
    for name, values in zip(("bare socket", "state trait"), zip(*rounds, strict=True), strict=True):
        low, middle, high = statistics.quantiles(values, n=4)
        print(f"{name}: median {middle * 1000:.1f} ms, quartiles {low * 1000:.1f} to {high * 1000:.1f} ms")
    ratio = statistics.median(ours / bare for bare, ours in rounds)
    print(f"state trait against bare socket: {ratio:.2f} times, median of {ROUNDS} rounds")


if __name__ == "__main__":
    main()
