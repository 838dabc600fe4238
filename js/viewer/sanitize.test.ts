import type { eventWithTime } from "@rrweb/types";
import { describe, expect, it } from "vitest";
import { CHANGE } from "../protocol/recording";
import { sanitized } from "./sanitize";

const EVIL = "http://evil.test/x";

function element(tagName: string, attributes: object, childNodes: object[] = []) {
  return { type: 2, id: 2, tagName, attributes, childNodes };
}

function snapshot(node: object): string {
  const data = { node: { type: 0, id: 1, childNodes: [node] }, initialOffset: { top: 0, left: 0 } };
  return JSON.stringify(sanitized({ type: 2, data, timestamp: 1 } as unknown as eventWithTime));
}

const change = (data: object) => sanitized({ type: 3, data, timestamp: 1 } as unknown as eventWithTime);

describe("a snapshot", () => {
  it.each([
    element("img", { src: EVIL, srcset: EVIL, onerror: EVIL, rr_dataURL: EVIL }),
    element("SCRIPT", { src: EVIL }),
    element("iframe", { src: `data:image/${EVIL}`, srcdoc: EVIL, rr_src: EVIL }),
    element("link", { rel: "preconnect", href: EVIL }),
    element("meta", { "http-equiv": "refresh", content: EVIL }),
    element("base", { href: EVIL }),
    element("object", { data: EVIL }),
    element("form", { action: EVIL }, [element("button", { formaction: EVIL })]),
    element("a", { href: EVIL, ping: EVIL }),
    element("a", { href: `javascript:${EVIL}` }),
    element("video", { src: EVIL, poster: EVIL }),
    element("image", { "xlink:href": EVIL, href: EVIL }),
    element("rect", { fill: `url(${EVIL}#a)` }),
    element("p", { style: `background:url(${EVIL})`, ONCLICK: EVIL }),
    element("style", { _cssText: `@import url(${EVIL});` }),
    element("style", {}, [{ type: 3, id: 3, textContent: `p{background:url('${EVIL}')}` }]),
    element("link", { _cssText: `@font-face{src:url(${EVIL})}`, rel: "stylesheet", href: EVIL }),
  ])("%#", (node) => {
    expect(snapshot(node)).not.toContain("evil");
  });

  it("keeps what shows the page", () => {
    const sent = snapshot(
      element("p", { class: "a", style: "color:red", rr_width: "3px" }, [
        element("img", { src: "data:image/png;base64,AA" }),
        element("use", { href: "#a" }),
        element("link", { _cssText: "p{color:red}", media: "screen" }),
      ]),
    );
    const parts = [
      '"class":"a"',
      "color:red",
      "rr_width",
      "data:image/png;base64,AA",
      '"href":"#a"',
      "p{color:red}",
    ];
    for (const part of parts) expect(sent).toContain(part);
  });

  it("survives a page nested deeper than the stack", () => {
    let node = element("p", { onclick: EVIL });
    for (let depth = 0; depth < 20_000; depth++) node = element("div", {}, [node]);
    const event = { type: 2, data: { node: { type: 0, id: 1, childNodes: [node] } }, timestamp: 1 };
    expect(sanitized(event as unknown as eventWithTime) === event).toBe(true);
  });

  it("is refused when it is none", () => {
    expect(sanitized({ type: 2, data: { node: null }, timestamp: 1 } as unknown as eventWithTime)).toBeNull();
  });
});

describe("a change", () => {
  const none = { adds: [], removes: [], texts: [], attributes: [] };

  it("is cleaned like a snapshot", () => {
    const adds = [{ parentId: 1, nextId: null, node: element("img", { src: EVIL }) }];
    const style = { "background-image": `url(${EVIL})`, color: ["url(x)", "important"], left: false };
    const attributes = [{ id: 2, attributes: { src: EVIL, onclick: EVIL, title: null, style } }];
    const sent = change({ source: CHANGE.mutation, ...none, adds, attributes });
    expect(JSON.stringify(sent)).not.toContain("evil");
    expect(sent?.data).toMatchObject({
      attributes: [{ attributes: { title: null, style: { left: false } } }],
    });
  });

  it.each([
    { source: CHANGE.styleSheetRule, adds: [{ rule: `p{background:url(${EVIL})}` }] },
    { source: CHANGE.styleSheetRule, replace: `@import "${EVIL}";` },
    { source: CHANGE.styleDeclaration, set: { property: "background", value: `url(${EVIL})` } },
    { source: CHANGE.adoptedStyleSheet, styles: [{ rules: [{ rule: `p{background:url(${EVIL})}` }] }] },
  ])("leads nowhere: %j", (data) => {
    expect(JSON.stringify(change(data))).not.toContain("evil");
  });

  it.each([
    { source: CHANGE.font },
    { source: CHANGE.media },
    { source: CHANGE.canvas },
    { source: CHANGE.mutation },
    { source: CHANGE.mutation, adds: [], attributes: [], removes: [] },
    { source: CHANGE.mouseMove, positions: null },
    null,
  ])("is dropped: %j", (data) => {
    expect(change(data as object)).toBeNull();
  });
});
