import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { ControlAction } from "../protocol/control";
import { RemoteInput } from "./remote_input";

const FIELD = { id: 4, field: true, lines: false, around: [4, 2] };
const NOTES = { id: 5, field: true, lines: true, around: [5, 2] };
const BUTTON = { id: 6, field: false, lines: false, around: [6, 2] };
/** A word in the button, which gives the focus to the button. */
const WORD = { id: 7, field: false, lines: false, around: [7, 6, 2] };

function agent() {
  const sent: ControlAction[] = [];
  const input = new RemoteInput((action) => sent.push(action));
  const key = (name: string, changes = {}) =>
    input.key({ key: name, ctrlKey: false, altKey: false, metaKey: false, ...changes });
  const keys = (text: string) => [...text].every((letter) => key(letter));
  const texts = () => sent.flatMap((action) => (action.kind === "text" ? [action.text] : []));
  return { input, sent, key, keys, texts };
}

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

describe("the pointer", () => {
  it("moves at most 20 times in a second, and ends where the agent ended", () => {
    const { input, sent } = agent();
    for (let moved = 0; moved < 1000; moved += 5) {
      input.point(moved, 7.4);
      vi.advanceTimersByTime(5);
    }
    vi.advanceTimersByTime(100);
    expect(sent.length).toBeLessThanOrEqual(22);
    expect(sent.at(-1)).toEqual({ kind: "point", x: 995, y: 7 });
  });

  it("and the wheel do not wait for each other", () => {
    const { input, sent } = agent();
    input.point(1, 1);
    input.scroll(0, 0, 10);
    input.scroll(0, 0, 20);
    input.scroll(0, 0, 30);
    expect(sent.map(({ kind }) => kind)).toEqual(["point", "scroll"]);
    vi.advanceTimersByTime(50);
    expect(sent.at(-1)).toEqual({ kind: "scroll", id: 0, x: 0, y: 30 });
  });
});

describe("typing", () => {
  it("replaces what stands in the field, with few messages and the last one whole", () => {
    const { input, keys, sent, texts } = agent();
    input.click(FIELD, 1, 2);
    expect(keys("hello")).toBe(true);
    vi.advanceTimersByTime(500);
    expect(sent[0]).toEqual({ kind: "click", id: 4, x: 1, y: 2 });
    expect(texts()).toEqual(["h", "hello"]);
  });

  it("goes nowhere without a field", () => {
    const { input, keys, sent } = agent();
    expect(keys("a")).toBe(false);
    input.click(BUTTON, 1, 2);
    expect(keys("a")).toBe(false);
    expect(sent).toHaveLength(1);
  });

  it("takes back what the agent typed, and before that what stands there", () => {
    const { input, keys, key, sent, texts } = agent();
    input.click(FIELD, 1, 2);
    key("Backspace");
    expect(sent.at(-1)).toEqual({ kind: "key", id: 4, key: "Backspace" });
    keys("a😀");
    key("Backspace");
    key("Backspace");
    key("Backspace");
    vi.advanceTimersByTime(500);
    expect(texts().at(-1)).toBe("");
    expect(sent.filter(({ kind }) => kind === "key")).toHaveLength(1);
  });

  it("sends all of it before the key that uses it", () => {
    const { input, keys, key, sent } = agent();
    input.click(FIELD, 1, 2);
    keys("abc");
    key("Enter");
    expect(sent.slice(1)).toEqual([
      { kind: "text", id: 4, text: "a" },
      { kind: "text", id: 4, text: "abc" },
      { kind: "key", id: 4, key: "Enter" },
    ]);
    vi.advanceTimersByTime(500);
    expect(sent).toHaveLength(4);
  });

  it("is whole in one field before the next one is clicked", () => {
    const { input, keys, sent } = agent();
    input.click(FIELD, 1, 2);
    keys("abc");
    input.click(NOTES, 3, 4);
    expect(sent.slice(2)).toEqual([
      { kind: "text", id: 4, text: "abc" },
      { kind: "click", id: 5, x: 3, y: 4 },
    ]);
  });

  it("begins new lines where a field has lines", () => {
    const { input, keys, key, texts } = agent();
    input.click(NOTES, 1, 2);
    keys("a");
    key("Enter");
    keys("b");
    vi.advanceTimersByTime(500);
    expect(texts().at(-1)).toBe("a\nb");
  });

  it("begins anew in the field that gets the focus, and goes on in the same one", () => {
    const { input, keys, texts } = agent();
    input.click(FIELD, 1, 2);
    keys("a");
    input.focused(FIELD);
    keys("b");
    vi.advanceTimersByTime(500);
    input.focused(NOTES);
    keys("c");
    expect(texts()).toEqual(["a", "ab", "c"]);
  });

  it("waits after a Tab until the visitor's page tells where that led", () => {
    const { input, keys, key, sent, texts } = agent();
    input.click(FIELD, 1, 2);
    key("Tab");
    keys("ab");
    key("Tab");
    expect(sent).toHaveLength(2);
    input.focused(NOTES);
    expect(sent.slice(2)).toEqual([
      { kind: "text", id: 5, text: "a" },
      { kind: "text", id: 5, text: "ab" },
      { kind: "key", id: 5, key: "Tab" },
    ]);
    keys("lost");
    vi.advanceTimersByTime(2000);
    keys("lost");
    input.focused(FIELD);
    expect(texts()).toEqual(["a", "ab"]);
  });

  it("goes to what was clicked last, whatever the visitor's page tells late about what was clicked before", () => {
    const { input, keys, key, sent } = agent();
    input.click(WORD, 1, 2);
    input.click(FIELD, 1, 2);
    input.click(NOTES, 1, 2);
    input.focused(BUTTON);
    keys("a");
    input.focused(FIELD);
    key("Enter");
    expect(sent.slice(3)).toEqual([{ kind: "text", id: 5, text: "a" }]);
    input.focused(NOTES);
    vi.advanceTimersByTime(500);
    expect(sent.at(-1)).toEqual({ kind: "text", id: 5, text: "a\n" });
  });

  it("is not led by a click before the Tab", () => {
    const { input, keys, key, texts } = agent();
    input.click(FIELD, 1, 2);
    key("Tab");
    keys("a");
    input.focused(FIELD);
    expect(texts()).toEqual([]);
    input.focused(NOTES);
    expect(texts()).toEqual(["a"]);
  });

  it("follows the page where that moves the focus by itself after a click", () => {
    const { input, keys, sent } = agent();
    input.click(BUTTON, 1, 2);
    input.focused(BUTTON);
    input.focused(FIELD);
    keys("a");
    expect(sent.at(-1)).toEqual({ kind: "text", id: 4, text: "a" });
    input.click(WORD, 1, 2);
    input.focused(NOTES);
    keys("b");
    vi.advanceTimersByTime(500);
    expect(sent.at(-1)).toEqual({ kind: "text", id: 5, text: "b" });
  });

  it("leaves to the browser what is not for the page", () => {
    const { input, key } = agent();
    input.click(FIELD, 1, 2);
    for (const [name, changes] of [
      ["c", { ctrlKey: true }],
      ["v", { metaKey: true }],
      ["F5", {}],
      ["Process", { isComposing: true }],
      ["ArrowLeft", { altKey: true }],
    ] as const)
      expect(key(name, changes)).toBe(false);
  });

  it("forgets everything when the visitor's hand was on the page", () => {
    const { input, keys, sent } = agent();
    input.click(FIELD, 1, 2);
    keys("ab");
    input.reset();
    vi.advanceTimersByTime(500);
    expect(sent).toHaveLength(2);
    expect(keys("c")).toBe(false);
  });
});
