import { expect, it } from "vitest";
import { namelessRule, namelessValue } from "./style_names";

/** Capitals stand for another name. */
const alias = (name: string) => name.toUpperCase();

it.each([
  ["anchor-name", "--vip", "--VIP"],
  ["top", "anchor(--vip top)", "anchor(--VIP top)"],
  ["--label", '"a --b"', '"a --b"'],
  ["background", 'url("/a--b.png") --c', 'url("/a--b.png") --C'],
  ["list-style", "vip inside", "VIP inside"],
  ["list-style-type", "upper-roman", "upper-roman"],
  ["list-style-type", '"vip "', '"vip "'],
  ["font-family", 'var(--x, "Vip Sans")', "var(--X, FONT VIP SANS)"],
  ["--font-size", "12px", "12px"],
  ["font-feature-settings", '"smcp" 1', '"smcp" 1'],
  ["font-weight", "700", "700"],
  [
    "src",
    'local("Vip Sans"), url("x.woff2") format("woff2")',
    'local(FONT VIP SANS), url("x.woff2") format("woff2")',
  ],
])("%s: %s", (property, value, expected) => {
  expect(namelessValue(property, value, alias)).toBe(expected);
});

it.each([
  ["@layer vip, base", "@layer VIP, BASE"],
  ["@supports (--vip: 1)", "@supports (--VIP: 1)"],
  ["@function --vip(--x)", "@function --VIP(--X)"],
  ["@media (min-width: 1.5em)", "@media (min-width: 1.5em)"],
  ["@font-feature-values Vip", "@font-feature-values VIP"],
])("%s", (rule, expected) => {
  expect(namelessRule(rule, alias)).toBe(expected);
});
