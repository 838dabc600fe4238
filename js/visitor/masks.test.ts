import { afterEach, describe, expect, it } from "vitest";
import { BLOCKED, fieldType, isMasked, MASK_OPTIONS, maskedValue, stars } from "./masks";

function make(html: string): Element {
  document.body.innerHTML = html;
  const element = document.body.querySelector("[data-it]");
  if (!element) throw new Error("the page has nothing marked data-it");
  return element;
}

afterEach(() => {
  document.body.replaceChildren();
});

describe("maskedValue", () => {
  it.each([
    "text",
    "email",
    "tel",
    "number",
    "search",
    "url",
    "date",
    "color",
    "range",
    "a-type-of-tomorrow",
    "",
  ])("shows typing into %j as stars", (type) => {
    expect(maskedValue("input", type, "4111 1111")).toBe("**** ****");
  });

  it("does not even show how long a password is", () => {
    expect(maskedValue("input", "password", "abc")).toBe(maskedValue("input", "password", "a".repeat(40)));
    expect(maskedValue("input", "password", "")).toBe("");
  });

  it.each(["hidden", "radio", "checkbox", "file"])("sends nothing of %s", (type) => {
    expect(maskedValue("input", type, "secret")).toBe("");
  });

  it("masks areas and selects, and leaves labels of buttons", () => {
    expect(maskedValue("textarea", "textarea", "a b")).toBe("* *");
    expect(maskedValue("select", "select-one", "secret")).toBe("");
    expect(maskedValue("input", "submit", "Order now")).toBe("Order now");
  });
});

it("knows a password that is shown for a moment", () => {
  expect(fieldType(make('<input data-it type="text" data-rr-is-password="true">'))).toBe("password");
});

describe("isMasked", () => {
  it.each([
    '<p glance_masked="true"><b data-it></b></p>',
    '<p class="a glance_masked"><b data-it></b></p>',
    "<div contenteditable><b data-it></b></div>",
    "<select><option data-it></option></select>",
  ])("%s", (html) => {
    expect(isMasked(make(html))).toBe(true);
  });

  it.each([
    '<p glance_masked="false" data-it></p>',
    '<p contenteditable="false" data-it></p>',
    "<p data-it></p>",
  ])("not %s", (html) => {
    expect(isMasked(make(html))).toBe(false);
  });

  it("looks out of shadow roots", () => {
    const host = make('<div class="glance_masked"><p data-it></p></div>');
    const inside = host.attachShadow({ mode: "open" }).appendChild(document.createElement("b"));
    expect(isMasked(inside)).toBe(true);
  });
});

describe("options of the recorder", () => {
  it("mask by tag, so that no type is forgotten", () => {
    expect(MASK_OPTIONS.maskInputOptions).toMatchObject({
      input: true,
      textarea: true,
      select: true,
      password: true,
    });
  });

  it.each([
    ['<div id="glance_ui" data-it></div>', true],
    ['<p class="glance_masked"><img data-it></p>', true],
    ['<canvas data-it glance_masked="true"></canvas>', true],
    ["<img data-it>", false],
    ['<p data-it class="glance_masked"></p>', false],
  ])("leave out %s: %s", (html, blocked) => {
    expect(make(html).matches(BLOCKED)).toBe(blocked);
  });
});

it("keeps the spaces of masked text", () => {
  expect(stars("Ab 1\nç")).toBe("** *\n*");
});
