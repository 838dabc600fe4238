import { expect, it } from "vitest";
import { OUTERMOST, placeIn, StyleMentions } from "./style_mentions";

it("allows what a style sheet chooses by, and no more", () => {
  const mentions = new StyleMentions();
  mentions.learn(
    `[data-theme=dark] a{} [data-state="open"]:hover{} [data-id]{} [data-x^="ab"]{} [data-tags~=red]{}`,
  );
  expect(mentions.allowed("data-theme", "dark")).toBe("dark");
  expect(mentions.allowed("data-theme", "secret")).toBe("");
  expect(mentions.allowed("data-state", "open")).toBe("open");
  expect(mentions.allowed("data-id", "4711")).toBe("");
  expect(mentions.allowed("data-x", "abc-4711")).toBe("ab");
  expect(mentions.allowed("data-tags", "blue red 4711")).toBe("red");
  expect(mentions.allowed("data-customer", "4711")).toBeNull();
});

it("calls classes by other names, the same ones in selectors", () => {
  const mentions = new StyleMentions();
  mentions.learn(".md\\:flex > .b{}");
  const [first, second] = mentions.classes("md:flex b customer-4711").split(" ");
  expect(mentions.nameless(".md\\:flex > .b:hover")).toBe(`.${first} > .${second}:hover`);
});

it("says what is new", () => {
  const mentions = new StyleMentions();
  expect(mentions.learn("[data-a=b] .c #d{color:var(--e)}")).toEqual({
    classes: ["c"],
    ids: ["d"],
    names: ["data-a", "--e"],
  });
  expect(mentions.learn("[data-a=b] .c #d{color:var(--e);top:0}")).toEqual({
    classes: [],
    ids: [],
    names: [],
  });
});

it("knows whom a pseudo-element belongs to, and which media count", () => {
  const media = placeIn("@media print", OUTERMOST);
  expect(placeIn("p > ::before, b::after", media)).toEqual({ selector: "p > *, b", media: ["print"] });
  expect(placeIn("&.x", placeIn("p", OUTERMOST)).selector).toBe(":is(p).x");
});
