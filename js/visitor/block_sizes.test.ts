import { expect, it } from "vitest";
import { BlockSizes } from "./block_sizes";

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
  expect(sizes.pin(element)).toContain("min-width:100px;max-width:100px;min-height:20.5px;max-height:20.5px");
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
