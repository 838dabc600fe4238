import { expect, it } from "vitest";
import { heldSize } from "../protocol/held_size";
import { BlockSizes } from "./block_sizes";
import { TURNED } from "./privacy_policy";

function block(): { element: HTMLElement; resize: (width: number, height: number) => void } {
  const element = document.body.appendChild(document.createElement("p"));
  const resize = (width: number, height: number): void => {
    element.getBoundingClientRect = () => new DOMRect(0, 0, width, height);
    Object.defineProperty(element, "offsetHeight", { value: height, configurable: true });
  };
  return { element, resize };
}

it("names a block once for each other size, also one that is held no longer", () => {
  const sizes = new BlockSizes();
  const { element, resize } = block();
  resize(100.7, 20.5);
  expect(sizes.pin(element, 0)).toBe(heldSize(100, 20.5));
  expect(sizes.others()).toEqual([]);
  resize(0, 0);
  expect(sizes.others()).toEqual([element]);
  expect(sizes.others()).toEqual([]);
  element.remove();
  resize(50, 10);
  expect(sizes.others()).toEqual([]);
});

it("names a block that is to be held from now on", () => {
  const sizes = new BlockSizes();
  const { element, resize } = block();
  resize(10, 10);
  sizes.hold(element);
  expect(sizes.others()).toEqual([element]);
  expect(sizes.others()).toEqual([]);
});

it("holds what is scaled at the size that its style gives it", () => {
  const sizes = new BlockSizes();
  const { element, resize } = block();
  resize(50, 10);
  Object.defineProperty(element, "offsetWidth", { value: 100 });
  Object.defineProperty(element, "offsetHeight", { value: 20 });
  expect(sizes.pin(element, TURNED)).toBe(heldSize(100, 20));
  expect(sizes.others()).toEqual([]);
});
