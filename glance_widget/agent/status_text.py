"""What a state means, in a sentence for people and a hint."""

from __future__ import annotations

import re
from typing import Final, TypedDict

from glance_widget.agent.flow_state import Flow, State
from glance_widget.protocol.session_report import iso_ms


class Status(TypedDict):
    """Why the state is what it is.

    Attributes:
        since: ISO 8601 in UTC, since when the state holds.
        reason: A word.
        message: A sentence.
        hint: What can be done; may be empty.
    """

    since: str
    reason: str
    message: str
    hint: str


# (state, reason) first, then (state, ""). {name} is the visitor.
TEXTS: Final[dict[tuple[State, str], tuple[str, str]]] = {
    ("signed_out", ""): ("Not signed in.", ""),
    ("signed_out", "closed"): ("This widget was closed.", "Run the cell again."),
    ("connecting", ""): ("Signing in…", ""),
    ("connecting", "no_browser"): (
        "Waiting for a browser to sign in…",
        "Open this notebook in a browser. It is heard when no cell is running.",
    ),
    ("connecting", "signing_in_browser"): ("Signing in at your identity provider…", ""),
    ("connecting", "press_sign_in"): (
        "You are not signed in yet.",
        "Press Sign In: your identity provider's page opens in a window.",
    ),
    ("connecting", "reaching_presence"): ("Asking whether {name} is online…", ""),
    ("connecting", "presence_lost"): (
        "The connection to the presence service was lost.",
        "It is being tried again.",
    ),
    ("absent", ""): ("{name} is not online.", "With the key from the visitor's page you can join at once."),
    ("absent", "presence_off"): ("Ready to join.", "Enter the key that the visitor reads to you."),
    ("absent", "no_visitor"): ("No visitor is chosen.", "Set visitorid, or join with a key."),
    ("present", ""): ("{name} is online.", ""),
    ("inviting", ""): ("Asking {name}…", ""),
    ("inviting", "preparing"): ("Preparing the invitation…", ""),
    ("inviting", "invited"): ("Waiting for {name}'s page to show the terms…", ""),
    ("inviting", "terms_displayed"): ("{name} is reading the terms…", ""),
    ("inviting", "terms_accepted"): ("{name} accepted. The session is starting…", ""),
    ("inviting", "camera"): ("Inviting the customer…", ""),
    ("joining", "sent_to_phone"): (
        "The message was sent. Waiting for the phone…",
        "The customer opens its link and accepts. The invitation is good for about ten minutes.",
    ),
    ("joining", "key_to_read"): (
        "Waiting for the phone…",
        "Read the key to the customer. The invitation is good for about ten minutes.",
    ),
    ("joining", ""): ("Joining the session…", ""),
    ("joining", "waiting_for_session"): (
        "Waiting for the session to start…",
        "It starts when the visitor accepts the terms.",
    ),
    ("in_session", ""): ("In session with {name}.", ""),
    ("in_session", "ending"): ("Ending the session…", ""),
    ("ended", ""): ("The session has ended.", ""),
    ("ended", "agent"): ("You ended the session.", ""),
    ("ended", "agents_side"): ("The session was ended on the agent's side.", ""),
    ("ended", "visitor"): ("{name} ended the session.", ""),
    ("ended", "conndrop"): ("{name}'s page was away for too long.", ""),
    ("ended", "norecord"): ("{name}'s answer could not be recorded, so nothing was shown.", ""),
}
"""Sentence and hint by (state, reason), else by (state, ""). ``{name}`` is the visitor."""


SOMEBODY: Final = "the visitor"
"""Who is in a session that was joined with a key: whoever has read it out."""
_LONGEST_NAME: Final = 63
# Control characters, and those that turn the direction of the text around them: names come from strangers.
_UNWANTED: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u061c\u2028-\u202e\u2066-\u2069]")


def visitor_name(flow: Flow) -> str:
    """How the one is called whom the state is about: by name, else by visitor id, else ``SOMEBODY``."""
    if flow.who is not None:
        return flow.who
    by_key = flow.key is not None and flow.started is None and (flow.state != "inviting" or flow.camera is not None)
    if by_key:
        return SOMEBODY
    known = flow.visitor.get("name") if flow.visitor else None
    tidy = _UNWANTED.sub("", known).strip()[:_LONGEST_NAME] if isinstance(known, str) else ""
    return tidy or flow.subject.visitorid or SOMEBODY


def in_words(text: str, name: str) -> str:
    """A text of ``TEXTS`` about somebody."""
    said = text.format(name=name)
    return said[:1].upper() + said[1:] if said.startswith(SOMEBODY) else said


def status_of(flow: Flow) -> Status:
    """The status that belongs to a state; a failure speaks for itself."""
    if flow.state == "failed" and flow.error is not None:
        message, hint = flow.error.message, flow.error.hint
    else:
        texts = TEXTS.get((flow.state, flow.reason)) or TEXTS.get((flow.state, "")) or ("", "")
        message, hint = (in_words(text, visitor_name(flow)) for text in texts)
        if flow.state in {"connecting", "in_session", "inviting", "joining"} and flow.error is not None:
            hint = str(flow.error)
    return {"since": iso_ms(flow.since), "reason": flow.reason, "message": message, "hint": hint}
