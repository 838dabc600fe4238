from __future__ import annotations

import ipaddress
import ssl
import stat
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from pathlib import Path

import httpx
import pytest
from cryptography import x509

from glance_widget.errors import SandboxError
from glance_widget.sandbox import Sandbox
from glance_widget.sandbox.tls import certificate_in
from tests.sandbox.clients import wire_to


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data")


def loaded(path: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(path.read_bytes())


def test_a_client_that_trusts_the_authority_is_served(folder: Path) -> None:
    with Sandbox(tls=True, data_folder=folder) as sandbox:
        assert sandbox.ca_file is not None
        assert sandbox.url.startswith("https://127.0.0.1:")
        context = ssl.create_default_context(cafile=str(sandbox.ca_file))
        with httpx.Client(verify=context) as client:
            for url in (sandbox.url, sandbox.url.replace("127.0.0.1", "localhost")):
                answer = client.get(f"{url}/sandbox.json").json()
                assert answer["url"] == url
            assert "wss://" in client.get(f"{sandbox.url}/shop/").headers["content-security-policy"]
        with wire_to(sandbox) as wire:
            wire.visitor("v")


def test_others_do_not_trust_it(folder: Path) -> None:
    with Sandbox(tls=True, data_folder=folder) as sandbox, pytest.raises(httpx.ConnectError, match="certificate"):
        httpx.get(sandbox.url)


def test_the_authority_is_good_for_this_machine_only(folder: Path) -> None:
    certificate = certificate_in(folder / "tls")
    authority = loaded(certificate.ca_file)
    constraints = authority.extensions.get_extension_for_class(x509.NameConstraints)
    assert constraints.critical
    assert constraints.value.permitted_subtrees == [
        x509.DNSName("localhost"),
        x509.IPAddress(ipaddress.ip_network("127.0.0.1/32")),
        x509.IPAddress(ipaddress.ip_network("::1/128")),
    ]
    basic = authority.extensions.get_extension_for_class(x509.BasicConstraints)
    assert basic.critical
    assert basic.value == x509.BasicConstraints(ca=True, path_length=0)


def test_the_certificate_is_good_for_a_short_time(folder: Path) -> None:
    leaf = loaded(certificate_in(folder / "tls").chain_file)
    assert leaf.not_valid_after_utc - leaf.not_valid_before_utc < timedelta(days=100)


def test_the_authority_is_kept_between_starts(folder: Path) -> None:
    first, second = (loaded(certificate_in(folder / "tls").ca_file) for _ in range(2))
    assert first == second


@pytest.mark.skipif(sys.platform == "win32", reason="Windows knows no file modes")
def test_private_keys_are_for_their_owner_only(tmp_path: Path) -> None:
    certificate = certificate_in(tmp_path / "tls")
    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in (tmp_path / "tls").iterdir()}
    assert modes == {"ca.crt": 0o644, "ca.pem": 0o600, "server.pem": 0o600}
    assert stat.S_IMODE((tmp_path / "tls").stat().st_mode) == 0o700
    assert b"PRIVATE" not in certificate.ca_file.read_bytes()


def test_an_old_certificate_is_replaced(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = loaded(certificate_in(folder / "tls").chain_file)
    monkeypatch.setattr("glance_widget.sandbox.tls._RENEW_BEFORE", timedelta(days=91))
    after = loaded(certificate_in(folder / "tls").chain_file)
    assert after.serial_number != before.serial_number
    assert after.not_valid_after_utc > datetime.now(timezone.utc) + timedelta(days=80)


def test_a_certificate_of_another_authority_is_replaced(folder: Path, tmp_path: Path) -> None:
    other = certificate_in(tmp_path / "tls")
    mine = certificate_in(folder / "tls")
    mine.chain_file.write_bytes(other.chain_file.read_bytes())
    leaf = loaded(certificate_in(folder / "tls").chain_file)
    leaf.verify_directly_issued_by(loaded(mine.ca_file))


def test_two_processes_at_once_agree_on_one_authority(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: certificate_in(tmp_path / "tls"), range(8)))
    assert len({loaded(certificate.ca_file).serial_number for certificate in found}) == 1
    assert not list((tmp_path / "tls").glob("*.tmp"))


@pytest.mark.parametrize("content", [b"", b"nonsense"])
def test_a_broken_folder_is_a_named_error(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "tls").mkdir()
    (tmp_path / "tls" / "ca.pem").write_bytes(content)
    with pytest.raises(SandboxError) as caught:
        Sandbox(tls=True, data_folder=tmp_path).start()
    assert caught.value.code == "sandbox_tls"
    assert "Delete the folder" in caught.value.hint
