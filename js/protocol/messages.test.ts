import { expect, test } from "vitest";
import examples from "../../tests/contract/frontend_messages.json";
import { isToBrowser, isToKernel } from "./messages";

test.each(examples)("$direction: $name", ({ direction, valid, message }) => {
  expect((direction === "to_kernel" ? isToKernel : isToBrowser)(message)).toBe(valid);
});
