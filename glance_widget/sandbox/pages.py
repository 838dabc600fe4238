"""The sandbox's own web pages: how they are made, and the ones that need no more than that."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import jinja2
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from glance_widget import __version__
from glance_widget.phrases.phrase_files import is_language_tag
from glance_widget.protocol.base_urls import AGENT_JOIN_PATH, GET_LOGIN_KEY_PATH, TERMS_PATH
from glance_widget.sandbox.address import PHONE_PAGE, SHOP_PATH, SandboxAddress
from glance_widget.sandbox.platform import platform_of
from glance_widget.sandbox.security import place_of

EXAMPLE_VISITORID: Final = "maria-21"
_MAX_LANGUAGES: Final = 1000
"""Characters of ``Accept-Language`` that are read."""

_environment = jinja2.Environment(
    loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)

PAGE_POLICY: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
"""The content security policy of pages that need no script."""


def page(
    template: str, values: Mapping[str, object], *, status: int = 200, headers: Mapping[str, str] | None = None
) -> HTMLResponse:
    """A page made from one of the sandbox's templates; ``headers`` replace the usual ones."""
    text = _environment.get_template(template).render(values)
    return HTMLResponse(text, status, {"Content-Security-Policy": PAGE_POLICY} | dict(headers or {}))


def address_of(request: Request) -> SandboxAddress:
    """Where the sandbox is, as the client sees it."""
    settings = platform_of(request).settings
    place = place_of(request, settings)
    return SandboxAddress.of(place.url, settings.groupid, settings.puid, (settings.public or place).url)


def preferred_languages(request: Request) -> list[str]:
    """The language tags of ``Accept-Language``, the best first (RFC 9110, section 12.5.4)."""
    weighted: list[tuple[float, str]] = []
    for part in request.headers.get("accept-language", "")[:_MAX_LANGUAGES].split(","):
        tag, _, weight = part.partition(";")
        try:
            weighted.append((float(weight.strip().removeprefix("q=") or 1), tag.strip()))
        except ValueError:
            continue
    return [tag for weight, tag in sorted(weighted, key=lambda each: -each[0]) if weight > 0 and is_language_tag(tag)]


async def index(request: Request) -> Response:
    """``/``: what this is and where to go."""
    platform = platform_of(request)
    prefix = place_of(request, platform.settings).prefix
    values = {
        "address": address_of(request),
        "prefix": prefix,
        "version": __version__,
        "sessions": len(platform.sessions),
        "example": EXAMPLE_VISITORID,
        "shop": f"{prefix}{SHOP_PATH}{EXAMPLE_VISITORID}/",
        "join": prefix + AGENT_JOIN_PATH,
        "sign_in": prefix + GET_LOGIN_KEY_PATH,
        "terms": prefix + TERMS_PATH,
        "phone": prefix + PHONE_PAGE,
    }
    return page("index.html", values)


async def sandbox_json(request: Request) -> Response:
    """``/sandbox.json``: what another process needs to use this sandbox, without the API key."""
    return JSONResponse(address_of(request).as_record())


async def terms(request: Request) -> Response:
    """``/cobrowse/terms/``: the terms to which a visitor agrees (wire sheet, section 6.5)."""
    return page("terms.html", {"additional": request.query_params.get("additionalterms") == "1"})
