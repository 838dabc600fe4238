/** Single values of a forged event: each comes out as what it says it is, or not at all. */

export type Fields = Record<string, unknown>;

/** The largest number that the recorder gives to a node. */
const MAX_ID = 2 ** 31;
/** Pixels from the corner of a page, in any direction. */
const MAX_PLACE = 1e7;
/** Sides of a visitor's window. */
const MAX_WINDOW = 16_384;

/** The fields of a value: its own, and none of what it may have inherited. */
export function fieldsOf(value: unknown): Fields | null {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : null;
}

export function idOf(value: unknown): number | null {
  return Number.isInteger(value) && Number(value) > 0 && Number(value) < MAX_ID ? Number(value) : null;
}

export function placeOf(value: unknown): number | null {
  return typeof value === "number" && Math.abs(value) <= MAX_PLACE ? value : null;
}

export function windowSide(value: unknown): number | null {
  return typeof value === "number" && value >= 0 && value <= MAX_WINDOW ? value : null;
}

/** A place in a list. */
export function countOf(value: unknown): number | null {
  return Number.isInteger(value) && Number(value) >= 0 && Number(value) < MAX_ID ? Number(value) : null;
}

/** The objects of a list; a missing list has none. */
export function objectsOf(value: unknown, limit = 200_000): Fields[] {
  if (!Array.isArray(value) || value.length > limit) return [];
  return value.map(fieldsOf).filter((fields) => fields !== null);
}

/** The values of a list for which there is something. */
export function kept<In, Out>(values: readonly In[], read: (value: In) => Out | null): Out[] {
  return values.map(read).filter((value) => value !== null);
}
