import { expect, test } from "vitest";
import { ago, clock, exactly, inWords, roughly, secondsBetween } from "../language/time_words";
import { FakeModel } from "./testing";
import { pathOf, readTraits, TRAIT_NAMES, tidyName } from "./traits";

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
  expect([0, 65, 3_725].map((span) => clock(span, "en"))).toEqual(["0:00", "1:05", "1:02:05"]);
  expect([0, 140, 3_600, 3_725].map((span) => exactly(span, "en"))).toEqual([
    "0 sec",
    "2 min 20 sec",
    "1 hr",
    "1 hr 2 min 5 sec",
  ]);
  expect([9, 25, 125, 7_300, 90_000, 200_000].map((span) => roughly(span)?.count)).toEqual([
    undefined,
    20,
    2,
    2,
    1,
    2,
  ]);
});

test.each([
  ["de", "2 Min., 20 Sek.", "5 Min.", "vor 2 Tagen"],
  ["fr", "2 min 20 s", "5 min", "il y a 2 jours"],
  ["es", "2 min 20 s", "5 min", "hace 2 días"],
  ["ja", "2 分20 秒", "5 分", "2 日前"],
  ["ar", "2 د و20 ث", "5 د", "قبل يومين"],
])("spans of time are said in %s", (lang, exact, rough, before) => {
  // French puts a narrow no-break space before some units.
  expect(exactly(140, lang).replace(/\s/g, " ")).toBe(exact);
  expect(inWords({ count: 5, unit: "minute" }, lang).replace(/\s/g, " ")).toBe(rough);
  expect(ago({ count: 2, unit: "day" }, lang)).toBe(before);
});
