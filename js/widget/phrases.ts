/**
 * What the widget says. English is built in; Python tells the phrases of other languages, and the user's own. What Python
 * says by itself (states, errors, hints) comes in English, and is said here in the reader's language.
 */
import { widget as english } from "../../glance_widget/phrases/en.json";
import { type Direction, filled, partsOf, type Values } from "../language/filled";
import { chooseLanguage } from "./language";

/** The name of a phrase. */
export type PhraseName = keyof typeof english;

/** What Python tells of one language. */
export interface Told {
  readonly direction: Direction;
  /** What the front end says by itself, by name. */
  readonly widget: ReadonlyMap<string, string>;
  /** What Python says, by its English sentence. */
  readonly kernel: ReadonlyMap<string, string>;
}

/** A sentence of Python's with values in it, and how it is said. */
interface Pattern {
  readonly form: RegExp;
  readonly names: readonly string[];
  readonly text: string;
  readonly fixed: number;
}

/** The phrases of one language. */
export class Phrases {
  /** The tag that numbers and times follow, such as `de-AT`. */
  readonly lang: string;
  readonly dir: Direction;
  readonly #told: Told | undefined;
  readonly #patterns: readonly Pattern[];

  constructor(lang: string, told?: Told) {
    this.lang = lang;
    this.dir = told?.direction ?? "ltr";
    this.#told = told;
    this.#patterns = [...(told?.kernel ?? [])].flatMap(patternOf).sort((one, two) => two.fixed - one.fixed);
  }

  /** A phrase with values in place of what stands in braces. */
  say(name: PhraseName, values: Values = {}): string {
    return filled(this.#told?.widget.get(name) ?? english[name], values, this.dir);
  }

  /** A sentence about the visitor, by name where it is known. */
  sayOf(
    name: "state.online" | "state.offline" | "state.inviting" | "state.inSession",
    visitor: string,
  ): string {
    return visitor ? this.say(name, { visitor }) : this.say(`${name}.unnamed`);
  }

  /** A sentence of Python's in this language; as it is where there is no other. */
  translate(sentence: string): string {
    const exact = this.#told?.kernel.get(sentence);
    if (exact !== undefined) return exact;
    for (const { form, names, text } of this.#patterns) {
      const found = form.exec(sentence);
      if (!found) continue;
      // A value may be a part of a sentence itself: what a service did, for one.
      const values = names.map((name, at) => [name, this.translate(found[at + 1] ?? "")]);
      return filled(text, Object.fromEntries(values), this.dir);
    }
    return sentence;
  }
}

/** The phrases for the property `language`, out of those that Python tells, by language tag. */
export function phrasesFor(language: string, told: ReadonlyMap<string, Told>): Phrases {
  const { wanted, found } = chooseLanguage(language, [...told.keys()]);
  return new Phrases(wanted, told.get(found));
}

function patternOf([sentence, text]: readonly [string, string]): Pattern[] {
  const parts = partsOf(sentence);
  const names = parts.filter((_, at) => at % 2 === 1);
  if (names.length === 0) return [];
  const fixed = parts.filter((_, at) => at % 2 === 0);
  const form = new RegExp(`^${fixed.map(escaped).join("(.*)")}$`, "s");
  return [{ form, names, text, fixed: fixed.join("").length }];
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
