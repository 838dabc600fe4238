import { expect, test } from "vitest";
import { PAD_BYTES } from "../protocol/messages";
import { newName, newPad, toBase64, unseal } from "./pad";
import { seal } from "./testing";

const FORM = {
  action: "https://www.glance.net/agentjoin/AgentView.aspx",
  fields: { LOGINKEY: "$1$ä", WAIT: "1" },
};

function roundTrip(form: unknown): ReturnType<typeof unseal> {
  const pad = newPad();
  return unseal(seal(form, toBase64(pad)), pad);
}

test("a form comes out as it went in, and the pad is wiped", () => {
  const pad = newPad();
  expect(pad.length).toBe(PAD_BYTES);
  const form = unseal(seal(FORM, toBase64(pad)), pad);
  expect(form?.action.href).toBe(FORM.action);
  expect(Object.fromEntries(form?.fields ?? [])).toEqual(FORM.fields);
  expect(pad.every((byte) => byte === 0)).toBe(true);
});

test("pads and names differ", () => {
  expect(toBase64(newPad())).not.toBe(toBase64(newPad()));
  expect(newName()).not.toBe(newName());
  expect(newName()).toMatch(/^[0-9a-f]{32}$/);
});

test.each([
  ["a script", { ...FORM, action: "javascript:alert(1)" }],
  ["data", { ...FORM, action: "data:text/html,x" }],
  ["a file", { ...FORM, action: "file:///etc/passwd" }],
  ["no address", { ...FORM, action: "/agentjoin" }],
  ["nothing", { fields: {} }],
])("a form that leads to %s is none", (_name, form) => {
  expect(roundTrip(form)).toBeNull();
});

test.each([
  ["a field that is no text", { ...FORM, fields: { WAIT: 1 } }],
  ["fields as a list", { ...FORM, fields: ["WAIT"] }],
  [
    "too many fields",
    { ...FORM, fields: Object.fromEntries(Array.from({ length: 65 }, (_, n) => [`F${n}`, ""])) },
  ],
  ["no JSON", "not JSON"],
])("%s makes it none", (_name, form) => {
  expect(roundTrip(form)).toBeNull();
});

test("the wrong pad, and what is no base64, give nothing", () => {
  const sealed = seal(FORM, toBase64(newPad()));
  expect(unseal(sealed, newPad())).toBeNull();
  expect(unseal("*", newPad())).toBeNull();
  expect(unseal(btoa("x".repeat(PAD_BYTES + 1)), newPad())).toBeNull();
});
