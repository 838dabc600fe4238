from __future__ import annotations

import base64
import hashlib
import hmac
import random
import string
import time

import pytest

from glance_widget import sign_login_key, verify_login_key
from glance_widget.errors import LoginKeyError, PropertyError
from glance_widget.protocol.login_key import MAX_LIFETIME, LoginKeyClaims, expiry_of
from glance_widget.secret import Secret

# Wire sheet, section 3.2: computed by others, with other code.
VECTORS = [
    (12345, "uniqueUserIdentifier", "mySecretApiKey", 1593908430, "Wf7vDWWv1Ci5VrcUvtWuJh_jLgZIfectGUPkg6DbZws"),
    (12345, "uniqueUserIdentifier", "mySecretApiKey", 1593908590, "XCD2ygOUWB892h1xVRy7X0DkUf0w-J8DwnZOWXWCAoY"),
    (12345, "uniqueUserIdentifier", "mySecretApiKey", 1597595372, "GR4bRX693m72g5Vttn5g2TyQsfy4Si6IvbESFs2PFLI"),
    (54321, "newUniqueUserIdentifier", "newSecretApiKey", 1593906477, "wncY1-sgNS11n_T9oqrGBRAQOUXeoLpvs7z0DzHdI7k"),
]
GROUP, PUID, API_KEY, EXPIRES, SIGNATURE = VECTORS[0]
KEY = f"$1${EXPIRES}${SIGNATURE}"
BEFORE = EXPIRES - 60


def reason_of(key: str, now: float = BEFORE, puid: str = PUID, groupid: int | str = GROUP) -> str:
    with pytest.raises(LoginKeyError) as caught:
        verify_login_key(key, groupid, puid, API_KEY, now)
    assert caught.value.code == f"loginkey_{caught.value.reason}"
    assert caught.value.hint
    assert API_KEY not in repr(caught.value.args)
    assert len(key) < 8 or key not in repr(caught.value.args)
    return caught.value.reason


@pytest.mark.parametrize(("groupid", "puid", "apikey", "expires", "signature"), VECTORS)
def test_the_independent_vectors(groupid: int, puid: str, apikey: str, expires: int, signature: str) -> None:
    key = sign_login_key(groupid, puid, apikey, expires)

    assert key == f"$1${expires}${signature}"
    assert len(key) == 57
    assert sign_login_key(str(groupid), puid, Secret(apikey), expires) == key
    claims = verify_login_key(key, str(groupid), puid, Secret(apikey), expires - 1)
    assert claims == LoginKeyClaims(groupid=groupid, puid=puid, expires=expires)
    assert expiry_of(key) == expires


@pytest.mark.parametrize(
    "key",
    [
        "",
        "$",
        "not a key",
        KEY[1:],
        KEY[:-1],
        KEY + "A",
        KEY + "=",
        KEY + "\n",
        " " + KEY,
        f"$1${EXPIRES}{SIGNATURE}",
        f"$${EXPIRES}${SIGNATURE}",
        f"$1$${SIGNATURE}",
        f"$x${EXPIRES}${SIGNATURE}",
        f"$-1${EXPIRES}${SIGNATURE}",
        f"$1$-5${SIGNATURE}",
        f"$1$1e9${SIGNATURE}",
        f"$1$1234567890123${SIGNATURE}",
        f"$11111${EXPIRES}${SIGNATURE}",
        f"$1$١٥٩٣٩٠٨٤٣٠${SIGNATURE}",
        f"$1${EXPIRES}$" + "é" * 43,
        f"$1${EXPIRES}$" + "." * 43,
    ],
)
def test_malformed(key: str) -> None:
    assert reason_of(key) == "malformed"
    assert expiry_of(key) is None


@pytest.mark.parametrize("version", ["0", "2", "9999"])
def test_other_versions(version: str) -> None:
    assert reason_of(f"${version}${EXPIRES}${SIGNATURE}") == "version"


@pytest.mark.parametrize(
    "key",
    [
        f"$1${EXPIRES}$" + "A" * 43,
        f"$1${EXPIRES + 1}${SIGNATURE}",
        f"$1$0{EXPIRES}${SIGNATURE}",
        f"$1${EXPIRES}${SIGNATURE.swapcase()}",
        f"$1${EXPIRES}${SIGNATURE[:-1]}x",
    ],
)
def test_forged(key: str) -> None:
    assert reason_of(key) == "signature"


def test_signed_for_someone_else() -> None:
    assert reason_of(KEY, puid="uniqueUserIdentifieR") == "signature"
    assert reason_of(KEY, groupid=12346) == "signature"


@pytest.mark.parametrize("now", [EXPIRES, EXPIRES + 0.001, EXPIRES + 1, 10.0**11], ids=repr)
def test_expired(now: float) -> None:
    assert reason_of(KEY, now) == "expired"


def test_a_day_is_the_longest_lifetime() -> None:
    assert MAX_LIFETIME == 86_400


@pytest.mark.parametrize("expires", [0, 9, 999_999_999_999])
def test_the_first_and_the_last_expiry_that_can_be_signed(expires: int) -> None:
    key = sign_login_key(GROUP, PUID, API_KEY, expires)
    assert expiry_of(key) == expires
    with pytest.raises(PropertyError):
        sign_login_key(GROUP, PUID, API_KEY, 10**12)


