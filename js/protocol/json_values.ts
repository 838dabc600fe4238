/** JSON from outside: taken apart with types. Nothing here throws; what does not fit is `null`. */

/** A JSON object whose fields are not known yet. */
export type JsonObject = Record<string, unknown>;

/** Whether a value is a JSON object (and no array). */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Reads a JSON object out of a socket frame or a response; `null` when it is none. */
export function parseObject(text: unknown): JsonObject | null {
  if (typeof text !== "string") return null;
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

/** The value as text, cut at `limit` characters; `null` when it is no text. */
export function textOf(value: unknown, limit = 1024): string | null {
  return typeof value === "string" ? value.slice(0, limit) : null;
}

/** The value as a finite number; `null` when it is none. */
export function numberOf(value: unknown): number | null {
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}
