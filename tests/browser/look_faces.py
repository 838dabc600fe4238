"""Every face of the button: what the kernel says, and what the agent does, that leads to it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from glance_widget.agent.error_texts import LOGIN_KEY_ERROR

NOW: Final = "2026-11-22T10:04:12.000Z"
SINCE: Final = "2026-11-22T10:01:00.000Z"
PAGE: Final = "https://shop.test/checkout/payment"
SESSION: Final = {"startedAt": SINCE, "viewer": "closed", "visitor": "Maria", "page": PAGE}
LONG_NAME: Final = {"name": "Dr. Maximiliane von Habsburg-Lothringen-Este", "url": PAGE, "visibility": "hidden"}
LONG_WORD: Final = {"name": "maximiliane.habsburg.lothringen@customers.example.test", "visibility": "visible"}
SIGN_IN: Final = {
    "code": "saml_timeout",
    "message": LOGIN_KEY_ERROR,
    "hint": (
        "The identity provider did not answer within 15 seconds. Sign in at "
        "https://www.glance.net/account/getloginkey.aspx?sso=1&idpid=12345 in this browser, then press Try Again; "
        'or use authmethod="samlpopup", which shows its page.'
    ),
}
LOOKUP: Final = {
    "code": "lookup_timedout",
    "message": "No session with this key was found.",
    "hint": "Check the key with the visitor: it is shown on their page.",
}
OPENWINDOW: Final = {
    "code": "callback",
    "message": "openwindow failed: OSError: no browser.",
    "hint": "Look at the function given as openwindow.",
}


CALL: Final = "Open http://127.0.0.1:43017/camera/ and type the key 482913."
RENEW: Final = {"code": "saml_waiting", "message": "Your sign-in has to be renewed.", "hint": "Press Sign In."}
ASK: Final = {"type": "saml", "way": "popup", "url": "https://idp.test/account/getloginkey.aspx"}
TOLD: Final = {"type": "invitation", "key": "482913", "text": CALL}


@dataclass(frozen=True)
class Face:
    """One face: the traits, how the widget is mounted, what is done to it then, and how wide it is."""

    title: str
    traits: dict[str, object]
    options: dict[str, object] = field(default_factory=dict)
    steps: list[tuple[str, object]] = field(default_factory=list)
    width: str = ""


def said(state: str, reason: str = "", hint: str = "", message: str = "", **traits: object) -> dict[str, object]:
    status = {"since": SINCE, "reason": reason, "message": message, "hint": hint}
    return {"state": state, "status": status, **traits}


ABSENT: Final = said("absent", hint="With the key from the visitor's page you can join at once.", visitor=None)
PRESS_SIGN_IN: Final = said(
    "connecting",
    "press_sign_in",
    "Press Sign In: your identity provider's page opens in a window.",
    "You are not signed in yet.",
    visitor=None,
)

FACES: Final = [
    Face("signed_out", said("signed_out", "closed", "Run the cell again.", "This widget was closed.", visitor=None)),
    Face("connecting", said("connecting", visitor=None)),
    Face("connecting, Sign In", PRESS_SIGN_IN, steps=[("receive", ASK)]),
    Face(
        "connecting, blocked pop-up",
        PRESS_SIGN_IN | {"gicon": True},
        steps=[("receive", ASK), ("press", 1)],
    ),
    Face("absent, gicon", {**ABSENT, "gicon": True}),
    Face("absent, presence off", said("absent", visitor=None, visitorid="", presence=False)),
    Face("present, gicon, sandbox", said("present", glancebaseurl="sandbox", gicon=True)),
    Face("present, long name, page in the background", said("present", visitor=LONG_NAME)),
    Face("present, long word", said("present", visitor=LONG_WORD)),
    Face("inviting", said("inviting")),
    Face("joining", said("joining", hint="It starts when the visitor accepts the terms.")),
    Face("in_session, viewer closed, gicon", said("in_session", session=SESSION, gicon=True)),
    Face("in_session, viewer open", said("in_session", session={**SESSION, "viewer": "open"})),
    Face("in_session, ending", said("in_session", "ending", session=SESSION)),
    Face("in_session, an error", said("in_session", session=SESSION, error=OPENWINDOW)),
    Face(
        "in_session, Sign In",
        said("in_session", session={**SESSION, "viewer": "open"}, error=RENEW),
        steps=[("receive", ASK)],
    ),
    Face(
        "in_session, blocked pop-up",
        said("present"),
        steps=[("press", "Join"), ("write", said("in_session", session={**SESSION, "viewer": "blocked"}))],
    ),
    Face("ended, gicon", said("ended", reporting={"duration": 140}, gicon=True)),
    Face(
        "ended by the visitor",
        said("ended", "visitor", message="The visitor ended the session.", reporting={"duration": 3725}),
    ),
    Face("failed, signing in", said("failed", "sign_in", error=SIGN_IN, visitor=None)),
    Face("failed, joining", said("failed", "lookup", error=LOOKUP)),
    Face("key form", ABSENT, steps=[("press", "Join with Key")]),
    Face("key form, invalid key", ABSENT, steps=[("press", 0), ("type", "no spaces")]),
    Face("key form, visitor online", said("present", gicon=True), steps=[("press", "Use a key")]),
    Face("camera share", ABSENT | {"camerashare": True}),
    Face(
        "camera share, invalid number",
        ABSENT | {"camerashare": True},
        steps=[("press", "Camera Share"), ("type", "12")],
    ),
    Face(
        "camera share, key to read",
        said("joining", "key_to_read", message="Waiting for the phone…"),
        steps=[("receive", TOLD)],
    ),
    Face("kernel busy, press waiting", said("present"), steps=[("answers", False), ("press", "Join")]),
    Face("kernel silent", said("present"), {"answers": False}),
    Face("kernel gone", said("in_session", session=SESSION), steps=[("failure", "gone"), ("press", "End Session")]),
    Face("saved document", said("present"), {"answers": False, "comm": False}),
    Face("another version", said("present", _protocol=2)),
]
