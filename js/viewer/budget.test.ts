/** Each limit holds where it stands: what just fits passes, and one more does not. */
import { describe, expect, it, vi } from "vitest";
import { CHANGE } from "../protocol/recording";
import { Budget, TooLarge } from "./budget";
import { Gate } from "./sanitize";

// The largest page that fits has 150,000 nodes.
vi.setConfig({ testTimeout: 60_000 });

type Tree = Record<string, unknown>;

let number = 100;

function element(tagName: string, attributes: Tree = {}, childNodes: Tree[] = []): Tree {
  number += 1;
  return { type: 2, id: number, tagName, attributes, childNodes };
}

function text(textContent: string): Tree {
  number += 1;
  return { type: 3, id: number, textContent };
}

const times = <T>(count: number, make: () => T): T[] => Array.from({ length: count }, make);

function gate(): Gate {
  return new Gate({
    find: () => null,
    idOf: () => null,
    count: () => 0,
    doubt: () => undefined,
    forget: () => undefined,
  });
}

/** What is made of a page of so many parts; document and html are two nodes, and one level, of their own. */
function page(nodes: Tree[]): unknown {
  const html = element("html", {}, nodes);
  const data = { node: { type: 0, id: 1, childNodes: [html] }, initialOffset: { top: 0, left: 0 } };
  return gate().pass({ type: 2, data, timestamp: 1 });
}

/** What is made of the last of so many changes of one page. */
function changes(count: number, data: Tree): unknown {
  const one = gate();
  return times(count, () => one.pass({ type: 3, data, timestamp: 1 })).at(-1);
}

function nested(depth: number): Tree {
  let node = element("b");
  for (let n = 1; n < depth; n++) node = element("div", {}, [node]);
  return node;
}

const long = (length: number) => "x".repeat(length);
const rules = (count: number) => element("style", { _cssText: "a{}".repeat(count) });
const rule = { source: CHANGE.styleSheetRule, id: 1, adds: times(1000, () => ({ rule: "a{}" })) };
const sheets = { source: CHANGE.adoptedStyleSheet, id: 1, styleIds: [], styles: [] };

const part = (tag: string) => (count: number) => page(times(count, () => element(tag)));
const titled = (count: number) => page(times(count, () => element("b", { title: long(2_000_000) })));

it.each<[string, (count: number) => unknown, fits: number, exceeds: number]>([
  ["nodes", (count) => page(times(count, () => text(""))), 149_998, 149_999],
  ["depth", (depth) => page([nested(depth)]), 399, 400],
  ["texts", (length) => page([text(long(length))]), 4_000_000, 4_000_001],
  ["characters", titled, 12, 13],
  ["rules", (count) => page([rules(count)]), 60_000, 60_001],
  ["rules that come later", (count) => changes(count, rule), 30, 31],
  ["frames", part("iframe"), 100, 101],
  ["canvases", part("canvas"), 400, 401],
  ["sheets", (count) => changes(count, sheets), 5000, 5001],
])("%s", (_name, shown, fits, exceeds) => {
  expect(shown(fits)).toEqual(expect.any(Object));
  expect(() => shown(exceeds)).toThrow(TooLarge);
});

it("steps: what each text costs that comes to many others", () => {
  const crowd = document.createElement("p");
  Object.defineProperty(crowd, "childNodes", { value: { length: 9_000_000 } });
  const one = new Gate({
    find: (id) => (id === 1 ? crowd : null),
    idOf: () => null,
    count: () => 0,
    doubt: () => undefined,
    forget: () => undefined,
  });
  const change = () => {
    const adds = [{ parentId: 1, nextId: null, node: text("y") }];
    const data = { source: CHANGE.mutation, removes: [], texts: [], attributes: [], adds };
    return one.pass({ type: 3, data, timestamp: 1 });
  };
  expect([change(), change()]).toEqual([expect.any(Object), expect.any(Object)]);
  expect(change).toThrow(TooLarge);
});

describe("what comes and goes", () => {
  it("costs what is there", () => {
    const budget = new Budget();
    budget.spend("nodes", 150_000);
    budget.correct("nodes", 1, () => 10);
    budget.spend("nodes", 149_990);
    expect(() => budget.spend("nodes", 1)).toThrow(TooLarge);
  });

  it("is not counted before it matters: that looks at every node", () => {
    const count = vi.fn(() => 0);
    new Budget().correct("nodes", 1, count);
    expect(count).not.toHaveBeenCalled();
  });
});
