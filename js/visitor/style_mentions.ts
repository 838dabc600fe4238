/** What style sheets say about attributes: by what they choose elements, and which ones they show. */

import { parsed, type Rule } from "./style_rules";
import { HIDING } from "./visibility";

const ATTRIBUTE =
  /\[\s*([\w-]+)\s*(?:([~|^$*]?)=\s*(?:"((?:\\.|[^"])*)"|'((?:\\.|[^'])*)'|([^\]\s]+))[^\]]*)?\]/g;
/** Classes, ids and elements of the page's own kind; strings, brackets and what pseudo-classes count by are passed over. */
const NAMES =
  /\[(?:"(?:\\.|[^"])*"|'(?:\\.|[^'])*'|[^\]])*\]|:(?:lang\([^)]*|[\w-]+)|([.#])(?!\d)((?:[\w-]|[\u0080-\uffff]|\\[0-9a-f]{1,6}\s?|\\[\s\S])+)|(?<![\w-])([a-z]\w*-(?!\d)[\w-]+)/gi;
/** Names that pseudo-classes and pseudo-elements are given, of things that a copy does not have. */
const GIVEN = /(:(?:part|highlight|state|(?:active-)?view-transition[\w-]*)\()[^)]*/g;
const PSEUDO_ELEMENT =
  /(^|[\s>+~,(])?(?:::[\w-]+(?:\([^)]*\))?|:(?:before|after|first-letter|first-line)\b)+/g;
const GENERATED = /::?(?:before|after|marker)\b/g;
/** Rules that hold other rules, and say when these count. */
const GROUP = /^@(?:media|supports|layer|container|scope|starting-style|document)\b/;

/** Style texts that are remembered, so that the next snapshot need not take them apart again. */
const MEMORY = 2000;

