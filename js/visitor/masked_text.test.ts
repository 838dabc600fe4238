import { expect, it } from "vitest";
import { maskedLines, maskedValue, TextMask } from "./masked_text";

it("tells a class of length of what is typed, and not the length", () => {
  expect(maskedValue("")).toBe("");
  expect(maskedValue("abcde")).toBe(maskedValue("abcdefgh"));
  expect(maskedValue("a".repeat(100))).toBe(maskedValue("a".repeat(1000)));
  expect(maskedLines("ab\n\ncd")).toBe("****\n\n****");
});

it("keeps the space around a text and nothing of its letters", () => {
  const mask = new TextMask(() => false);
  const masked = mask.mask("  Maria Muster\n", null);
  expect(masked).toMatch(/^ {2}[* ]+\n$/);
  expect(mask.mask(" \n ", null)).toBe(" \n ");
  expect(mask.mask("abcdef", null)).toBe(mask.mask("abcdefg", null));
});
