import { afterEach, expect, it } from "vitest";
import { Exposure } from "./exposure";
import { holdMasks, isMarked } from "./masks";
import { type Marks, Policy, stricter } from "./privacy_policy";

const NONE: Marks = { masked: [], unmasked: [], page: false };

function make(html: string): Element {
  document.body.innerHTML = html;
  const element = document.body.querySelector("[data-it]");
  if (!element) throw new Error("the page has nothing marked data-it");
  return element;
}

afterEach(() => {
  document.body.replaceChildren();
  holdMasks(null);
});

it.each([
  ['<p glance_masked="true"><b data-it></b></p>', true],
  ['<p class="a glance_masked"><b data-it></b></p>', true],
  ['<p class="glance_masked"><b class="glance_unmasked" data-it></b></p>', true],
  ['<p class="glance_unmasked"><b glance_masked="true" data-it></b></p>', true],
  ['<p class="mine"><b data-it></b></p>', true],
  ['<p glance_masked="false" data-it></p>', false],
  ["<p data-it></p>", false],
])("covers in the open mode: %s", (html, covered) => {
  const policy = new Policy("open", { ...NONE, masked: [".mine @@[title]"] });
  expect(policy.covers(new Exposure(policy).of(make(html)))).toBe(covered);
});

it("lifts what the mode masks, and nothing else", () => {
  const policy = new Policy("private", { ...NONE, unmasked: [".shown"] });
  const flags = (html: string) => new Exposure(policy).of(make(html));
  expect(policy.covers(flags("<p data-it></p>"))).toBe(true);
  expect(policy.covers(flags('<p class="shown"><b data-it></b></p>'))).toBe(false);
  expect(policy.coversValues(flags('<p class="shown"><input data-it></p>'))).toBe(false);
});

it("masks what is typed into an element in the standard mode", () => {
  const policy = new Policy("standard", NONE);
  const flags = new Exposure(policy).of(make("<div contenteditable><b data-it></b></div>"));
  expect([policy.coversText(flags), policy.covers(flags)]).toEqual([true, false]);
});

it("looks out of shadow roots", () => {
  const host = make('<div class="glance_masked"><p data-it></p></div>');
  const inside = host.attachShadow({ mode: "open" }).appendChild(document.createElement("b"));
  expect(isMarked(inside)).toBe(true);
  holdMasks(new Policy("standard", NONE));
  expect(isMarked(inside)).toBe(true);
  expect(isMarked(document.body)).toBe(false);
});

it("takes the stricter of two modes, and elements as well as selectors", () => {
  expect(stricter("open", "standard")).toBe("standard");
  expect(stricter("private", "standard")).toBe("private");
  const element = make("<p><b data-it></b></p>");
  const policy = new Policy("open", { ...NONE, masked: [document.body.querySelector("p") as Element] });
  expect(policy.covers(new Exposure(policy).of(element))).toBe(true);
});
