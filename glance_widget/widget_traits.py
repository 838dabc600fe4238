"""The values of ``Glance``: its properties and its state, each declared once."""

from __future__ import annotations

import pathlib
from collections.abc import Callable, Iterable
from functools import cache, partial
from typing import TYPE_CHECKING, Any, Final

import anywidget
import traitlets as t

from glance_widget import invocation_checks
from glance_widget import properties as check
from glance_widget.agent.account import AuthBody, AuthHeaders, AuthMethod
from glance_widget.agent.flow_state import State as StateWord
from glance_widget.agent.status_text import Status
from glance_widget.agent.trace import write_trace
from glance_widget.errors import ErrorRecord, PropertyError
from glance_widget.hosts import INLETS
from glance_widget.invocation_checks import CustomInvoke
from glance_widget.language_traits import LanguageTraits
from glance_widget.messages import PROTOCOL
from glance_widget.properties import OpenLocation, UiVersion
from glance_widget.protocol.json_values import JsonObject, JsonValue
from glance_widget.protocol.session_invitation import InvitationRecord
from glance_widget.protocol.session_report import SessionReport
from glance_widget.protocol.viewer_form import ORIGIN_FIELD, XID_FIELD
from glance_widget.published import without_session_key
from glance_widget.secret import Secret
from glance_widget.traits import Kept, KeptValues, Property, State

if TYPE_CHECKING:
    import pandas as pd

ACCOUNT_TRAITS: Final = frozenset({"groupid", "puid", "authmethod", "authurl", "glancebaseurl"})
"""The properties among the traits that say who the agent is, and where secrets are sent."""

_BUNDLE: Final = pathlib.Path(__file__).parent / "static" / "widget.js"


