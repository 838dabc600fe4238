import { describe, expect, it } from "vitest";
import { CHANGE } from "../protocol/recording";
import { TooLarge } from "./budget";
import { Gate } from "./sanitize";

const EVIL = "http://evil.test/x";

function element(tagName: string, attributes: object, childNodes: object[] = []) {
  return { type: 2, id: 2, tagName, attributes, childNodes };
}

/** A page whose nodes, by number, are those of a real document. */
function gate(...nodes: Node[]): Gate {
  return new Gate({
    find: (id) => nodes[id - 1] ?? null,
    idOf: (node) => nodes.indexOf(node as Element) + 1 || null,
    count: () => nodes.length,
    doubt: () => undefined,
    forget: () => undefined,
  });
}

function snapshot(node: object): string {
  const html = { type: 2, id: 90, tagName: "html", attributes: {}, childNodes: [node] };
  const data = { node: { type: 0, id: 1, childNodes: [html] }, initialOffset: { top: 0, left: 0 } };
  return JSON.stringify(gate().pass({ type: 2, data, timestamp: 1 }));
}

const PNG = `data:image/png;base64,${btoa("\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01")}`;

const change = (data: object | null, ...nodes: Node[]) =>
  gate(...nodes).pass({ type: 3, data, timestamp: 1 });

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
    { ...element("rect", { fill: `url(${EVIL}#a)` }), isSVG: true },
    element("p", { style: `background:url(${EVIL})`, ONCLICK: EVIL }),
    element("style", { _cssText: `@import url(${EVIL});` }),
    element("style", {}, [{ type: 3, id: 3, textContent: `p{background:url('${EVIL}')}` }]),
    element("link", { _cssText: `@font-face{src:url(${EVIL})}`, rel: "stylesheet", href: EVIL }),
  ])("%#", (node) => {
    expect(snapshot(node)).not.toContain("evil");
  });

  it("holds blocks at the size that the visitor's have", () => {
    const node = element("p", { style: "color:red;held:240,22.5" });
    expect(snapshot(node)).toContain("color:red;box-sizing:border-box;min-width:240px;");
  });

  it("with more text than a browser lays out quickly is too large", () => {
    const texts = (length: number) =>
      element("p", {}, [
        { type: 3, id: 3, textContent: "x".repeat(length) },
        { type: 3, id: 4, textContent: "x".repeat(2_000_000) },
      ]);
    expect(() => snapshot(texts(2_000_001))).toThrow(TooLarge);
    expect(snapshot(texts(2_000_000))).toContain("xxx");
  });

  it("keeps what shows the page", () => {
    const sent = snapshot(
      element("p", { class: "a", style: "color:red", rr_width: "3px" }, [
        { ...element("img", { src: PNG }), id: 3 },
        { ...element("use", { href: "#a" }), id: 4, isSVG: true },
        { ...element("link", { _cssText: "p{color:red}", media: "screen" }), id: 5 },
      ]),
    );
    const parts = ['"class":"a"', "color:red", "rr_width", PNG, '"href":"#a"', "p{color:red}"];
    for (const part of parts) expect(sent).toContain(part);
  });

  it("refuses a page nested deeper than the stack", () => {
    let node = element("div", {});
    for (let depth = 0; depth < 20_000; depth++) node = { ...element("div", {}, [node]), id: depth + 100 };
    expect(() => snapshot(node)).toThrow(TooLarge);
  });

  it("is refused when it is none", () => {
    expect(gate().pass({ type: 2, data: { node: null }, timestamp: 1 })).toBeNull();
  });
});

