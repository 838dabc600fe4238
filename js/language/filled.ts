/** Phrases with values in them. */

/** Values by the name that stands in braces. */
export type Values = Readonly<Record<string, string>>;

/** Where lines begin. */
export type Direction = "ltr" | "rtl";

const PLACEHOLDER = /\{(\w+)\}/g;
const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/;

/** The parts of a text: what is fixed and the names of what is not, in turn. */
export function partsOf(text: string): string[] {
  return text.split(PLACEHOLDER);
}

/** A text with values in place of what stands in braces. */
export function filled(text: string, values: Values, direction: Direction): string {
  return text.replace(PLACEHOLDER, (whole, name: string) => {
    const value = values[name];
    return value === undefined ? whole : isolated(value, direction);
  });
}

/** Keeps a value from turning the direction of the sentence around it, where both may differ. */
function isolated(value: string, direction: Direction): string {
  const differs = direction === "rtl" || RIGHT_TO_LEFT.test(value);
  return value && differs ? `\u2068${value}\u2069` : value;
}
