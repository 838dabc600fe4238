from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from glance_widget import cli, verify_login_key
from glance_widget.sandbox import Sandbox

COMMAND = [sys.executable, "-W", "error", "-c", "import sys; from glance_widget.cli import main; sys.exit(main())"]


@pytest.fixture(autouse=True)
def own_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    return tmp_path


@contextmanager
def serving(*arguments: str, **environment: str) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [*COMMAND, "serve", *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env=os.environ | environment,
    ) as process:  # fmt: skip
        try:
            yield process
        finally:
            process.kill()


def first_line(process: subprocess.Popen[str]) -> dict[str, str]:
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line, process.stderr.read() if process.stderr else ""
    answer: dict[str, str] = json.loads(line)
    return answer


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has other signals")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_serve_prints_one_line_of_json_and_ends_cleanly(own_data_folder: Path, number: signal.Signals) -> None:
    with serving("--json") as process:
        answer = first_line(process)
        assert set(answer) == {"url", "groupid", "apikey", "puid", "authurl", "visitor_url"}
        assert httpx.get(answer["url"]).status_code == 200
        key = httpx.post(answer["authurl"], params={"partneruserid": answer["puid"]}).json()["loginKey"]
        assert verify_login_key(key, answer["groupid"], answer["puid"], answer["apikey"]).puid == answer["puid"]
        assert httpx.get(answer["visitor_url"].replace("{visitorid}", "maria")).status_code == 200
        begin = time.monotonic()
        process.send_signal(number)
        out, err = process.communicate(timeout=30)
        assert (process.returncode, out, err) == (0, "", "")
        assert time.monotonic() - begin < 10
    assert (own_data_folder / "glance-widget" / "records.sqlite").exists()


def test_serve_tells_people_what_they_need(tmp_path: Path) -> None:
    with serving("--database", str(tmp_path / "r.sqlite"), GLANCE_API_KEY="given-by-me") as process:
        assert process.stdout is not None
        assert process.stderr is not None
        lines = [process.stdout.readline().strip()]
        while lines[-1] != "Ctrl-C ends it.":
            lines.append(process.stdout.readline().strip())
        text = "\n".join(lines)
        url = next(line.split()[-1] for line in lines if line.startswith("address"))
        for words in ("21489", "agent@sandbox", "given-by-me", f"{url}/loginkey", f"{url}/shop/maria-21/"):
            assert words in text
        httpx.get(f"{url}/agentjoin/AgentView.aspx", params={"loginkey": "canary"})
        line = process.stderr.readline()
        assert "GET /agentjoin/AgentView.aspx?loginkey=*** 400" in line
    assert (tmp_path / "r.sqlite").exists()


def test_serve_with_tls_tells_how_to_trust_it(own_data_folder: Path) -> None:
    with serving("--json", "--tls") as process:
        answer = first_line(process)
        assert answer["url"].startswith("https://")
        assert answer["ca_file"] == str(own_data_folder / "glance-widget" / "tls" / "ca.crt")
    with serving("--tls") as process:
        assert process.stdout is not None
        text = "".join(iter(process.stdout.readline, "Ctrl-C ends it.\n"))
        assert f"SSL_CERT_FILE={answer['ca_file']}" in text
        assert "certutil -d sql:$HOME/.pki/nssdb" in text


def test_serve_fails_with_a_sentence(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    with Sandbox() as sandbox:
        port = sandbox.url.rpartition(":")[2]
        assert cli.main(["serve", "--port", port, "--database", str(tmp_path / "r.sqlite")]) == 1
    assert "in use" in capsys.readouterr().err
    assert cli.main(["serve", "--host", "0.0.0.0"]) == 1  # noqa: S104
    assert "API key" in capsys.readouterr().err


def test_serve_without_the_extra_names_it(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setitem(sys.modules, "platformdirs", None)
    assert cli.main(["serve"]) == 1
    assert "pip install 'glance-widget[sandbox]'" in capsys.readouterr().err


def test_a_sandbox_without_the_extra_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "glance_widget.sandbox.serving", raising=False)
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    with pytest.raises(Exception, match=r"glance-widget\[sandbox\]") as caught:
        Sandbox().start()
    assert getattr(caught.value, "code", "") == "sandbox_extra"


def test_loginkey_signs_with_the_key_of_the_environment(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GLANCE_API_KEY", "secret")
    assert cli.main(["loginkey", "--groupid", "12345", "--puid", "ann+b@x"]) == 0
    captured = capsys.readouterr()
    claims = verify_login_key(captured.out.strip(), 12345, "ann+b@x", "secret")
    assert abs(claims.expires - time.time() - 3600) < 60
    assert captured.err == ""


def test_loginkey_asks_for_the_key(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("getpass.getpass", lambda _prompt: "typed")
    assert cli.main(["loginkey", "--groupid", "12345", "--puid", "ann", "--expires", "60"]) == 0
    claims = verify_login_key(capsys.readouterr().out.strip(), 12345, "ann", "typed")
    assert abs(claims.expires - time.time() - 60) < 30


@pytest.mark.parametrize(
    "arguments",
    [
        ["--groupid", "x", "--puid", "ann"],
        ["--groupid", "1", "--puid", ""],
        ["--groupid", "1", "--puid", "a", "--expires", "0"],
        ["--groupid", "1", "--puid", "a", "--expires", "86401"],
    ],
)
def test_loginkey_refuses_wrong_values(
    arguments: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GLANCE_API_KEY", "canary")
    assert cli.main(["loginkey", *arguments]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("glance-widget: ")
    assert "canary" not in captured.err


@pytest.mark.parametrize(
    "arguments",
    [[], ["nonsense"], ["serve", "--port", "x"], ["loginkey"], ["loginkey", "--apikey", "k"], ["serve", "x"]],
)
def test_wrong_usage_ends_with_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        cli.main(arguments)
    assert caught.value.code == 2
    assert "usage:" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [[], ["serve"], ["demo"], ["loginkey"]])
def test_help_shows_examples(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        cli.main([*arguments, "--help"])
    assert caught.value.code == 0
    assert "examples:" in capsys.readouterr().out


def test_an_interrupted_prompt_is_no_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(_prompt: str) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr("getpass.getpass", interrupted)
    assert cli.main(["loginkey", "--groupid", "1", "--puid", "a"]) == 1
    assert "Traceback" not in capsys.readouterr().err
