import type { eventWithTime, serializedNodeWithId } from "@rrweb/types";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { CHANGE, EVENT, NODE } from "../protocol/recording";
import { type Marks, Policy, type Privacy } from "./privacy_policy";
import { Resources } from "./resources";
import { Scrubber } from "./scrub";

const SECRET = "SECRET";

/** Records a page as the recorder would, with everything that is in it, and sends it through the gate. */
function gate(mode: Privacy = "standard", marks: Partial<Marks> = {}) {
  const ids = new Map<Node, number>();
  const nodes = new Map<number, Node>();
  const record = (node: Node): serializedNodeWithId => {
    const id = ids.get(node) ?? ids.size + 1;
    ids.set(node, id);
    nodes.set(id, node);
    if (node instanceof Text) return { type: NODE.text, id, textContent: node.data } as serializedNodeWithId;
    const childNodes = [...node.childNodes].map(record);
    if (!(node instanceof Element)) return { type: NODE.document, id, childNodes } as serializedNodeWithId;
    const attributes = Object.fromEntries([...node.attributes].map(({ name, value }) => [name, value]));
    if (node.localName === "style") attributes["_cssText"] = node.textContent ?? "";
    return {
      type: NODE.element,
      id,
      tagName: node.localName,
      attributes,
      childNodes,
    } as serializedNodeWithId;
  };
  const canvas = vi.fn();
  const stale = vi.fn();
  const release = vi.fn();
  const changed = vi.fn();
  const scrubber = new Scrubber({
    node: (id) => nodes.get(id) ?? null,
    id: (node) => ids.get(node) ?? -1,
    own: document.getElementById("glance_ui"),
    resources: new Resources(),
    policy: new Policy(mode, { masked: [], unmasked: [], page: false, ...marks }),
    canvas,
    release,
    changed,
    stale,
  });
  const change = (data: object) =>
    scrubber.scrub({ type: EVENT.change, data, timestamp: 1 } as unknown as eventWithTime);
  return {
    scrubber,
    record,
    change,
    canvas,
    stale,
    release,
    changed,
    idOf: (node: Node | null) => (node && ids.get(node)) ?? -1,
  };
}

function snapshotOf(html: string, mode: Privacy = "standard", marks: Partial<Marks> = {}): string {
  document.body.innerHTML = html;
  const { scrubber, record } = gate(mode, marks);
  const data = { node: record(document.body), initialOffset: { top: 0, left: 0 } };
  return JSON.stringify(scrubber.scrub({ type: EVENT.snapshot, data, timestamp: 1 } as eventWithTime));
}

beforeEach(() => {
  vi.stubGlobal(
    "PerformanceObserver",
    class {
      observe(): void {
        // Nothing is loaded here.
      }
    },
  );
});

afterEach(() => {
  document.body.replaceChildren();
});