describe("a change", () => {
  const none = { adds: [], removes: [], texts: [], attributes: [] };
  const [body, image] = [document.createElement("body"), document.createElement("img")];

  it("is cleaned like a snapshot", () => {
    const adds = [{ parentId: 1, nextId: null, node: { ...element("img", { src: EVIL }), id: 7 } }];
    const style = { "background-image": `url(${EVIL})`, color: ["url(x)", "important"], left: false };
    const attributes = [{ id: 2, attributes: { src: EVIL, onclick: EVIL, title: null, style } }];
    const sent = change({ source: CHANGE.mutation, ...none, adds, attributes }, body, image);
    expect(JSON.stringify(sent)).not.toContain("evil");
    expect(sent?.data).toMatchObject({
      adds: [{ node: { id: 7, tagName: "img" } }],
      attributes: [{ attributes: { title: null, src: null, style: { left: false } } }],
    });
  });

  it("makes a node anew that is there already", () => {
    const moved = [{ parentId: 1, nextId: null, node: { ...element("img", {}), id: 2 } }];
    body.append(image);
    const sent = change({ source: CHANGE.mutation, ...none, adds: moved }, body, image);
    expect(sent?.data).toMatchObject({ removes: [{ id: 2, parentId: 1 }] });
  });

  it("does not go deeper than a page may be", () => {
    const top = document.createElement("div");
    let deepest = top;
    for (let depth = 0; depth < 400; depth += 1) {
      const inner = document.createElement("div");
      deepest.append(inner);
      deepest = inner;
    }
    const adds = [{ parentId: 1, nextId: null, node: { ...element("b", {}), id: 7 } }];
    expect(() => change({ source: CHANGE.mutation, ...none, adds }, deepest)).toThrow(TooLarge);
  });

  it.each([
    { source: CHANGE.styleSheetRule, id: 1, adds: [{ rule: `p{background:url(${EVIL})}` }] },
    { source: CHANGE.styleSheetRule, id: 1, replace: `@import url(${EVIL});` },
    {
      source: CHANGE.styleDeclaration,
      id: 1,
      index: [0],
      set: { property: "background", value: `url(${EVIL})` },
    },
    {
      source: CHANGE.adoptedStyleSheet,
      id: 1,
      styles: [{ styleId: 1, rules: [{ rule: `p{background:url(${EVIL})}` }] }],
    },
  ])("leads nowhere: %j", (data) => {
    const sent = JSON.stringify(change(data));
    expect(sent).toContain(`"source":${data.source}`);
    expect(sent).not.toContain("evil");
  });

  it.each([
    { source: CHANGE.font },
    { source: CHANGE.media },
    { source: CHANGE.canvas },
    { source: CHANGE.mouseMove, positions: null },
    { source: CHANGE.mouseMove, positions: [{ x: 1e308, y: 1, id: 1, timeOffset: 0 }] },
    { source: CHANGE.scroll, id: 1, x: Number.NaN, y: 0 },
    { source: 4, width: 1e9, height: 1 },
    { source: "0" },
    null,
  ])("is dropped: %j", (data) => {
    expect(change(data)).toBeNull();
  });
});

describe("a tree", () => {
  it("that shows itself again and again is cut", () => {
    const levels = [1, 2, 3].map((level) => ({
      ...element("g", { id: `g${level}` }, [
        { ...element("use", { href: `#g${level - 1}` }), id: 20 + level, isSVG: true },
      ]),
      id: 10 + level,
      isSVG: true,
    }));
    const part = { ...element("rect", { id: "g0" }), id: 9, isSVG: true };
    const sent = snapshot({ ...element("svg", {}, [part, ...levels]), isSVG: true });
    expect(sent).toContain("#g0");
    expect(sent).not.toMatch(/#g[12]/);
  });

  it("has no number twice, and no document inside", () => {
    const twice = element("p", {}, [element("b", {})]);
    expect(snapshot(twice)).not.toContain('"b"');
    expect(snapshot(element("p", {}, [{ type: 0, id: 8, childNodes: [] }]))).not.toContain('"id":8');
  });

  it("takes nothing from prototypes", () => {
    snapshot(
      JSON.parse(
        '{"type":2,"id":2,"tagName":"p","attributes":{"__proto__":{"evil":1}},"childNodes":[],"__proto__":{"evil":1}}',
      ),
    );
    expect({}).not.toHaveProperty("evil");
  });
});
