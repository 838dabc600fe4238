"""The keyword arguments of ``Glance``, each with its type and default, as editors and type checkers show them."""

from __future__ import annotations

import inspect
from abc import abstractmethod
from collections.abc import Callable, Mapping
from typing import Any, Literal, TypedDict

from typing_extensions import Unpack

from glance_widget.agent.account import AuthBody, AuthHeaders, AuthMethod
from glance_widget.invocation_checks import CustomInvoke
from glance_widget.phrases.language_manager import LanguageManager, OwnPhrases
from glance_widget.properties import OpenLocation, UiVersion
from glance_widget.protocol.session_report import SessionReport
from glance_widget.secret import Secret
from glance_widget.widget_traits import GlanceTraits, kept_names, property_names

BaseUrlWord = Literal["production", "beta", "sandbox"]
AuthMethodWord = AuthMethod | Literal["LOGINKEY", "SAMLLOGINKEY", "SAML", "SAMLPOPUP"]
LanguageWord = Literal["auto", "ar", "de", "en", "es", "fr", "ja"]


class NewerSpellings(TypedDict, total=False):
    """Properties as newer versions of the plugin spell them; each wins over the older spelling."""

    errormessage: str | None
    presession: Callable[[], object] | None
    reportingcallback: Callable[[SessionReport], object] | None
    reportingexternalid: str | None
    reportingorigin: str | None
    uiversion: UiVersion


class _OfInit:
    """The signature of a class is that of its ``__init__``: Python up to 3.11.2 takes traitlets' ``__new__``."""

    def __get__(self, _instance: object, owner: type) -> inspect.Signature:
        shown = inspect.signature(owner.__init__)  # type: ignore[misc] # nobody calls it here
        return shown.replace(parameters=list(shown.parameters.values())[1:])


class GlanceSignature(GlanceTraits):
    """Takes the properties; what happens with them is in ``Glance``."""

    __signature__ = _OfInit()

    def __init__(  # noqa: PLR0913 - one for each property of the plugin
        self,
        *,
        groupid: int | str | None = None,
        puid: str | None = None,
        visitorid: str | None = None,
        presence: bool = False,
        openlocation: OpenLocation = "tab",
        iframeid: str | None = None,
        gicon: bool = False,
        glancebaseurl: BaseUrlWord | str = "production",
        debugmode: bool = False,
        uiVersion: UiVersion = 1,
        errorMessage: str | None = None,
        authmethod: AuthMethodWord = "loginkey",
        authurl: str | None = None,
        authheaders: AuthHeaders | None = None,
        authbody: AuthBody | None = None,
        loginkey: str | Secret | None = None,
        apikey: str | Secret | None = None,
        custominvoke: CustomInvoke | Mapping[str, Any] | None = None,
        presessionfunc: Callable[[], object] | None = None,
        openwindow: Callable[[str], object] | None = None,
        reportingCallback: Callable[[SessionReport], object] | None = None,
        reportingOrigin: str | None = None,
        reportingExternalId: str | None = None,
        autojoin: bool = False,
        language: LanguageWord | str | None = "auto",
        languagemanager: LanguageManager | OwnPhrases | None = None,
        layout: object = None,
        **spellings: Unpack[NewerSpellings],
    ) -> None:
        """Makes the button and begins to sign in.

        Args:
            groupid: Glance group id, 1 to 6 digits.
            puid: Partner user id of the agent, 1 to 255 characters.
            visitorid: The visitor to follow: 1 to 62 letters, digits, ``-`` and ``_``. May change at any time.
            presence: Whether to follow the visitor's presence; without it, joining by key only.
            openlocation: Where the viewer opens.
            iframeid: Id of the iframe for ``openlocation="iframe"``, or of a box for a new one; without such an
                element, a new one is made under the button.
            gicon: Whether a small mark stands beside the button.
            glancebaseurl: The platform: a word, an https address, or http on this machine.
            debugmode: Whether to write a trace to the browser's console and to the logger ``glance_widget.trace``.
            uiVersion: The look. Also spelt ``uiversion``.
            errorMessage: Text shown instead of an error's own. Also spelt ``errormessage``.
            authmethod: How to sign in.
            authurl: Address of the login key service.
            authheaders: Headers for it, or a function that gives them. Never synced.
            authbody: Body for it, or a function that gives it. Never synced.
            loginkey: A ready login key. Never synced.
            apikey: The group's API key, to sign login keys in the kernel; ``GLANCE_API_KEY`` serves too. Never synced.
            custominvoke: A function of the visitor's page for ``invoke()``.
            presessionfunc: Called before the visitor is asked; a mapping it gives is added to the invitation. Also
                spelt ``presession``.
            openwindow: Called with an address of the viewer, which is then opened nowhere else. It holds a ticket that
                is good once and soon, never the login key. False in answer means that nothing was opened.
            reportingCallback: Called with the report of each session. Also spelt ``reportingcallback``.
            reportingOrigin: Text kept as ``origin`` in the session's record. Also spelt ``reportingorigin``.
            reportingExternalId: Text kept as ``xid`` in the session's record. Also spelt ``reportingexternalid``.
            autojoin: Whether to join when the visitor starts a session.
            language: ``auto`` follows the browser; else a language tag, such as ``de`` or ``de-AT``.
            languagemanager: Phrases of one's own, as a ``LanguageManager`` or a mapping. Never synced.
            layout: An ``ipywidgets.Layout``, or a mapping of its traits.
            spellings: The spellings of newer plugin versions.
        """
        given = locals()
        super().__init__({name: given[name] for name in {*property_names(), *kept_names(), "layout"}} | {**spellings})
        self._begin(layout)

    @abstractmethod
    def _begin(self, layout: object) -> None:
        """All properties are there."""
