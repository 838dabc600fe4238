"""The demo shop as a visitor sees it: ``/shop/<visitorid>/``, or ``/shop/`` for somebody whom it does not know."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlencode

import jinja2
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from glance_widget.protocol.base_urls import SCRIPT_PATH
from glance_widget.protocol.identifiers import is_visitorid
from glance_widget.sandbox.address import SHOP_PATH, VISITORID_PLACE
from glance_widget.sandbox.pages import EXAMPLE_VISITORID
from glance_widget.sandbox.place import Place
from glance_widget.sandbox.platform import platform_of
from glance_widget.sandbox.scripts import file_response
from glance_widget.sandbox.security import frame_ancestors, place_of
from glance_widget.sandbox.settings import Settings
from glance_widget.sandbox.shop import ASSETS, PAGES, PRODUCTS, TEMPLATES

ASSETS_PATH: Final = "/shop-assets/"
_WORD: Final = re.compile(r"[A-Za-z]+")

_environment = jinja2.Environment(
    loader=jinja2.FileSystemLoader(TEMPLATES), autoescape=True, undefined=jinja2.StrictUndefined
)


async def visitor_page(request: Request) -> Response:
    """A page of the shop for an identified visitor."""
    visitorid = request.path_params["visitorid"]
    if visitorid == VISITORID_PLACE:
        # Somebody pasted the template of an address as it is.
        # A proxy's prefix is unknown to what is relative.
        return RedirectResponse(f"../{EXAMPLE_VISITORID}/")
    if not is_visitorid(visitorid):
        raise HTTPException(404, "A visitor id has 1 to 62 letters, digits, '-' and '_'.")
    return _page(request, f"{visitorid}/", visitorid)


async def anonymous_page(request: Request) -> Response:
    """A page of the shop for an unknown visitor; a visitor id without its slash is sent on."""
    name = request.path_params.get("page", "")
    if name not in PAGES and is_visitorid(name):
        return RedirectResponse(f"{name}/")
    return _page(request, "", None)


async def asset(request: Request) -> Response:
    """A picture, style sheet or script of the shop."""
    name = request.path_params["name"]
    try:
        # Only what the shop itself lists: a name from outside never becomes a path.
        path = {file.name: file for file in ASSETS.iterdir()}[name]
    except KeyError:
        raise HTTPException(404, "There is no such file.") from None
    return file_response(request, name, path.read_bytes())


def _page(request: Request, folder: str, visitorid: str | None) -> Response:
    settings = platform_of(request).settings
    place = place_of(request, settings)
    name = request.path_params.get("page", "")
    if name not in PAGES:
        raise HTTPException(404, "The shop has no such page.")
    values = {
        "base": f"{place.prefix}{SHOP_PATH}{folder}",
        "assets": place.prefix + ASSETS_PATH,
        "page": name,
        "products": PRODUCTS,
        "visitorid": visitorid,
        "visitor_name": _name_of(visitorid),
        "groupid": settings.groupid,
        "script_src": f"{place.prefix}{SCRIPT_PATH}?{urlencode({'group': settings.groupid, 'site': 'production'})}",
    }
    text = _environment.get_template(PAGES[name]).render(values)
    return HTMLResponse(text, headers={"Content-Security-Policy": _policy(settings, place)})


def _policy(settings: Settings, place: Place) -> str:
    return "; ".join(
        [
            "default-src 'self'",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            f"connect-src 'self' {place.sockets}/",
            "base-uri 'none'",
            "object-src 'none'",
            f"frame-ancestors {frame_ancestors(settings)}",
        ]
    )


def _name_of(visitorid: str | None) -> str:
    """A name to greet a visitor by: ``maria-21`` is Maria."""
    words = _WORD.findall(visitorid or "")
    return " ".join(word.capitalize() for word in words)[:63] or "Guest"