class GlanceTraits(LanguageTraits, anywidget.AnyWidget):
    """Declares what ``Glance`` holds; what happens with it is in ``Glance``."""

    _esm = _BUNDLE
    _protocol = t.Int(PROTOCOL, read_only=True).tag(sync=True)
    _openwindow = State[bool](initial=False)
    _inlet = State[str]("")

    groupid = Property[int | None](check.groupid, None)
    puid = Property[str | None](check.puid, None)
    visitorid = Property[str | None](check.visitorid, None)
    presence = Property[bool](check.flag("presence"), default=False)
    openlocation = Property[OpenLocation](check.openlocation, "tab")
    iframeid = Property[str | None](check.text("iframeid"), None)
    gicon = Property[bool](check.flag("gicon"), default=False)
    glancebaseurl = Property[str](check.glancebaseurl, "production")
    debugmode = Property[bool](check.flag("debugmode"), default=False)
    uiVersion = Property[UiVersion](check.uiVersion, 1)
    errorMessage = Property[str | None](check.text("errorMessage"), None)
    authmethod = Property[AuthMethod](check.authmethod, "loginkey")
    authurl = Property[str | None](check.authurl, None)
    custominvoke = Property[CustomInvoke | None](invocation_checks.custominvoke, None)
    reportingOrigin = Property[str | None](check.text("reportingOrigin"), None)
    reportingExternalId = Property[str | None](check.text("reportingExternalId"), None)
    autojoin = Property[bool](check.flag("autojoin"), default=False)

    state = State[StateWord]("signed_out")
    status = State[Status | None](None)
    visitor = State[JsonObject | None](None)
    session = State[dict[str, JsonValue] | None](None, shown=without_session_key)
    camerashare = State[bool](initial=False)
    invitation = State[InvitationRecord | None](None, sync=False)  # its text holds the key
    reporting = State[SessionReport | None](None)
    reports = State[list[SessionReport]]([])
    error = State[ErrorRecord | None](None)

    loginkey = Kept[Secret](partial(check.secret, "loginkey"))
    apikey = Kept[Secret](partial(check.secret, "apikey"))
    authheaders = Kept[AuthHeaders](check.headers)
    authbody = Kept[AuthBody](check.body)
    presessionfunc = Kept[Callable[[], object]](partial(check.function, "presessionfunc"))
    openwindow = Kept[Callable[[str], object]](partial(check.function, "openwindow"))
    reportingCallback = Kept[Callable[[SessionReport], object]](partial(check.function, "reportingCallback"))

    def __init__(self, given: dict[str, Any]) -> None:
        """Takes the keyword arguments of ``Glance``.

        Raises:
            UnknownPropertyError: One is no property.
            PropertyError: One has a wrong value.
        """
        self.kept_values = KeptValues()
        named = {check.ALIASES.get(name, name): value for name, value in given.items()}
        kept = kept_names()
        known = {*property_names(), *kept, "layout"}
        for name in named:
            if name not in known:
                raise check.unknown_property(name, known)
        for name in kept & named.keys():
            setattr(self, name, named.pop(name))
        if named.get("layout", self) is None:
            del named["layout"]
        super().__init__(**named)

    def heard(self, content: object) -> None:
        """Takes a message of the front end, on any thread. What is malformed is logged and dropped."""
        raise NotImplementedError

    @t.default("_inlet")
    def _inlet_name(self) -> str:
        return INLETS.add(self)

    def get_state(self, key: str | Iterable[str] | None = None, drop_defaults: bool = False) -> dict[str, Any]:  # noqa: ARG002, FBT001, FBT002 (ipywidgets' own)
        """The synced values, also those that are as they were made: `ipywidgets.embed` would leave the front end out.

        Args:
            key: One name, or several; None for all.
            drop_defaults: Makes no difference.
        """
        state: dict[str, Any] = super().get_state(key)
        return state

    def kept_changed(self, name: str) -> None:
        """A property that stays in Python was assigned. The page must know who opens the viewer, and no more."""
        super().kept_changed(name)
        if name == "openwindow":
            self.set_trait("_openwindow", self.openwindow is not None)

    def presession_function(self) -> Callable[[], object] | None:
        """What to call before the visitor is asked."""
        return self.presessionfunc

    def reporting_function(self) -> Callable[[SessionReport], object] | None:
        """What to call with each report."""
        return self.reportingCallback

    def openwindow_function(self) -> Callable[[str], object] | None:
        """What to call with the viewer's address."""
        return self.openwindow

    def record_fields(self) -> dict[str, str]:
        """Fields of the viewer's form that are kept in the session's record."""
        return {ORIGIN_FIELD: self.reportingOrigin or "", XID_FIELD: self.reportingExternalId or ""}

    def to_dataframe(self) -> pd.DataFrame:
        """The reports as a table, one row per session. Raises ``ImportError`` without pandas."""
        from glance_widget.report_table import report_table

        return report_table(self.reports)

    def trace(self, line: str) -> None:
        """Takes a line about what happened; with ``debugmode`` it is written to ``logging``."""
        if self.debugmode:
            write_trace(self.visitorid or "no visitor", line)

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Takes what a browser wrote: properties only, each checked; what is not good is shown as ``error``.

        Who the agent is and where secrets are sent is not for a script of the page to say.
        """
        for name in property_names() & sync_data.keys():
            try:
                self._take(name, sync_data[name])
            except PropertyError as error:
                self.set_trait("error", error.as_record())
                self.send_state(name)  # the page shows what it wrote

    def _take(self, name: str, value: object) -> None:
        if name not in ACCOUNT_TRAITS:
            super().set_state({name: value})
        elif value != getattr(self, name):
            raise PropertyError(name, "cannot be changed from the page", "Set it in Python.")


@cache
def property_names() -> frozenset[str]:
    """Names of the properties that are synced traits."""
    return frozenset(GlanceTraits.class_trait_names(property=True))


@cache
def kept_names() -> frozenset[str]:
    """Names of the properties that stay in Python."""
    values = {name: value for kind in GlanceTraits.__mro__ for name, value in vars(kind).items()}
    return frozenset(name for name, value in values.items() if isinstance(value, Kept))
