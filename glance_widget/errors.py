"""Every error that this package raises on purpose.

::

    GlanceError                     code, message, hint
    ├── PropertyError               a property has a wrong value, or is missing
    │   └── UnknownPropertyError    there is no such property
    ├── LoginKeyError               a login key is not good: reason
    ├── SignInError                 no login key was to be had, or the platform refused it
    ├── PresenceError               the presence service cannot be used
    ├── InviteError                 the visitor could not be invited, or did not accept
    ├── InvokeError                 a function of the visitor's page was not called, or failed
    ├── SessionLookupError          no session was found for the session key
    ├── ViewerError                 the viewer could not be opened
    ├── SessionError                a running session could not be ended or used
    ├── CallbackError               a callable given by the user failed
    ├── StateError                  the action is not possible in the present state
    ├── ClosedError                 the widget or sandbox was closed before
    ├── WaitTimeoutError            a state was not reached in time (also a ``TimeoutError``)
    ├── MessageError                a message from outside has the wrong shape or size
    └── SandboxError                the sandbox could not be started or is not running

``code`` is a word for programs, ``message`` a sentence for people, ``hint`` what to do next. None of the three ever
holds a login key, an API key, a token, or what a server sent in answer to one.
"""

from __future__ import annotations

from typing import Literal, TypedDict

LoginKeyReason = Literal["malformed", "version", "expired", "too_far_ahead", "signature"]


class ErrorRecord(TypedDict):
    """An error as data, as it stands in the trait ``error``."""

    code: str
    message: str
    hint: str


class GlanceError(Exception):
    """Base of all errors of this package.

    Args:
        code: A word for programs, such as ``"visitornotpresent"``.
        message: One sentence for people.
        hint: What to do next; may be empty.
    """

    def __init__(self, code: str, message: str, hint: str = "") -> None:
        super().__init__(code, message, hint)
        self.code = code
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        """The sentence, and the hint where there is one."""
        return f"{self.message} {self.hint}".rstrip()

    def as_record(self) -> ErrorRecord:
        """The error as data for a trait or a message."""
        return {"code": self.code, "message": self.message, "hint": self.hint}


class PropertyError(GlanceError, ValueError):
    """A property has a wrong value, or is missing.

    Args:
        name: The property's name as the user types it.
        problem: What is wrong with the value, as the end of a sentence that begins with the name.
        hint: What a good value looks like.
        code: ``"property"`` unless a narrower word fits.
    """

    def __init__(self, name: str, problem: str, hint: str = "", *, code: str = "property") -> None:
        super().__init__(code, f"{name} {problem}.", hint)
        self.name = name

    def __reduce__(self) -> tuple[object, ...]:
        """Lets the error travel between processes although its arguments differ from its parent's."""
        return (_restore, (type(self), self.__dict__.copy(), self.args))


class UnknownPropertyError(PropertyError, TypeError):
    """There is no property of this name."""


class LoginKeyError(GlanceError):
    """A login key is not good.

    Attributes:
        reason: ``malformed``, ``version``, ``expired``, ``too_far_ahead`` or ``signature``.
    """

    def __init__(self, reason: LoginKeyReason, message: str, hint: str = "") -> None:
        super().__init__(f"loginkey_{reason}", message, hint)
        self.reason: LoginKeyReason = reason

    def __reduce__(self) -> tuple[object, ...]:
        """Lets the error travel between processes although its arguments differ from its parent's."""
        return (_restore, (type(self), self.__dict__.copy(), self.args))


class SignInError(GlanceError):
    """No login key was to be had, or the platform refused it."""


class PresenceError(GlanceError):
    """The presence service cannot be used."""


class InviteError(GlanceError):
    """The visitor could not be invited, or did not accept."""


class InvokeError(GlanceError):
    """A function of the visitor's page was not called, or failed."""


class SessionLookupError(GlanceError):
    """No session was found for the session key."""


class ViewerError(GlanceError):
    """The viewer could not be opened."""


class SessionError(GlanceError):
    """A running session could not be ended or used."""


class CallbackError(GlanceError):
    """A callable given by the user failed."""


class StateError(GlanceError):
    """The action is not possible in the present state."""


class ClosedError(GlanceError):
    """The widget or the sandbox was closed before."""


class WaitTimeoutError(GlanceError, TimeoutError):
    """A state was not reached in time."""


class MessageError(GlanceError):
    """A message from outside has the wrong shape or size."""


class SandboxError(GlanceError):
    """The sandbox could not be started, or is not running."""


def _restore(kind: type[GlanceError], state: dict[str, object], args: tuple[object, ...]) -> GlanceError:
    error = kind.__new__(kind, *args)
    error.args = args
    error.__dict__.update(state)
    return error
