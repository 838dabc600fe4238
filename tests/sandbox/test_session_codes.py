"""Random session codes: for one agent, for a while, and not to be guessed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from glance_widget.sandbox import Limits, Sandbox, Timings
from glance_widget.sandbox.session_codes import Guesses, SessionCodes, looks_random
from tests.conftest import eventually
from tests.sandbox.clients import LOOKUP, Wire, wire_to

ANN, BOB = "ann@x", "bob@x"


def lookup_status(wire: Wire, key: str, puid: str = ANN) -> int:
    form = {"partnerid": wire.group, "partneruserid": puid, "loginkey": wire.loginkey(puid), "ssnkey": key}
    return wire.http.post(LOOKUP, data=form).status_code


def is_found(wire: Wire, key: str, puid: str = ANN) -> bool:
    return "agentjoinurl" in wire.lookup(key, puid)


class TestOneAgent:
    def test_who_looks_a_code_up_first_has_it(self, wire: Wire) -> None:
        code = wire.start()["sessionKey"]
        assert is_found(wire, code, ANN)
        assert not is_found(wire, code, BOB)
        assert is_found(wire, code, ANN)
        wire.viewer(code, ANN).expect("session")
        wire.viewer(code, ANN).expect("session")
        assert wire.viewer(code, BOB, WAIT="0").expect("refused")["code"] == "notfound"
        assert wire.viewer(code, BOB).receive() == {"type": "waiting"}

    def test_who_opens_the_viewer_first_has_it(self, wire: Wire) -> None:
        code = wire.start()["sessionKey"]
        wire.viewer(code, BOB).expect("session")
        assert not is_found(wire, code, ANN)

    def test_a_chosen_key_is_good_for_every_agent(self, wire: Wire) -> None:
        key = wire.start("654321")["sessionKey"]
        assert is_found(wire, key, ANN)
        assert is_found(wire, key, BOB)

    def test_who_waits_for_a_code_before_it_is_given_out_does_not_get_in(
        self, wire: Wire, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        digits = iter("111111" + "222222")
        monkeypatch.setattr("glance_widget.sandbox.session_codes.secrets.choice", lambda _: next(digits))
        squatter = wire.viewer("111111", BOB)
        squatter.expect("waiting")
        assert wire.start()["sessionKey"] == "222222"
        # It is still good for a session whose key was chosen.
        wire.start("111111")
        squatter.expect("session")


class TestLife:
    def test_an_unused_code_dies_and_a_used_one_stays_with_its_agent(self) -> None:
        with Sandbox(timings=Timings(code=0.2)) as sandbox, wire_to(sandbox) as wire:
            used, unused = wire.start()["sessionKey"], wire.start()["sessionKey"]
            assert is_found(wire, used)
            wire.start("chosen")
            session = sandbox._run.thread._platform.sessions._open[wire.group, unused].session  # type: ignore[union-attr]
            eventually(lambda: session.code_dead)
            assert not is_found(wire, unused)
            assert is_found(wire, used)
            assert is_found(wire, "chosen", BOB)

    def test_a_code_that_was_used_rests(self) -> None:
        now, asked = [0.0], []
        codes = SessionCodes(3600, lambda: now[0])
        all_codes = {f"{n:06}": 0.0 for n in range(1_000_000)}

        def only(code: str) -> str | None:
            """The code, if it may be given out now."""

            def taken(candidate: str) -> bool:
                asked.append(candidate)
                return False

            codes._used = dict(all_codes) if code in codes._used else codes._used
            return codes.new(taken)

        first = codes.new(lambda _: False)
        assert first is not None
        codes.used(first)
        assert only(first) is None
        assert asked == []
        now[0] = 3600.0
        assert only(first) is not None

    def test_codes_are_six_random_digits_that_nobody_has(self) -> None:
        codes = SessionCodes(3600, lambda: 0.0)
        made = {codes.new(lambda _: False) for _ in range(500)}
        assert len(made) > 490
        assert all(looks_random(code or "") for code in made)
        assert codes.new(lambda _: True) is None

    @pytest.mark.parametrize("key", ["12345", "1234567", "12345a", "", "١٢٣٤٥٦", "123456\n", "GLANCE"])
    def test_other_keys_do_not_look_random(self, key: str) -> None:
        assert not looks_random(key)


class TestGuessing:
    def test_different_wrong_codes_of_an_address_are_counted(self) -> None:
        now = [0.0]
        guesses = Guesses(Limits(wrong_codes_per_address=3, wrong_codes=5), lambda: now[0])
        for code in ("1", "1", "1", "2"):
            guesses.wrong("10.0.0.1", code)
        assert not guesses.cut_off("10.0.0.1")
        now[0] = 300.0
        guesses.wrong("10.0.0.1", "3")
        assert guesses.cut_off("10.0.0.1")
        assert not guesses.cut_off("10.0.0.2")
        now[0] = 600.0  # the first two are forgotten
        assert not guesses.cut_off("10.0.0.1")

    def test_all_addresses_together_are_counted(self) -> None:
        guesses = Guesses(Limits(wrong_codes_per_address=3, wrong_codes=5), lambda: 0.0)
        for n in range(5):
            assert not guesses.cut_off("10.9.9.9")
            guesses.wrong(f"10.0.0.{n}", "1")
        assert guesses.cut_off("10.9.9.9")
        for n in range(100_000):
            guesses.wrong(f"10.1.{n}", "2")
        assert len(guesses._wrong) == 5

    @pytest.mark.parametrize(
        ("one", "other", "same"),
        [("2001:db8::1", "2001:db8::2", True), ("2001:db8::1", "2001:db8:0:1::1", False), ("x", "y", False),
         ("10.0.0.1", "::ffff:10.0.0.1", True), ("10.0.0.1", "10.0.0.2", False)],
    )  # fmt: skip
    def test_an_address_of_ipv6_is_a_whole_network(self, one: str, other: str, same: bool) -> None:  # noqa: FBT001
        guesses = Guesses(Limits(wrong_codes_per_address=1), lambda: 0.0)
        guesses.wrong(one, "1")
        assert guesses.cut_off(other) is same


@pytest.fixture
def strict() -> Iterator[Wire]:
    with Sandbox(limits=Limits(wrong_codes_per_address=4)) as sandbox, wire_to(sandbox) as wire:
        yield wire


class TestCutOff:
    def test_guessing_ends_in_a_named_refusal_and_even_the_right_code_is_no_use(self, strict: Wire) -> None:
        code, chosen = strict.start()["sessionKey"], strict.start("maria-21")["sessionKey"]
        mine, digits = strict.start()["sessionKey"], strict.start("770000")["sessionKey"]
        assert is_found(strict, mine)
        wrong = [f"{n:06}" for n in range(100, 110) if f"{n:06}" not in {code, mine}]
        assert [lookup_status(strict, guess) for guess in wrong[:4]] == [200] * 4
        form = {"partnerid": strict.group, "partneruserid": ANN, "loginkey": strict.loginkey(ANN), "ssnkey": code}
        answer = strict.http.post(LOOKUP, data=form)
        assert (answer.status_code, answer.json()["err"]) == (429, "toomanycodes")
        assert "ten minutes" in answer.json()["msg"]
        refused = strict.viewer(code).expect("refused")
        assert (refused["code"], bool(refused["hint"])) == ("toomanycodes", True)
        assert lookup_status(strict, wrong[5]) == 429
        # What was chosen, and what an agent had already, stays good.
        for key in (chosen, mine, digits):
            assert is_found(strict, key)
        assert lookup_status(strict, "not-a-code") == 200

    def test_viewers_count_as_well(self, strict: Wire) -> None:
        strict.start()
        for n in range(4):
            assert strict.viewer(f"00000{n}").receive() == {"type": "waiting"}
        assert strict.viewer("000009").receive()["code"] == "toomanycodes"

    def test_so_do_sessions_that_are_started_with_codes_in_use(self, strict: Wire) -> None:
        codes = [strict.start()["sessionKey"] for _ in range(5)]
        assert [strict.start(code)["status"] for code in codes] == [13, 13, 13, 13, 14]

    def test_a_client_that_asks_again_and_again_for_one_key_is_no_guesser(self, strict: Wire) -> None:
        assert [lookup_status(strict, "123456") for _ in range(12)] == [200] * 12

    def test_keys_of_invitations_are_no_guesses(self, strict: Wire) -> None:
        for n in range(6):
            strict.visitor(f"v{n}", url="x")
            key = {"func": "showTerms", "args": {"sessionKey": f"90000{n}"}}
            assert strict.signal(f"v{n}", "invoke", key).status_code == 200
            assert lookup_status(strict, f"90000{n}") == 200
        assert is_found(strict, strict.start()["sessionKey"])
