import { expect, it } from "vitest";
import { heldSize, withHeldSize } from "./held_size";

it("tells widths in whole pixels, rounded down", () => {
  expect(heldSize(240.9, 22.5)).toBe("held:240,22.5");
});

it("is written out at the end of a style, and nowhere else", () => {
  const size = "box-sizing:border-box;min-width:240px;max-width:240px;min-height:22.5px;max-height:22.5px";
  expect(withHeldSize("color:red;held:240,22.5")).toBe(`color:red;${size}`);
  for (const style of ["held:1,2;color:red", "held:1,2}", "held:1px,2", "color:red"])
    expect(withHeldSize(style)).toBe(style);
});