describe("what never leaves the page", () => {
  it.each([
    `<input type="hidden" value="${SECRET}">`,
    `<input value="${SECRET}">`,
    `<input type="password" value="${SECRET}">`,
    `<input type="radio" value="${SECRET}">`,
    `<input type="checkbox" value="${SECRET}">`,
    `<textarea>${SECRET}</textarea>`,
    `<select><option value="${SECRET}">${SECRET}</option></select>`,
    `<datalist><option>${SECRET}</option></datalist>`,
    `<div contenteditable="true"><b>${SECRET}</b></div>`,
    `<div data-id="${SECRET}" aria-label="${SECRET}" title="${SECRET}" onclick="${SECRET}">x</div>`,
    `<a href="/x?${SECRET}#${SECRET}">x</a>`,
    `<form action="/${SECRET}"><button formaction="/${SECRET}" value="${SECRET}">x</button></form>`,
    `<img alt="${SECRET}" src="/${SECRET}.png" srcset="/${SECRET}.png 2x">`,
    `<iframe srcdoc="${SECRET}" src="/${SECRET}" name="${SECRET}"></iframe>`,
    `<div style="background:url(/${SECRET}.png)">x</div>`,
    `<style>@import url(/${SECRET}.css);p{background:url(/${SECRET}.png)}</style>`,
    `<meta name="csrf" content="${SECRET}"><link rel="prefetch" href="/${SECRET}"><base href="/${SECRET}/">`,
    `<noscript>${SECRET}</noscript>`,
    `<p glance_masked="true">${SECRET}<i>${SECRET}</i></p>`,
    `<p class="glance_masked"><input placeholder="${SECRET}"></p>`,
    `<object data="/${SECRET}"><param value="${SECRET}"></object><embed src="/${SECRET}">`,
    `<video src="/${SECRET}.mp4" poster="/${SECRET}.png"></video>`,
    `<div id="glance_ui"><p>${SECRET}</p></div>`,
    `<p class="${SECRET}" id="${SECRET}">x</p>`,
    `<style>.${SECRET}{} #${SECRET}{} [data-${SECRET}]{}</style><p class="${SECRET}" id="${SECRET}">x</p>`,
    `<style>.gone::before{content:"${SECRET}"} :root{--x:"${SECRET}"} @keyframes ${SECRET}{to{top:0}}</style>`,
    `<details><summary>x</summary>${SECRET}</details>`,
    `<svg><title>${SECRET}</title><desc>${SECRET}</desc><defs><text>${SECRET}</text></defs></svg>`,
    `<input value="x" placeholder="${SECRET}">`,
    `<input autocomplete="cc-number" value="${SECRET}">`,
    `<x-${SECRET.toLowerCase()}>x</x-${SECRET.toLowerCase()}>`,
  ])("%s", (html) => {
    expect(snapshotOf(html).toUpperCase()).not.toContain(SECRET);
  });

  it.each([
    `<input type="password" value="${SECRET}">`,
    `<input id="password" value="${SECRET}">`,
    `<input autocomplete="section-a cc-csc" value="${SECRET}">`,
    `<div glance_masked="true"><p class="glance_unmasked">${SECRET}</p><input value="${SECRET}"></div>`,
    `<input glance_masked="true" value="${SECRET}">`,
    `<select><option>${SECRET}</option><option selected>x</option></select>`,
  ])("in the open mode either: %s", (html) => {
    expect(snapshotOf(html, "open")).not.toContain(SECRET);
  });

  it.each([
    `<p>${SECRET}</p>`,
    `<button>${SECRET}</button>`,
    `<input placeholder="${SECRET}">`,
    `<input type="submit" value="${SECRET}">`,
  ])("in the private mode either: %s", (html) => {
    expect(snapshotOf(html, "private")).not.toContain(SECRET);
  });

  it("query and hash of the address", () => {
    const { scrubber } = gate();
    const data = { href: `https://shop.test/cart?${SECRET}#${SECRET}`, width: 1, height: 1 };
    const event = scrubber.scrub({ type: EVENT.meta, data, timestamp: 1 } as eventWithTime);
    expect(event?.data).toMatchObject({ href: "https://shop.test/cart" });
  });
});

