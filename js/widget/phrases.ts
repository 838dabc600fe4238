/**
 * What the widget says. English is built in; Python tells the phrases of other languages, and the user's own. What Python
 * says by itself (states, errors, hints) comes in English, and is said here in the reader's language.
 */
import { widget as english } from "../../glance_widget/phrases/en.json";
import { chooseLanguage } from "./language";

/** The name of a phrase. */
export type PhraseName = keyof typeof english;

/** What Python tells of one language. */
export interface Told {
  readonly direction: "ltr" | "rtl";
  /** What the front end says by itself, by name. */
  readonly widget: ReadonlyMap<string, string>;
  /** What Python says, by its English sentence. */
  readonly kernel: ReadonlyMap<string, string>;
}

type Values = Readonly<Record<string, string>>;

/** A sentence of Python's with values in it, and how it is said. */
interface Pattern {
  readonly form: RegExp;
  readonly names: readonly string[];
  readonly text: string;
  readonly fixed: number;
}

const PLACEHOLDER = /\{(\w+)\}/g;
const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/;

/** The phrases of one language. */
export class Phrases {
  /** The tag that numbers and times follow, such as `de-AT`. */
  readonly lang: string;
  readonly dir: "ltr" | "rtl";
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
    return this.#fill(this.#told?.widget.get(name) ?? english[name], values);
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
      return this.#fill(
        text,
        Object.fromEntries(names.map((name, at) => [name, this.translate(found[at + 1] ?? "")])),
      );
    }
    return sentence;
  }

  #fill(text: string, values: Values): string {
    return text.replace(PLACEHOLDER, (whole, name: string) => {
      const value = values[name];
      return value === undefined ? whole : this.#isolated(value);
    });
  }

  /** Keeps a value from turning the direction of the sentence around it, where both may differ. */
  #isolated(value: string): string {
    const differs = this.dir === "rtl" || RIGHT_TO_LEFT.test(value);
    return value && differs ? `\u2068${value}\u2069` : value;
  }
}

/** The phrases for the property `language`, out of those that Python tells, by language tag. */
export function phrasesFor(language: string, told: ReadonlyMap<string, Told>): Phrases {
  const { wanted, found } = chooseLanguage(language, [...told.keys()]);
  return new Phrases(wanted, told.get(found));
}

function patternOf([sentence, text]: readonly [string, string]): Pattern[] {
  const parts = sentence.split(PLACEHOLDER);
  const names = parts.filter((_, at) => at % 2 === 1);
  if (names.length === 0) return [];
  const fixed = parts.filter((_, at) => at % 2 === 0);
  const form = new RegExp(`^${fixed.map(escaped).join("(.*)")}$`, "s");
  return [{ form, names, text, fixed: fixed.join("").length }];
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
