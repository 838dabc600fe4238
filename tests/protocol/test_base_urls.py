from __future__ import annotations

import pytest

from glance_widget.errors import PropertyError
from glance_widget.protocol.base_urls import BaseUrl, is_loopback, is_safe_address

GOOD = [
    ("production", "https://www.glance.net"),
    ("beta", "https://beta.glance.net"),
    ("https://www.glance.net", "https://www.glance.net"),
    ("https://www.glance.net/", "https://www.glance.net"),
    ("HTTPS://www.glance.net", "https://www.glance.net"),
    ("https://glance.example:8443", "https://glance.example:8443"),
    ("https://glance.example:8443/", "https://glance.example:8443"),
    ("https://192.0.2.7", "https://192.0.2.7"),
    ("https://[2001:db8::7]:8443", "https://[2001:db8::7]:8443"),
    ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
    ("http://127.8.9.10", "http://127.8.9.10"),
    ("http://localhost:8000", "http://localhost:8000"),
    ("http://sandbox.localhost:8000/", "http://sandbox.localhost:8000"),
    ("http://[::1]:8000", "http://[::1]:8000"),
]
BAD = [
    "",
    "sandbox",
    "Production",
    "staging",
    "www.glance.net",
    "//www.glance.net",
    "https://",
    "https:///path",
    "https://:443",
    "http://www.glance.net",
    "http://192.168.0.7:8000",
    "http://0.0.0.0:8000",
    "http://[2001:db8::7]",
    "http://127.0.0.1.example.com",
    "http://localhost.example.com",
    "http://notlocalhost",
    "http://2130706433",
    "ftp://www.glance.net",
    "ws://127.0.0.1",
    "wss://www.glance.net",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "https://ann@www.glance.net",
    "https://ann:secret@www.glance.net",
    "https://@www.glance.net",
    "https://:@www.glance.net",
    "https://www.glance.net\\@evil.example",
    "https://www.glance.net:99999",
    "https://www.glance.net:port",
    "https://[::1",
    "https://exa mple.com",
    "https://exa\tmple.com",
    "https://www.glance.net\n",
    " https://www.glance.net",
    "https://www.glance.net/cobrowse",
    "https://www.glance.net//",
    "https://www.glance.net?groupid=1",
    "https://www.glance.net/#top",
    "http://127.0.0.1:8000/sandbox",
]


@pytest.mark.parametrize(("value", "origin"), GOOD)
def test_good(value: str, origin: str) -> None:
    base = BaseUrl.parse(value)
    assert base.origin == origin
    assert base.secure == origin.startswith("https:")
    assert base.host == origin.partition("://")[2]


@pytest.mark.parametrize("value", BAD)
def test_bad(value: str) -> None:
    with pytest.raises(PropertyError) as caught:
        BaseUrl.parse(value)
    assert caught.value.name == "glancebaseurl"
    assert caught.value.hint
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://login.example/glance?a=b", True),
        ("https://login.example:8443/a/b/c", True),
        ("http://127.0.0.1:9/key", True),
        ("http://[::1]/key", True),
        ("http://login.example/key", False),
        ("https://ann:pw@login.example/key", False),
        ("https://login.example/key\r\nX-Evil: 1", False),
        ("/key", False),
        ("", False),
    ],
)
def test_addresses_that_secrets_may_be_sent_to(url: str, safe: bool) -> None:  # noqa: FBT001 (a column of the table)
    assert is_safe_address(url) is safe


@pytest.mark.parametrize("host", ["127.0.0.1", "127.255.255.254", "localhost", "a.localhost", "::1", "[::1]"])
def test_this_machine(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["", "127.1", "128.0.0.1", "10.0.0.1", "localhost.evil", "::", "example.com"])
def test_not_this_machine(host: str) -> None:
    assert not is_loopback(host)


def test_addresses_of_the_parts() -> None:
    secure, plain = BaseUrl.parse("https://glance.example:8443"), BaseUrl.parse("http://127.0.0.1:8000")

    assert secure.web("/services/x") == "https://glance.example:8443/services/x"
    assert plain.web("/x", groupid=12345, site="a b&c") == "http://127.0.0.1:8000/x?groupid=12345&site=a+b%26c"
    assert secure.rest("presence.glance.net:443", "findvisitor") == "https://presence.glance.net:443/findvisitor"
    assert plain.rest("127.0.0.1:9", "/agent/message", a=1) == "http://127.0.0.1:9/agent/message?a=1"
    assert secure.socket("presence.glance.net", "agent") == "wss://presence.glance.net/agent"
    assert plain.socket("127.0.0.1:9", "/visitorws") == "ws://127.0.0.1:9/visitorws"