/** Whether what begins a rule holds a selector. */
export function isChoice(prelude: string): boolean {
  return !prelude.startsWith("@") || /^@scope|selector\(/.test(prelude);
}

/** Where a declaration stands. */
export interface Place {
  /** Chooses the elements, pseudo-elements left out; `null` where nothing is chosen, as in key frames. */
  readonly selector: string | null;
  readonly media: readonly string[];
  /** The pseudo-elements that it is for, of those that show text of their own; none for elements themselves. */
  readonly pseudos: readonly string[];
}

export const OUTERMOST: Place = { selector: null, media: [], pseudos: [] };

/** The place of what is inside a rule. */
export function placeIn(prelude: string, outer: Place): Place {
  const media = /^@media\s+([\s\S]*)$/.exec(prelude)?.[1];
  if (media) return { ...outer, media: [...outer.media, media] };
  const condition = /^@supports\s+([\s\S]*)$/.exec(prelude)?.[1];
  if (condition && !CSS.supports?.(condition)) return { ...outer, media: ["not all"] };
  if (GROUP.test(prelude)) return outer;
  if (prelude.startsWith("@")) return { ...outer, selector: null };
  // The host of a shadow tree is not in it: whatever is styled there counts as styled somewhere in the tree.
  const own = /:host|::slotted/.test(prelude)
    ? "*"
    : prelude.replace(PSEUDO_ELEMENT, (_whole, before?: string) =>
        before === undefined ? "" : `${before}*`,
      );
  const parent = outer.selector === null ? "" : `:is(${outer.selector})`;
  const inner = own.includes("&") ? own.replaceAll("&", parent) : `${parent} :is(${own})`;
  const pseudos = prelude.match(GENERATED) ?? outer.pseudos;
  return { ...outer, selector: parent ? inner : own, pseudos };
}

/** What a style sheet has said that none before it did. */
export interface News {
  readonly classes: string[];
  readonly ids: string[];
  /** Attributes, and custom properties, that count from now on. */
  readonly names: string[];
}

/**
 * The attributes by which style sheets choose elements. What is neither seen nor chosen by is nobody's business:
 * `data-customer-number` and a class that no rule names stay at home, `data-theme` goes along.
 */
export class StyleMentions {
  /** Attributes and custom properties that `content` shows, with the places that do. */
  readonly shown = new Map<string, Place[]>();
  /** Custom properties that are used. */
  readonly used = new Set<string>();
  /** Selectors of rules that may hide text. */
  readonly hiding = new Set<string>();
  readonly #classes = new Set<string>();
  readonly #ids = new Set<string>();
  readonly #aliases = new Map<string, string>();
  /** Values by attribute and operator. */
  readonly #values = new Map<string, Map<string, Set<string>>>();
  readonly #known = new Map<string, (Rule | string)[]>();

  /** Learns from a style text. */
  learn(css: string): News {
    const news: News = { classes: [], ids: [], names: [] };
    if (this.#known.has(css)) return news;
    this.#body(this.rules(css), OUTERMOST, news);
    return news;
  }

  /** A style text taken apart; each is read once. */
  rules(css: string): (Rule | string)[] {
    const known = this.#known.get(css);
    if (known) return known;
    const rules = parsed(css);
    if (this.#known.size > MEMORY) this.#known.clear();
    this.#known.set(css, rules);
    return rules;
  }

  /** What may be sent of an attribute: its value where a style sheet names it, else what makes the sheet choose it. */
  allowed(name: string, value: string): string | null {
    const known = this.#values.get(name);
    if (!known) return null;
    if (known.get("")?.has(value)) return value;
    const fitting = (operator: string) =>
      [...(known.get(operator) ?? [])]
        .filter((part) => fits(operator, part, value))
        .sort((a, b) => b.length - a.length);
    const [start = fitting("|")[0] ?? ""] = fitting("^");
    return [start, ...fitting("~"), ...fitting("*"), fitting("$")[0] ?? ""].filter(Boolean).join(" ");
  }

  /** The names of a `class` attribute that style sheets choose by. */
  classes(value: string): string {
    const names = value
      .split(/\s+/)
      .filter((name) => this.#classes.has(name))
      .map((name) => this.alias(`.${name}`));
    const chosen = this.allowed("class", value);
    return chosen && !names.includes(chosen) ? joined(chosen, names, value) : names.join(" ");
  }

  /** A selector in which classes, ids and the page's own elements are called by other names; those of parts, states and the like go. */
  nameless(selector: string): string {
    return selector
      .replace(NAMES, (whole, kind?: string, name = "", tag?: string) =>
        kind ? kind + this.alias(kind + unescaped(name)) : tag ? this.tag(tag) : whole,
      )
      .replace(GIVEN, "$1x");
  }

  /** Whether a style sheet chooses by an id. */
  id(value: string): boolean {
    return this.#ids.has(value) || this.#values.get("id")?.get("")?.has(value) === true;
  }

  /**
   * What stands for a name by which parts of the page refer to each other: the reference counts, the name does not. Custom
   * properties that are used keep theirs.
   */
  alias(name: string): string {
    if (this.used.has(name)) return name;
    const known = this.#aliases.get(name) ?? `${name.startsWith("--") ? "--" : ""}n${this.#aliases.size + 1}`;
    this.#aliases.set(name, known);
    return known;
  }

  /** The name of an element of the page's own kind. */
  tag(name: string): string {
    return `x-${this.alias(`<${name}`)}`;
  }

  #body(body: readonly (Rule | string)[], place: Place, news: News): void {
    let hides = false;
    for (const part of body) {
      if (typeof part === "string") {
        hides ||= HIDING.test(part);
        this.#declaration(part, place, news);
      } else {
        if (isChoice(part.prelude)) this.#prelude(part.prelude, news);
        this.#body(part.body, placeIn(part.prelude, place), news);
      }
    }
    if (hides && place.selector !== null) this.hiding.add(place.selector);
  }

  #declaration(text: string, place: Place, news: News): void {
    if (!text.includes("(")) return;
    for (const [, name = ""] of text.matchAll(/var\(\s*(--[^\s,)]+)/g)) {
      if (this.used.has(name)) continue;
      this.used.add(name);
      news.names.push(name);
    }
    if (!/^content\s*:/i.test(text)) return;
    for (const [, name = ""] of text.matchAll(/(?:attr|var)\(\s*([\w-]+)/g)) {
      const places = this.shown.get(name);
      if (places) places.push(place);
      else this.shown.set(name, [place]);
      news.names.push(name);
    }
  }

  #prelude(selector: string, news: News): void {
    for (const [, kind, escaped = ""] of selector.matchAll(NAMES)) {
      if (!kind) continue;
      const name = unescaped(escaped);
      const known = kind === "." ? this.#classes : this.#ids;
      if (known.has(name)) continue;
      known.add(name);
      (kind === "." ? news.classes : news.ids).push(name);
    }
    if (selector.includes("[")) this.#attributes(selector, news);
  }

  #attributes(selector: string, news: News): void {
    for (const [, name = "", operator = "", double, single, bare] of selector.matchAll(ATTRIBUTE)) {
      const key = name.toLowerCase();
      const operators = this.#values.get(key) ?? new Map<string, Set<string>>();
      const value = double ?? single ?? bare;
      const values = operators.get(operator) ?? new Set();
      if (!this.#values.has(key) || (value !== undefined && !values.has(value))) news.names.push(key);
      if (value !== undefined) operators.set(operator, values.add(unescaped(value)));
      this.#values.set(key, operators);
    }
  }
}

/** Whether a value is chosen by an operator of attribute selectors. */
function fits(operator: string, part: string, value: string): boolean {
  if (part === "") return false;
  if (operator === "^") return value.startsWith(part);
  if (operator === "$") return value.endsWith(part);
  if (operator === "*") return value.includes(part);
  if (operator === "|") return value === part || value.startsWith(`${part}-`);
  return value.split(/\s+/).includes(part);
}

/** Names with the parts around them by which `[class^=…]` and its like choose. */
function joined(chosen: string, names: readonly string[], value: string): string {
  return value.startsWith(chosen) ? [chosen, ...names].join(" ") : [...names, chosen].join(" ");
}

export function unescaped(name: string): string {
  if (!name.includes("\\")) return name;
  return name.replace(/\\(?:([0-9a-f]{1,6})\s?|([\s\S]))/gi, (_whole, code, letter) =>
    code ? String.fromCodePoint(Math.min(Number.parseInt(code, 16), 0x10ffff)) : letter,
  );
}
