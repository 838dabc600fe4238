import { expect, it } from "vitest";
import { AttributeMentions } from "./attribute_mentions";

it("allows what a style sheet chooses by, and no more", () => {
  const mentions = new AttributeMentions();
  mentions.learn(
    `[data-theme=dark] a{} [data-state="open"]:hover{} [data-id]{} [data-x^="ab"]{} [data-tags~=red]{}`,
  );
  expect(mentions.allowed("data-theme", "dark")).toBe("dark");
  expect(mentions.allowed("data-theme", "secret")).toBe("");
  expect(mentions.allowed("data-state", "open")).toBe("open");
  expect(mentions.allowed("data-id", "4711")).toBe("");
  expect(mentions.allowed("data-x", "abc-4711")).toBe("");
  expect(mentions.allowed("data-tags", "blue red 4711")).toBe("red");
  expect(mentions.allowed("data-customer", "4711")).toBeNull();
});

it("says whether there was something new", () => {
  const mentions = new AttributeMentions();
  expect(mentions.learn("[data-a=b]{}")).toBe(true);
  expect(mentions.learn("[data-a=b]{}")).toBe(false);
  expect(mentions.learn("[data-a=c]{}")).toBe(true);
  expect(mentions.learn("p{}")).toBe(false);
});
