import { expect, test } from "vitest";
import { make, setLines } from "./dom";

test("lines that stay are not touched", () => {
  const region = make("div");
  setLines(region, ["a", "b"]);
  const [a, b] = region.children;
  setLines(region, ["new", "a", "b"]);
  expect([region.children[1], region.children[2]]).toEqual([a, b]);
  setLines(region, ["b"]);
  expect([...region.children]).toEqual([b]);
});

test.each([[["b", "a"]], [["c"]], [[]], [["a", "c", "b"]]])("lines become %j", (texts) => {
  const region = make("div");
  setLines(region, ["a", "b"]);
  setLines(region, texts);
  expect([...region.children].map(({ textContent }) => textContent)).toEqual(texts);
});
