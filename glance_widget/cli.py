"""The command ``glance-widget``."""

from __future__ import annotations

import argparse
import getpass
import json
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Final, TypeAlias

from glance_widget._version import __version__
from glance_widget.errors import GlanceError, PropertyError, SandboxError
from glance_widget.protocol.login_key import MAX_LIFETIME, sign_login_key

if TYPE_CHECKING:
    from glance_widget.sandbox import Sandbox

    _Commands: TypeAlias = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001 - it has no other name

APIKEY_VARIABLE: Final = "GLANCE_API_KEY"

_DONE: Final = 0
_FAILED: Final = 1
_WRONG_USAGE: Final = 2

_LIFETIME: Final = 3600
_LOOK_UP: Final = 0.5

_EXAMPLES: Final = """\
examples:
  glance-widget serve                       a local Glance platform; its address is printed
  glance-widget serve --port 8000 --tls     at a fixed port, with https
  glance-widget serve --json                the same for programs: one line of JSON when it is ready
  glance-widget demo                        platform, notebook and visitor, ready to click
  GLANCE_API_KEY=... glance-widget loginkey --groupid 21489 --puid ann@example.com
"""

_SERVE_EXAMPLES: Final = """\
examples:
  glance-widget serve
  glance-widget serve --port 8000 --database records.sqlite
  GLANCE_API_KEY=... glance-widget serve --host 0.0.0.0 --port 8000

The API key is a new random one unless GLANCE_API_KEY is set. Ctrl-C ends it.
Another process uses this sandbox for glancebaseurl="sandbox" when GLANCE_SANDBOX_URL names its address.
"""

_LOGINKEY_EXAMPLES: Final = """\
examples:
  glance-widget loginkey --groupid 21489 --puid ann@example.com
  GLANCE_API_KEY=... glance-widget loginkey --groupid 21489 --puid ann@example.com --expires 600

The API key comes from GLANCE_API_KEY, or is asked for. It is never an argument: arguments are seen by other users.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command.

    Args:
        arguments: What was typed after the command's name; the process's own when None.

    Returns:
        0 when done, 1 when it failed, 2 when a value was wrong, with a sentence on standard error. Other wrong usage
        ends with ``SystemExit(2)``.
    """
    given = _parser().parse_args(arguments)
    run: Callable[[argparse.Namespace], int] = given.run
    try:
        return run(given)
    except GlanceError as error:
        print(f"glance-widget: {error}", file=sys.stderr)
        return _WRONG_USAGE if isinstance(error, PropertyError) else _FAILED
    except KeyboardInterrupt:
        print("glance-widget: interrupted.", file=sys.stderr)
        return _FAILED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="glance-widget",
        description="Glance cobrowse for notebooks, and a local platform to run it against.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"glance-widget {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="command", required=True)
    _add_serve(commands)
    _add_demo(commands)
    _add_loginkey(commands)
    return parser


def _command(commands: _Commands, name: str, summary: str, epilog: str) -> argparse.ArgumentParser:
    return commands.add_parser(
        name,
        help=summary,
        description=f"{summary[0].upper()}{summary[1:]}.",
        epilog=epilog,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )


def _add_serve(commands: _Commands) -> None:
    parser = _command(commands, "serve", "run the sandbox: a local Glance platform", _SERVE_EXAMPLES)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (%(default)s)")
    parser.add_argument("--port", type=int, default=0, help="TCP port; 0, the default, takes a free one")
    parser.add_argument("--database", metavar="URL", help="session records: SQLAlchemy URL or path of an SQLite file")
    parser.add_argument("--tls", action="store_true", help="speak https, with certificates made for this machine")
    parser.add_argument("--json", action="store_true", help="print one line of JSON when it is ready, and no log")
    parser.add_argument(
        "--allow-origin",
        metavar="ORIGIN",
        action="append",
        default=[],
        help="web origin whose pages may use it; repeatable",
    )
    _add_privacy(parser)
    parser.set_defaults(run=_serve)


def _add_privacy(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--privacy", help="what agents see of pages at most: private, standard or open (what their script tags say)"
    )
    for option, name, what in (
        ("--mask", "SELECTOR", "CSS selector of what is always masked"),
        ("--unmask", "SELECTOR", "CSS selector of what is not masked although the mode would"),
        ("--mask-url", "ADDRESS", "address of pages masked as a whole, * for any characters"),
    ):
        parser.add_argument(option, metavar=name, action="append", default=[], help=f"{what}; repeatable")


