/**
 * The pad that hides the viewer's form from everyone else on the notebook's channel: Jupyter broadcasts what the kernel
 * publishes, and the form holds the login key. A pad is used once.
 */
import { isObject, parseObject } from "../protocol/json_values";
import { PAD_BYTES } from "../protocol/messages";

const MAX_FIELDS = 64;
const NAME_BYTES = 16;

/** The form that opens the viewer. Its fields hold the login key. */
export interface ViewerForm {
  readonly action: URL;
  readonly fields: readonly (readonly [name: string, value: string])[];
}

/** Fresh random bytes for one request. */
export function newPad(): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(PAD_BYTES));
}

/** A name that nobody guesses and nobody else uses. */
export function newName(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(NAME_BYTES)), (byte) =>
    byte.toString(16).padStart(2, "0"),
  ).join("");
}

/** Bytes as base64. */
export function toBase64(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}

/** Takes the pad off again and reads the form; `null` when it is none that may be posted. The pad is wiped. */
export function unseal(sealed: string, pad: Uint8Array): ViewerForm | null {
  try {
    const bytes = Uint8Array.from(atob(sealed), (character) => character.charCodeAt(0));
    if (bytes.length > pad.length) return null;
    const open = bytes.map((byte, index) => byte ^ (pad[index] ?? 0));
    return readForm(new TextDecoder("utf-8", { fatal: true }).decode(open));
  } catch {
    return null;
  } finally {
    pad.fill(0);
  }
}

function readForm(text: string): ViewerForm | null {
  const { action, fields } = parseObject(text) ?? {};
  if (typeof action !== "string" || !isObject(fields)) return null;
  const url = new URL(action);
  if (url.protocol !== "https:" && url.protocol !== "http:") return null;
  const pairs = Object.entries(fields).filter(
    (pair): pair is [string, string] => typeof pair[1] === "string",
  );
  const complete = pairs.length === Object.keys(fields).length && pairs.length <= MAX_FIELDS;
  return complete ? { action: url, fields: pairs } : null;
}
