"""What a site shows and hides: VisitorSettings, as a visitor's script asks for it (wire sheet, section 6.2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, get_args

from glance_widget.protocol.json_values import JsonValue

VISITOR_SETTINGS_CALL: Final = "/api/CobrowseSettings/VisitorSettings"

Privacy = Literal["private", "standard", "open"]
"""How much of a page an agent sees: layout only, what the visitor sees without form values, or form values too."""

PRIVACY_MODES: Final[tuple[Privacy, ...]] = get_args(Privacy)

_EMPTY_LISTS: Final = (
    "trusteddomains", "selectiveEditing", "urlwhitelist", "urlblacklist", "hoverables", "pdflinks", "nogids",
    "chatdomains",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class VisitorSettings:
    """What of a site's pages is masked.

    Attributes:
        privacy: The mode (ours); None leaves it to the pages, for which the usual one is ``standard``.
        masking_selectors: CSS selectors of what is always masked; ``@@[attr,…]`` may follow for attributes.
        unmasking_selectors: CSS selectors of what is not masked although its mode would mask it.
        masked_urls: Addresses of pages that are masked as a whole; ``*`` stands for any characters.
    """

    privacy: Privacy | None = None
    masking_selectors: tuple[str, ...] = ()
    unmasking_selectors: tuple[str, ...] = ()
    masked_urls: tuple[str, ...] = ()

    def as_answer(self) -> dict[str, JsonValue]:
        """The answer of the call.

        Real scripts need all of these fields. ``maskedURLs`` is an object there; that its names are the addresses, each
        with ``true``, is ours, as no filled one is published.
        """
        answer: dict[str, JsonValue] = {
            "port": "443",
            "agenthttp": False,
            "compression": False,
            "loglevel": "debug",
            "video": "off",
            "roleBasedMasking": {},
            "roleBasedMaskedURLs": {},
        }
        answer |= {name: [] for name in _EMPTY_LISTS}
        if self.privacy is not None:
            answer["privacy"] = self.privacy
        return answer | {
            "maskingSelectors": [*self.masking_selectors],
            "unmasked": [*self.unmasking_selectors],
            "maskedURLs": dict.fromkeys(self.masked_urls, True),
        }
