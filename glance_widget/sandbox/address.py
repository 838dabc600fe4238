"""Where a running sandbox is, and nothing that opens it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from glance_widget.errors import MessageError, PropertyError
from glance_widget.protocol.base_urls import is_safe_address
from glance_widget.protocol.identifiers import groupid_from, is_puid, is_visitorid
from glance_widget.protocol.json_values import JsonObject, JsonValue, optional_text, text_field

ADDRESS_PATH: Final = "/sandbox.json"
AUTHURL_PATH: Final = "/loginkey"
SHOP_PATH: Final = "/shop/"
CAMERA_PAGE: Final = "/camera/"
CAMERA_INVITATION: Final = "/camera/invitation"
PHONE_PAGE: Final = "/phone/"
VISITORID_PLACE: Final = "{visitorid}"


@dataclass(frozen=True, slots=True)
class SandboxAddress:
    """Where a running sandbox is. It does not hold the API key.

    Attributes:
        url: Scheme, host and port, such as ``http://127.0.0.1:43017``.
        groupid: Its group.
        puid: Its agent.
        authurl: Where login keys for that agent are to be had.
        public_url: Where browsers reach it: ``url``, unless a proxy stands between.
        visitor_url_template: The demo shop for a visitor, with ``{visitorid}`` in place of the visitor id.
    """

    url: str
    groupid: int
    puid: str
    authurl: str
    public_url: str
    visitor_url_template: str

    @classmethod
    def of(cls, url: str, groupid: int, puid: str, public_url: str) -> SandboxAddress:
        """The address of a sandbox at ``url`` that browsers reach at ``public_url``."""
        shop = f"{public_url}{SHOP_PATH}{VISITORID_PLACE}/"
        return cls(url, groupid, puid, url + AUTHURL_PATH, public_url, shop)

    @classmethod
    def parse(cls, answer: JsonObject) -> SandboxAddress:
        """Reads the answer of ``/sandbox.json``.

        Raises:
            MessageError: It is not the answer of a sandbox.
        """
        group, puid = groupid_from(answer.get("groupid")), answer.get("puid")
        url, authurl = text_field(answer, "url"), text_field(answer, "authurl")
        public, template = optional_text(answer, "public_url") or url, text_field(answer, "visitor_url")
        usable = all(is_safe_address(address) for address in (url, authurl, public, template))
        if group is None or not isinstance(puid, str) or not is_puid(puid) or not usable:
            raise MessageError("sandbox_answer", "The answer is not that of a sandbox.")
        return cls(url, group, puid, authurl, public, template)

    def visitor_url(self, visitorid: str) -> str:
        """The demo shop as one visitor sees it.

        Raises:
            PropertyError: The visitor id is malformed.
        """
        if not is_visitorid(visitorid):
            raise PropertyError("visitorid", "must have 1 to 62 letters, digits, '-' and '_'")
        return self.visitor_url_template.replace(VISITORID_PLACE, visitorid)

    def as_record(self) -> dict[str, JsonValue]:
        """As it stands in ``/sandbox.json``; ``visitor_url`` is a template there, ``public_url`` what a proxy adds."""
        record: dict[str, JsonValue] = {
            "url": self.url,
            "groupid": self.groupid,
            "puid": self.puid,
            "authurl": self.authurl,
            "visitor_url": self.visitor_url_template,
        }
        return record if self.public_url == self.url else {**record, "public_url": self.public_url}
