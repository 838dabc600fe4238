import { expect, test } from "vitest";
import { phrasesFor } from "./phrases";
import { FakeModel } from "./testing";
import { clock, exactly, roughly, secondsBetween } from "./time_words";
import { pathOf, readTraits, TRAIT_NAMES, tidyName } from "./traits";

const phrases = phrasesFor("en");

test("traits of the wrong shape count as absent", () => {
  for (const nonsense of [undefined, null, 7, "x", [], {}, true]) {
    const model = new FakeModel(Object.fromEntries(TRAIT_NAMES.map((name) => [name, nonsense])));
    const traits = readTraits(model);
    expect(traits.state).toBe("signed_out");
    expect(traits.status.message).toBe("");
    expect(traits.openlocation).toBe("tab");
    expect(traits.uiVersion).toBe(1);
  }
});

test("names from strangers are made fit to be shown", () => {
  expect(tidyName(" Maria\u202e\u0000\n ")).toBe("Maria");
  expect(tidyName("x".repeat(100))).toHaveLength(60);
  expect(tidyName({ toString: () => "x" })).toBe("");
});

test("only the path of an address is shown", () => {
  expect(pathOf("https://shop.test/a%20b/?token=1#x")).toBe("/a b/");
  expect(pathOf("https://shop.test/%E0%A4%A")).toBe("");
  for (const other of ["javascript:alert(1)", "nonsense", null]) expect(pathOf(other)).toBe("");
});

test("spans of time are said in words", () => {
  expect(secondsBetween(2_000, 1_000)).toBe(0);
  expect([0, 65, 3_725].map(clock)).toEqual(["0:00", "1:05", "1:02:05"]);
  expect([0, 140, 3_600, 3_725].map((span) => exactly(span, phrases))).toEqual([
    "0 s",
    "2 min 20 s",
    "1 h",
    "1 h 2 min 5 s",
  ]);
  expect([9, 25, 125, 7_300, 90_000, 200_000].map((span) => roughly(span, phrases))).toEqual([
    "",
    "20 s",
    "2 min",
    "2 h",
    "1 day",
    "2 days",
  ]);
});
