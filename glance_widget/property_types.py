"""The properties of ``Glance`` with their types, as an editor and a type checker see them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypedDict

from glance_widget.agent.account import AuthBody, AuthHeaders
from glance_widget.phrases.language_manager import LanguageManager, OwnPhrases
from glance_widget.properties import CustomInvoke, OpenLocation, UiVersion
from glance_widget.protocol.session_report import SessionReport
from glance_widget.secret import Secret


class GlanceProperties(TypedDict, total=False):
    """Keyword arguments of ``Glance``, under the names of Glance's React component.

    Attributes:
        groupid: Glance group id, 1 to 6 digits.
        puid: Partner user id of the agent, 1 to 255 characters.
        visitorid: The visitor to follow: 1 to 62 letters, digits, ``-`` and ``_``. May change at any time.
        presence: Whether to follow the visitor's presence. Default False: joining by key only.
        openlocation: Where the viewer opens: ``tab`` (default), ``window`` or ``iframe``.
        iframeid: Id of the iframe for ``openlocation="iframe"``; without it a new one is made under the button.
        gicon: Whether a small mark stands beside the button. Default False.
        glancebaseurl: ``production`` (default), ``beta``, ``sandbox``, an https address, or http on this machine.
        debugmode: Whether the front end writes a trace to the browser's console. Default False.
        uiVersion: The look, 1 (default) or 2. Also spelt ``uiversion``.
        errorMessage: Text shown instead of an error's own. Also spelt ``errormessage``.
        authmethod: How to sign in, ``loginkey`` by default.
        authurl: Address of the login key service.
        authheaders: Headers for it, or a function that gives them. Never synced.
        authbody: Body for it, or a function that gives it. Never synced.
        loginkey: A ready login key. Never synced.
        apikey: The group's API key, to sign login keys in the kernel; ``GLANCE_API_KEY`` serves too. Never synced.
        custominvoke: A function of the visitor's page for ``invoke()``.
        presessionfunc: Called before the visitor is asked; a mapping it gives is added to the invitation. Also spelt
            ``presession``.
        openwindow: Called with the viewer's address instead of opening a window.
        reportingCallback: Called with the report of each session. Also spelt ``reportingcallback``.
        reportingOrigin: Text kept as ``origin`` in the session's record. Also spelt ``reportingorigin``.
        reportingExternalId: Text kept as ``xid`` in the session's record. Also spelt ``reportingexternalid``.
        autojoin: Whether to join when the visitor starts a session. Default False.
        language: ``auto`` (default) follows the browser; or a language tag, such as ``de`` or ``de-AT``.
        languagemanager: Phrases of one's own, as a ``LanguageManager`` or a mapping. Never synced.
        layout: An ``ipywidgets.Layout``, or a mapping of its traits.
    """

    groupid: int | str | None
    puid: str | None
    visitorid: str | None
    presence: bool
    openlocation: OpenLocation
    iframeid: str | None
    gicon: bool
    glancebaseurl: str
    debugmode: bool
    uiVersion: UiVersion
    uiversion: UiVersion
    errorMessage: str | None
    errormessage: str | None
    authmethod: str
    authurl: str | None
    authheaders: AuthHeaders | None
    authbody: AuthBody | None
    loginkey: str | Secret | None
    apikey: str | Secret | None
    custominvoke: CustomInvoke | Mapping[str, Any] | None
    presessionfunc: Callable[[], object] | None
    presession: Callable[[], object] | None
    openwindow: Callable[[str], object] | None
    reportingCallback: Callable[[SessionReport], object] | None
    reportingcallback: Callable[[SessionReport], object] | None
    reportingOrigin: str | None
    reportingorigin: str | None
    reportingExternalId: str | None
    reportingexternalid: str | None
    autojoin: bool
    language: str | None
    languagemanager: LanguageManager | OwnPhrases | None
    layout: object
