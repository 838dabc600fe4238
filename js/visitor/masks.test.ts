import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { holdMasks, isMarked, shownTitle } from "./masks";
import { Policy, type Privacy } from "./privacy_policy";

function masks(mode: Privacy, { page = false, masked = [] as string[] } = {}) {
  holdMasks(new Policy(mode, { masked, unmasked: [], page }));
}

beforeEach(() => {
  document.head.innerHTML = "<title>Account</title>";
});

afterEach(() => {
  holdMasks(null);
  document.documentElement.className = "";
});

describe("the title", () => {
  it("is told where the page's text is", () => {
    masks("standard");
    expect(shownTitle()).toBe("Account");
    masks("private");
    expect(shownTitle()).toBe("");
  });

  it("is not told before it is known what is masked, nor when nothing is recorded any more", () => {
    expect(shownTitle()).toBe("");
    masks("open");
    holdMasks(null);
    expect(shownTitle()).toBe("");
  });

  it.each([
    ["the whole page", { page: true }, ""],
    ["by a selector", { masked: ["head > title"] }, ""],
    ["everything", {}, "glance_masked"],
  ])("is not told when it is masked: %s", (_case, marks, className) => {
    masks("open", marks);
    document.documentElement.className = className;
    expect(shownTitle()).toBe("");
  });

  it("is told again when the mark is taken away, and of a page without one", () => {
    masks("standard");
    document.documentElement.className = "glance_masked";
    expect(shownTitle()).toBe("");
    document.documentElement.className = "";
    expect(shownTitle()).toBe("Account");
    document.head.replaceChildren();
    expect(shownTitle()).toBe("");
  });
});

describe("elements", () => {
  it("count as masked while nothing is known", () => {
    expect(isMarked(document.body)).toBe(true);
    masks("standard");
    expect(isMarked(document.body)).toBe(false);
    masks("standard", { page: true });
    expect(isMarked(document.body)).toBe(true);
  });
});