@pytest.mark.parametrize("now", [EXPIRES - MAX_LIFETIME - 1, EXPIRES - MAX_LIFETIME - 0.5, 0.0])
def test_too_far_ahead(now: float) -> None:
    assert reason_of(KEY, now) == "too_far_ahead"


@pytest.mark.parametrize("now", [EXPIRES - 1, EXPIRES - 0.001, EXPIRES - MAX_LIFETIME, EXPIRES - MAX_LIFETIME + 0.5])
def test_the_edges_at_which_a_key_is_good(now: float) -> None:
    assert verify_login_key(KEY, GROUP, PUID, API_KEY, now).expires == EXPIRES


def test_now_is_the_present_unless_given() -> None:
    good = sign_login_key(GROUP, PUID, API_KEY, int(time.time()) + 600)
    assert verify_login_key(good, GROUP, PUID, API_KEY).puid == PUID
    with pytest.raises(LoginKeyError) as caught:
        verify_login_key(KEY, GROUP, PUID, API_KEY)
    assert caught.value.reason == "expired"


@pytest.mark.parametrize("now", [EXPIRES + 1, 0.0])
def test_a_forged_key_learns_nothing_of_the_times(now: float) -> None:
    assert reason_of(f"$1${EXPIRES}$" + "A" * 43, now) == "signature"


def test_the_form_is_judged_before_the_version_and_the_version_before_the_signature() -> None:
    assert reason_of("$2$nonsense", EXPIRES + 1) == "malformed"
    assert reason_of(f"$2${EXPIRES}$" + "A" * 43, EXPIRES + 1) == "version"


def test_signatures_of_both_base64_alphabets() -> None:
    both = [v for v in VECTORS if "-" in v[4] and "_" in v[4]]
    assert both, "a vector with both characters is needed"
    for groupid, puid, apikey, expires, signature in both:
        old = f"$1${expires}$" + signature.replace("-", "+").replace("_", "/")
        assert verify_login_key(old, groupid, puid, apikey, expires - 1).puid == puid


@pytest.mark.parametrize("puid", ["Ännchen Müller", "安 娜", "a&b=c d+e$1$%", "🦩", "x" * 255, "ann@example.com"])
def test_any_printable_puid(puid: str) -> None:
    key = sign_login_key(GROUP, puid, "schlüssel-🔑", EXPIRES)
    message = f"{GROUP}{puid}1{EXPIRES}".encode()
    digest = hmac.new("schlüssel-🔑".encode(), message, hashlib.sha256).digest()
    assert key.rpartition("$")[2] == base64.urlsafe_b64encode(digest).decode().rstrip("=")
    assert verify_login_key(key, GROUP, puid, "schlüssel-🔑", BEFORE).puid == puid


def test_whatever_is_signed_verifies_and_whatever_is_changed_does_not(rng: random.Random) -> None:
    letters = string.ascii_letters + string.digits + "-_$"
    for _ in range(300):
        groupid, now = rng.randint(1, 999_999), rng.randint(1, 2**33)
        puid, apikey = ("".join(rng.choices(string.printable[:95], k=rng.randint(1, 255))) for _ in range(2))
        expires = now + rng.randint(1, MAX_LIFETIME)
        key = sign_login_key(groupid, puid, apikey, expires)
        assert verify_login_key(key, groupid, puid, apikey, now).expires == expires

        place = rng.randrange(len(key))
        other = key[:place] + rng.choice(letters.replace(key[place], "")) + key[place + 1 :]
        with pytest.raises(LoginKeyError):
            verify_login_key(other, groupid, puid, apikey, now)


@pytest.mark.parametrize(
    ("groupid", "puid", "apikey", "expires", "name"),
    [
        (0, PUID, API_KEY, EXPIRES, "groupid"),
        (1_000_000, PUID, API_KEY, EXPIRES, "groupid"),
        ("12a", PUID, API_KEY, EXPIRES, "groupid"),
        (True, PUID, API_KEY, EXPIRES, "groupid"),
        (GROUP, "", API_KEY, EXPIRES, "puid"),
        (GROUP, "x" * 256, API_KEY, EXPIRES, "puid"),
        (GROUP, "a\nb", API_KEY, EXPIRES, "puid"),
        (GROUP, PUID, "", EXPIRES, "apikey"),
        (GROUP, PUID, Secret(""), EXPIRES, "apikey"),
        (GROUP, PUID, API_KEY, -1, "expires"),
        (GROUP, PUID, API_KEY, True, "expires"),
        (GROUP, PUID, API_KEY, EXPIRES + 0.5, "expires"),
        (GROUP, PUID, API_KEY, EXPIRES * 1000, "expires"),
        (GROUP, PUID, API_KEY, str(EXPIRES), "expires"),
    ],
    ids=range(14),
)
def test_what_cannot_be_signed(groupid: int, puid: str, apikey: str, expires: int, name: str) -> None:
    with pytest.raises(PropertyError) as caught:
        sign_login_key(groupid, puid, apikey, expires)
    assert caught.value.name == name


def test_verifying_refuses_a_malformed_group_and_an_empty_api_key() -> None:
    with pytest.raises(PropertyError, match="groupid"):
        verify_login_key(KEY, "group", PUID, API_KEY)
    with pytest.raises(PropertyError, match="apikey"):
        verify_login_key(KEY, GROUP, PUID, "")
