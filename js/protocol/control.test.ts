import { describe, expect, it } from "vitest";
import { MAX_TEXT, parseAction } from "./control";

describe("parseAction", () => {
  it.each([
    { kind: "point", x: 1.5, y: -2 },
    { kind: "click", id: 3, x: 1, y: 2 },
    { kind: "scroll", id: 0, x: 0, y: 900 },
    { kind: "text", id: 3, text: "" },
    { kind: "text", id: 3, text: "x".repeat(MAX_TEXT) },
    { kind: "key", id: 3, key: "Enter" },
  ])("reads $kind", (action) => {
    expect(parseAction(action)).toEqual(action);
  });

  it.each([
    ["nothing", null],
    ["a list", []],
    ["no kind", { x: 1, y: 1 }],
    ["an unknown kind", { kind: "eval", id: 1, text: "x" }],
    ["a kind that every object has", { kind: "constructor" }],
    ["a place that is none", { kind: "point", x: "1", y: 1 }],
    ["a place far outside", { kind: "point", x: 1, y: 1e9 }],
    ["half a place", { kind: "click", id: 1, x: 1 }],
    ["no number", { kind: "click", x: 1, y: 1 }],
    ["a number below zero", { kind: "click", id: -1, x: 1, y: 1 }],
    ["half a number", { kind: "key", id: 1.5, key: "Tab" }],
    ["a value that is no text", { kind: "text", id: 1, text: 5 }],
    ["a value that is too long", { kind: "text", id: 1, text: "x".repeat(MAX_TEXT + 1) }],
    ["another key", { kind: "key", id: 1, key: "F5" }],
    ["a key that every object has", { kind: "key", id: 1, key: "toString" }],
  ])("refuses %s", (_what, action) => {
    expect(parseAction(action)).toBeNull();
  });
});
