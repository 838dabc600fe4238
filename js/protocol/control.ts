/** What an agent does on the visitor's page under remote assist (ours; drawn in `docs/architecture.md`). */
import { isObject } from "./json_values";

/** Keys that an agent may press, with the number by which older pages know them; everything else is typed as `text`. */
export const KEYS = {
  Backspace: 8,
  Tab: 9,
  Enter: 13,
  Escape: 27,
  ArrowLeft: 37,
  ArrowUp: 38,
  ArrowRight: 39,
  ArrowDown: 40,
} as const;
/** Characters of one field's value. */
export const MAX_TEXT = 4000;
/** CSS pixels: more than any window or page has. */
const FAR = 10_000_000;

export type Key = keyof typeof KEYS;

/**
 * `id` is the recorder's number of an element; 0 is the window, for `scroll`. Places are CSS pixels in the visitor's
 * window.
 */
export type ControlAction =
  | { readonly kind: "point"; readonly x: number; readonly y: number }
  | { readonly kind: "click" | "scroll"; readonly id: number; readonly x: number; readonly y: number }
  | { readonly kind: "text"; readonly id: number; readonly text: string }
  | { readonly kind: "key"; readonly id: number; readonly key: Key };

const FIELDS: Readonly<Record<ControlAction["kind"], readonly string[]>> = {
  point: ["x", "y"],
  click: ["id", "x", "y"],
  scroll: ["id", "x", "y"],
  text: ["id", "text"],
  key: ["id", "key"],
};

/** Reads an action; `null` when it is unknown or has the wrong shape. */
export function parseAction(value: unknown): ControlAction | null {
  const action = isObject(value) ? value : {};
  const kind = String(action["kind"]);
  const known = Object.hasOwn(FIELDS, kind) ? FIELDS[kind as ControlAction["kind"]] : null;
  return known?.every((name) => isGood(name, action[name])) ? (action as ControlAction) : null;
}

function isGood(name: string, value: unknown): boolean {
  if (name === "text") return typeof value === "string" && value.length <= MAX_TEXT;
  if (name === "key") return isKey(value);
  if (name === "id") return Number.isSafeInteger(value) && Number(value) >= 0;
  return typeof value === "number" && Math.abs(value) <= FAR;
}

/** Whether a value names one of the keys. */
export function isKey(value: unknown): value is Key {
  return typeof value === "string" && Object.hasOwn(KEYS, value);
}
