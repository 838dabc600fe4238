"""The scripts that pages carry: the visitor's from the CDN's path, and all built files (wire sheet, section 6.1)."""

from __future__ import annotations

import hashlib
import re
from importlib import resources
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from glance_widget.protocol.identifiers import groupid_from
from glance_widget.sandbox.platform import platform_of

_NAME: Final = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.-]*\.(?P<ending>css|js|map|svg|txt|woff2)", re.ASCII)
_TYPES: Final = {
    "css": "text/css",
    "webp": "image/webp",
    "js": "text/javascript",
    "map": "application/json",
    "svg": "image/svg+xml",
    "txt": "text/plain",
    "woff2": "font/woff2",
}
_SITES: Final = frozenset({"production", "staging"})
_VISITOR: Final = "visitor.js"


async def cobrowse_script(request: Request) -> Response:
    """CobrowseJS.ashx: the script that a visitor's pages carry. Pages of any origin may load it."""
    query = {name.lower(): value for name, value in request.query_params.items()}
    if groupid_from(query.get("groupid") or query.get("group")) != platform_of(request).settings.groupid:
        raise HTTPException(404, "The group is unknown to this sandbox.")
    if query.get("site", "production") not in _SITES:
        raise HTTPException(404, "The site must be production or staging.")
    if query.get("script", ""):
        raise HTTPException(404, "The sandbox serves the visitor's script only.")
    response = _built_file(request, _VISITOR)
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


async def static_file(request: Request) -> Response:
    """``/static/<name>``: a built file."""
    name = request.path_params["name"]
    if not _NAME.fullmatch(name):
        raise HTTPException(404, "There is no such file.")
    return _built_file(request, name)


def _built_file(request: Request, name: str) -> Response:
    file = resources.files("glance_widget") / "static" / name
    try:
        content = file.read_bytes()
    except OSError:
        if name in {_VISITOR, "viewer.js", "phone.js"}:
            sentence = f"{name} was not built: run 'python hatch_build.py' in the checkout, or reinstall glance-widget."
            raise HTTPException(503, sentence) from None
        raise HTTPException(404, "There is no such file.") from None
    return file_response(request, name, content)


def file_response(request: Request, name: str, content: bytes) -> Response:
    """A file of this package; a browser that has it already is told so."""
    tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": "no-cache"}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    return Response(content, headers=headers, media_type=_TYPES[name.rpartition(".")[2]])
