from __future__ import annotations

from pathlib import Path

import pytest

from glance_widget.sandbox.shop import ASSETS, PAGES
from tests.sandbox.clients import Wire

SCRIPT = "/cobrowse/CobrowseJS.ashx"


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package whose bundle holds what the test puts into it."""
    (tmp_path / "static").mkdir()
    monkeypatch.setattr("glance_widget.sandbox.scripts.resources.files", lambda _package: tmp_path)
    return tmp_path / "static"


def test_the_index_says_what_this_is_and_where_to_go(wire: Wire) -> None:
    wire.start()
    text = wire.http.get("/").text
    assert "Glance sandbox" in text
    for link in ('href="/shop/maria-21/"', 'href="/agentjoin/AgentJoin.aspx"', 'href="/cobrowse/terms/"'):
        assert link in text
    assert "<dt>Open sessions</dt><dd>1</dd>" in text


def test_the_terms_can_be_read(wire: Wire) -> None:
    text = wire.http.get("/cobrowse/terms/", params={"groupid": wire.group}).text
    assert "Terms of screen sharing" in text
    assert "Additional terms" not in text
    assert "Additional terms" in wire.http.get("/cobrowse/terms/", params={"additionalterms": "1"}).text


@pytest.mark.parametrize(
    "query", [{"groupid": "21489"}, {"group": "21489", "site": "production"}, {"GroupId": "21489"}]
)
def test_pages_load_the_visitor_script(wire: Wire, built: Path, query: dict[str, str]) -> None:
    (built / "visitor.js").write_text("visitor();")
    answer = wire.http.get(SCRIPT, params=query)
    assert (answer.status_code, answer.text) == (200, "visitor();")
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"groupid": "1"},
        {"groupid": "x"},
        {"groupid": "21489", "site": "x"},
        {"groupid": "21489", "script": "Agent"},
    ],
)
def test_other_scripts_are_not_there(wire: Wire, built: Path, query: dict[str, str]) -> None:
    (built / "visitor.js").write_text("visitor();")
    assert wire.http.get(SCRIPT, params=query).status_code == 404


def test_a_browser_that_has_the_script_is_not_sent_it_again(wire: Wire, built: Path) -> None:
    (built / "viewer.js").write_text("viewer();")
    first = wire.http.get("/static/viewer.js")
    again = wire.http.get("/static/viewer.js", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    (built / "viewer.js").write_text("viewer(2);")
    assert wire.http.get("/static/viewer.js", headers={"If-None-Match": first.headers["etag"]}).status_code == 200


@pytest.mark.usefixtures("built")
def test_a_missing_bundle_is_said_in_words(wire: Wire) -> None:
    for path in (f"{SCRIPT}?groupid={wire.group}", "/static/viewer.js"):
        answer = wire.http.get(path)
        assert answer.status_code == 503
        assert "was not built" in answer.text
    assert wire.http.get("/static/other.js").status_code == 404


@pytest.mark.parametrize(
    "name", ["..%2f__init__.py", "%2e%2e", "a.py", ".hidden.js", "a/b.js", "x.js%00", "", "viewer"]
)
def test_nothing_else_of_the_package_is_served(wire: Wire, name: str) -> None:
    assert wire.http.get(f"/static/{name}").status_code == 404
    assert wire.http.get(f"/shop-assets/{name}").status_code == 404


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("base", ["/shop/", "/shop/maria-21/"])
def test_every_page_of_the_shop_is_there(wire: Wire, base: str, page: str) -> None:
    answer = wire.http.get(base + page)
    assert answer.status_code == 200
    assert f"{SCRIPT}?group={wire.group}&amp;site=production" in answer.text
    assert ('data-visitorid="maria-21"' in answer.text) == (base != "/shop/")
    assert ('data-name="Maria"' in answer.text) == (base != "/shop/")


def test_every_asset_of_the_shop_is_there(wire: Wire) -> None:
    for file in ASSETS.iterdir():
        answer = wire.http.get(f"/shop-assets/{file.name}")
        assert (answer.status_code, answer.content) == (200, file.read_bytes())
        assert answer.headers["content-type"].split(";")[0] in {
            "image/svg+xml", "image/webp", "text/css", "text/javascript",
        }  # fmt: skip


@pytest.mark.parametrize("path", ["/shop/maria-21/nope", "/shop/a b/", "/shop/a.b/", f"/shop/{'x' * 63}/", "/shop/a.b"])
def test_other_pages_of_the_shop_are_not(wire: Wire, path: str) -> None:
    assert wire.http.get(path).status_code == 404


def test_addresses_that_lack_something_are_helped(wire: Wire) -> None:
    assert wire.http.get("/shop/maria-21").headers["location"] == "maria-21/"
    template = wire.http.get("/sandbox.json").json()["visitor_url"]
    assert wire.http.get(template).headers["location"] == "../maria-21/"
    assert wire.http.get(template.replace("{visitorid}", "x")).status_code == 200
