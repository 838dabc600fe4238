/**
 * What the viewer says. English is built in; the service writes the phrases of another language into the page, whose
 * language they are: one page, one language.
 */
import { viewer as english } from "../../glance_widget/phrases/en.json";
import { type Direction, filled, type Values } from "../language/filled";
import { inWords } from "../language/time_words";
import { isObject, textOf } from "../protocol/json_values";

/** The name of a phrase. */
export type PhraseName = keyof typeof english;

let phrases: Readonly<Record<string, unknown>> = {};
let language = "en";
let direction: Direction = "ltr";

/** Takes the page's language, and its phrases out of the settings. To be called before anything is said. */
export function speak(given: unknown, root: HTMLElement): void {
  phrases = isObject(given) ? given : {};
  language = root.lang || "en";
  direction = root.dir === "rtl" ? "rtl" : "ltr";
}

/** A phrase with values in place of what stands in braces. */
export function say(name: PhraseName, values: Values = {}): string {
  return filled(textOf(phrases[name]) || english[name], values, direction);
}

/** The language tag that numbers and times follow. */
export function spoken(): string {
  return language;
}

/** So many seconds, such as `20 seconds`. */
export function secondsInWords(count: number): string {
  return inWords({ count, unit: "second" }, language, "long");
}