describe("what is seen", () => {
  it("keeps what makes the page look as it does", () => {
    const html =
      '<p class="a" id="b" style="color:red" dir="rtl">Hello</p><input type="submit" value="Order">';
    const sent = snapshotOf(html);
    for (const part of ["Hello", "color:red", '"dir":"rtl"', '"value":"Order"']) expect(sent).toContain(part);
  });

  it("shows that something was typed, and links as links", () => {
    const sent = snapshotOf('<input value="abc"><input type="number" value="12"><a href="/x">y</a>');
    expect(sent).toContain('"value":"****"');
    expect(sent).toContain('"type":"text"');
    expect(sent).toContain('"href":"#"');
  });

  it("keeps the attributes by which the page's own style chooses", () => {
    const sent = snapshotOf('<style>[data-theme=dark]{}</style><p data-theme="dark" data-id="7">x</p>');
    expect(sent).toContain('"data-theme":"dark"');
    expect(sent).not.toContain("data-id");
  });

  it("calls classes and ids by the same other names in style sheets and elements", () => {
    const sent = snapshotOf('<style>.gold{color:red} #vip{top:0}</style><p class="gold 4711" id="vip">x</p>');
    const [, name] = /\.(n\d+)\{color/.exec(sent) ?? [];
    const [, id] = /#(n\d+)\{top/.exec(sent) ?? [];
    expect(sent).toContain(`"class":"${name}"`);
    expect(sent).toContain(`"id":"${id}"`);
  });

  it("shows what is unmasked, in every mode", () => {
    expect(snapshotOf('<p glance_masked="false">Hello <input value="typed"></p>', "private")).toMatch(
      /Hello.*typed/,
    );
    expect(snapshotOf('<p class="price">Hello</p>', "private", { unmasked: [".price"] })).toContain("Hello");
  });

  it("shows form values in the open mode, and ticks only there", () => {
    const html = '<input value="typed"><input type="checkbox" checked><div contenteditable>written</div>';
    const open = snapshotOf(html, "open");
    for (const part of ["typed", '"checked":true', "written"]) expect(open).toContain(part);
    expect(snapshotOf(html)).not.toMatch(/typed|"checked"|written/);
  });

  it("names canvases, whose pictures are sent apart", () => {
    document.body.innerHTML = "<canvas></canvas>";
    const { scrubber, record, canvas, idOf } = gate();
    const data = { node: record(document.body), initialOffset: { top: 0, left: 0 } };
    scrubber.scrub({ type: EVENT.snapshot, data, timestamp: 1 } as eventWithTime);
    expect(canvas).toHaveBeenCalledWith(idOf(document.querySelector("canvas")));
  });
});

describe("changes", () => {
  function live(html: string) {
    document.body.innerHTML = html;
    const made = gate();
    made.record(document.body);
    const id = (selector: string) => made.idOf(document.querySelector(selector));
    return { ...made, id };
  }
  const none = { adds: [], removes: [], texts: [], attributes: [] };

  it("masks typing and drops the choice of a select", () => {
    const { change, id } = live(
      '<input><input type="password"><select></select><p class="glance_masked"><input type="checkbox"></p>',
    );
    const typed = (selector: string) =>
      change({ source: CHANGE.input, id: id(selector), text: SECRET, isChecked: true })?.data;
    expect(typed("input")).toMatchObject({ text: "********" });
    expect(typed("[type=password]")).toMatchObject({ text: "********" });
    expect(typed("[type=checkbox]")).toBeUndefined();
    expect(typed("select")).toBeUndefined();
  });

  it("masks text that is added or changed in masked parts", () => {
    const { change, record, id, idOf } = live('<p class="glance_masked"><b>x</b></p>');
    const added = document.createTextNode(SECRET);
    document.querySelector("b")?.append(added);
    const node = record(added);
    const first = document.querySelector("b")?.firstChild ?? null;
    const adds = [{ parentId: id("b"), nextId: null, node }];
    const sent = change({
      source: CHANGE.mutation,
      ...none,
      adds,
      texts: [{ id: idOf(first), value: SECRET }],
    });
    expect(JSON.stringify(sent)).not.toContain(SECRET);
  });

  it("drops attributes that are not seen, and keeps removals", () => {
    const { change, id } = live("<p></p>");
    const attributes = [
      { id: id("p"), attributes: { "data-id": SECRET, dir: "rtl", class: SECRET, [SECRET]: null } },
    ];
    const sent = change({ source: CHANGE.mutation, ...none, attributes });
    expect(sent?.data).toMatchObject({ attributes: [{ attributes: { dir: "rtl" } }] });
    expect(JSON.stringify(sent)).not.toContain(SECRET);
    const gone = [{ id: id("p"), attributes: { dir: null } }];
    expect(change({ source: CHANGE.mutation, ...none, attributes: gone })?.data).toMatchObject({
      attributes: gone,
    });
  });

  it("asks for a snapshot when a mark comes or goes", () => {
    const { change, id, stale } = live("<p>x</p>");
    const toggle = (attributes: object) =>
      change({ source: CHANGE.mutation, ...none, attributes: [{ id: id("p"), attributes }] });
    toggle({ dir: "rtl" });
    expect(stale).not.toHaveBeenCalled();
    document.querySelector("p")?.setAttribute("glance_masked", "true");
    toggle({ glance_masked: "true" });
    expect(stale).toHaveBeenCalledTimes(1);
    document.querySelector("p")?.removeAttribute("glance_masked");
    toggle({ glance_masked: null });
    expect(stale).toHaveBeenCalledTimes(2);
  });

  it("takes addresses out of styles", () => {
    const { change, id } = live("<p></p>");
    const style = `background-image: url(/${SECRET}.png); color: red !important`;
    const sent = change({
      source: CHANGE.mutation,
      ...none,
      attributes: [{ id: id("p"), attributes: { style } }],
    });
    expect(JSON.stringify(sent)).not.toContain(SECRET);
    expect(sent?.data).toMatchObject({
      attributes: [{ attributes: { style: expect.stringMatching(/color: ?red !important/) } }],
    });
    const rule = change({
      source: CHANGE.styleSheetRule,
      id: 1,
      adds: [{ rule: `p{background:url(/${SECRET})}` }],
    });
    expect(JSON.stringify(rule)).not.toContain(SECRET);
  });

  it("says nothing of this script's own parts", () => {
    const { change, changed, id } = live('<div id="glance_ui"><b></b></div>');
    const own = id("#glance_ui");
    const attributes = [{ id: own, attributes: { style: "x" } }];
    expect(change({ source: CHANGE.mutation, ...none, attributes })).toBeNull();
    expect(change({ source: CHANGE.adoptedStyleSheet, id: own, styleIds: [1] })).toBeNull();
    expect(change({ source: CHANGE.scroll, id: own, x: 1, y: 1 })).toBeNull();
    // Nor is the page looked at for it, which takes a while.
    expect(changed).not.toHaveBeenCalled();
    change({ source: CHANGE.mutation, ...none, attributes: [{ id: own + 1, attributes: { dir: "rtl" } }] });
    expect(changed).toHaveBeenCalledTimes(1);
  });

  it.each([CHANGE.font, CHANGE.media, CHANGE.canvas])("drops changes of kind %i", (source) => {
    expect(live("<p></p>").change({ source, id: 1 })).toBeNull();
  });
});