def _add_demo(commands: _Commands) -> None:
    epilog = "examples:\n  glance-widget demo\n  glance-widget demo --check\n"
    parser = _command(commands, "demo", "run the guided demo: sandbox, notebook and visitor", epilog)
    parser.add_argument(
        "--check", action="store_true", help="go through the whole story in a headless browser, and end"
    )
    parser.set_defaults(run=_demo)


def _add_loginkey(commands: _Commands) -> None:
    parser = _command(commands, "loginkey", "sign a login key and print it", _LOGINKEY_EXAMPLES)
    parser.add_argument("--groupid", required=True, help="Glance group id, 1 to 6 digits")
    parser.add_argument("--puid", required=True, help="partner user id of the agent")
    parser.add_argument(
        "--expires", metavar="SECONDS", type=int, default=_LIFETIME, help="for how long it is good (%(default)s)"
    )
    parser.set_defaults(run=_loginkey)


def _serve(given: argparse.Namespace) -> int:
    from glance_widget.sandbox import Sandbox

    if not given.json:
        logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(message)s", stream=sys.stderr)
        logging.getLogger("glance_widget.sandbox").setLevel(logging.INFO)
    ended = threading.Event()
    with (
        _ending_signals(ended),
        Sandbox(
            host=given.host,
            port=given.port,
            database=given.database or _own_database(),
            tls=given.tls,
            apikey=os.environ.get(APIKEY_VARIABLE) or None,
            allowed_origins=given.allow_origin,
            privacy=given.privacy,
            masking_selectors=given.mask,
            unmasking_selectors=given.unmask,
            masked_urls=given.mask_url,
        ) as sandbox,
    ):
        print(_as_json(sandbox) if given.json else _as_text(sandbox), flush=True)
        # Not one long wait: on Windows, nothing interrupts it.
        while not ended.wait(_LOOK_UP):
            pass
    return _DONE


def _own_database() -> Path:
    try:
        import platformdirs
    except ModuleNotFoundError:
        hint = "Run: pip install 'glance-widget[sandbox]'"
        raise SandboxError("sandbox_extra", "The sandbox needs packages that are not installed.", hint) from None
    return platformdirs.user_data_path("glance-widget", appauthor=False) / "records.sqlite"


@contextmanager
def _ending_signals(ended: threading.Event) -> Iterator[None]:
    def end(_signal: int, _frame: FrameType | None) -> None:
        ended.set()

    before = {number: signal.signal(number, end) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _as_json(sandbox: Sandbox) -> str:
    ca_file = {"ca_file": str(sandbox.ca_file)} if sandbox.ca_file else {}
    return json.dumps({**sandbox.address.as_record(), "apikey": sandbox.apikey, **ca_file})


def _as_text(sandbox: Sandbox) -> str:
    lines = [
        "The Glance sandbox is ready.",
        "",
        f"  address   {sandbox.url}",
        f"  group id  {sandbox.groupid}",
        f"  agent     {sandbox.puid}",
        f"  API key   {sandbox.apikey}",
        f"  authurl   {sandbox.authurl}",
        f"  visitor   {sandbox.visitor_url('maria-21')}",
        "",
    ]
    if sandbox.ca_file:
        lines += [
            "Its certificate is good for this machine only. To trust it:",
            f"  Python            SSL_CERT_FILE={sandbox.ca_file}",
            f"  Chromium, Linux   certutil -d sql:$HOME/.pki/nssdb -A -t C,, -n glance-sandbox -i {sandbox.ca_file}",
            "  others            add that file to the certificate authorities that the browser trusts",
            "",
        ]
    return "\n".join([*lines, "Ctrl-C ends it."])


def _demo(given: argparse.Namespace) -> int:
    from glance_widget.demo import run_demo

    return run_demo(check=given.check)


def _loginkey(given: argparse.Namespace) -> int:
    if not 0 < given.expires <= MAX_LIFETIME:
        raise PropertyError("expires", f"must be 1 to {MAX_LIFETIME} seconds")
    apikey = os.environ.get(APIKEY_VARIABLE) or getpass.getpass("API key: ")
    print(sign_login_key(given.groupid, given.puid, apikey, int(time.time()) + given.expires))
    return _DONE
