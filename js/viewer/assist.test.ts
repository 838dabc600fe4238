import { describe, expect, it } from "vitest";
import type { AssistStatus } from "../protocol/live_view";
import { assistButton, assistFrom, assistWords } from "./assist";

const at = (state: AssistStatus["state"], changes: Partial<AssistStatus> = {}) =>
  assistFrom({ state, reason: "none", within: 30, agent: null, ...changes }, 1000);
const words = (assist: ReturnType<typeof at>, now = 2000) => assistWords(assist, "Maria", now);

describe("the button", () => {
  it.each([
    ["off", "Request Remote Assist", "assist_request"],
    ["asked", "Cancel", "assist_end"],
    ["on", "Stop Remote Assist", "assist_end"],
    ["held", "Stop Remote Assist", "assist_end"],
    ["other", "Request Remote Assist", null],
  ] as const)("%s: %s", (state, name, action) => {
    expect(assistButton(at(state))).toEqual([name, action]);
  });
});

describe("the words", () => {
  it.each([
    ["declined", "Not now"],
    ["expired", "did not answer"],
    ["cancelled", "took the question back"],
    ["ended_by_visitor", "Maria stopped"],
    ["ended_by_agent", "You stopped"],
    ["paused", "Maria paused"],
    ["page_gone", "away for too long"],
    ["norecord", "could not be recorded"],
  ])("say why it is off: %s, for a while", (reason, part) => {
    expect(words(at("off", { reason }))).toContain(part);
    expect(words(at("off", { reason }), 16_000)).toBe("");
  });

  it.each(["none", "agent_gone", "constructor"])("say nothing about %s", (reason) => {
    expect(words(at("off", { reason }))).toBe("");
  });

  it("count the seconds, but not aloud", () => {
    expect(words(at("asked"), 11_500)).toContain("20 s");
    expect(assistWords(at("asked"), "Maria", 11_500, true)).not.toMatch(/\d/);
  });

  it("name who else has it, and the visitor who uses the page", () => {
    const agent = { partneruserid: "tom", name: "" };
    expect(words(at("other", { agent }))).toContain("tom");
    expect(words(at("held"))).toContain("Maria is using the page");
    expect(assistWords(at("held"), "", 2000)).toContain("The visitor is using the page");
  });

  it("say that typing replaces", () => {
    expect(words(at("on"))).toContain("replaces what stands in the field");
  });
});
