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

it("calls the page's own elements by other names, and those of what a copy does not have not at all", () => {
  const mentions = new StyleMentions();
  const card = mentions.tag("x-card");
  expect(mentions.nameless("x-card > p:is(x-card)::before")).toBe(`${card} > p:is(${card})::before`);
  expect(mentions.nameless("p::part(vip-4711):state(vip)")).toBe("p::part(x):state(x)");
});

it.each([
  "li:nth-child(2n-1)",
  "li:nth-child(n-3 of p)",
  "p:lang(zh-hant)",
  "12.5%",
  "a:first-child",
  "p:focus-visible",
])("leaves %s as it is", (selector) => {
  expect(new StyleMentions().nameless(selector)).toBe(selector);
});

it("knows the classes that a scope is chosen by", () => {
  expect(new StyleMentions().learn("@scope (.card) to (.slot) { p { top: 0 } }").classes).toEqual([
    "card",
    "slot",
  ]);
});

it("gives custom properties other names until they are used", () => {
  const mentions = new StyleMentions();
  expect(mentions.alias("--vip")).toMatch(/^--n\d+$/);
  mentions.learn("p { color: var(--vip) }");
  expect(mentions.alias("--vip")).toBe("--vip");
});

it("knows whom a pseudo-element belongs to, and which media count", () => {
  const media = placeIn("@media print", OUTERMOST);
  const before = placeIn("p > ::before, b::after", media);
  expect(before).toEqual({ selector: "p > *, b", media: ["print"], pseudos: ["::before", "::after"] });
  expect(placeIn("&:hover", before).pseudos).toEqual(["::before", "::after"]);
  expect(placeIn("&.x", placeIn("p", OUTERMOST))).toMatchObject({ selector: ":is(p).x", pseudos: [] });
  expect(placeIn("p::backdrop", OUTERMOST).pseudos).toEqual([]);
});

it("knows what generated text is made of, and nothing else", () => {
  const mentions = new StyleMentions();
  mentions.learn("p::after{content:attr(data-a) var(--b)} p{width:attr(data-c px);--d:attr(data-d)}");
  expect([...mentions.shown.keys()]).toEqual(["data-a", "--b"]);
});
