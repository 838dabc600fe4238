/** Style text on its way out: without addresses, and with no words in it that the page does not show. */
import { NO_RESOURCE, withoutAddresses } from "../protocol/css_text";
import { type Exposure, isSeen, isSelector } from "./exposure";
import { maskedValue } from "./masked_text";
import type { Policy } from "./privacy_policy";
import { cleanAddress, GREY, isFont, type Resources } from "./resources";
import { OUTERMOST, type Place, placeIn, type StyleMentions } from "./style_mentions";
import { namelessRule, namelessValue } from "./style_names";
import { printed, type Rule } from "./style_rules";

/** Who sees what a declaration shows. */
export type Sight = "open" | "covered" | "none";

const STRING = /url\(\s*(?:"[^"]*"|'[^']*'|[^)]*)\s*\)|"(?:\\[\s\S]|[^"\\])*"|'(?:\\[\s\S]|[^'\\])*'/gi;
/** Properties whose strings are names, which are never shown. */
const NAMES =
  /^(?:--.*(?:font|family)|font|grid|src$|animation|container|view-|will|transition|unicode|syntax$)/;
/** Properties whose strings are read. */
const WORDS = /^(?:--|content|list-style|text-|symbols|prefix|suffix)/;
/** Elements that one rule may be judged by. */
const JUDGED = 300;
/** Rules that wait for something to show what they say. */
const MAX_DORMANT = 500;

/** Attributes whose values are told in other words, or are everybody's. */
const COMMON = /^(?:class|id|type|dir|lang|role|disabled|readonly|checked|hidden|open|size|multiple|style)$/;
const ATTRIBUTE = /\[\s*([\w-]+)(?:\s*[~|^$*]?=\s*(?:"(?:\\.|[^"])*"|'(?:\\.|[^'])*'|[^\]\s]+)[^\]]*|\s*)\]/g;

export class PageStyles {
  readonly mentions: StyleMentions;
  readonly #exposure: Exposure;
  readonly #policy: Policy;
  readonly #resources: Resources;
  readonly #stale: () => void;
  /** What was not sent because nothing showed it; each says whether something does now. */
  #dormant = new Map<string, () => boolean>();
  readonly #shown = new Set<string>();
  /** Custom properties that were left out because nothing used them. */
  readonly #unused = new Set<string>();

  constructor(
    parts: { exposure: Exposure; policy: Policy; resources: Resources; mentions: StyleMentions },
    stale: () => void,
  ) {
    this.mentions = parts.mentions;
    this.#exposure = parts.exposure;
    this.#policy = parts.policy;
    this.#resources = parts.resources;
    this.#stale = stale;
  }

  startSnapshot(): void {
    this.#dormant = new Map();
  }

  /** Asks for a snapshot when something shows now what was not sent. */
  recheck(): void {
    for (const [key, shows] of this.#dormant) {
      if (!shows()) continue;
      this.#shown.add(key);
      this.#stale();
    }
  }

  /** Whether one of these names counts for something that was left out. */
  misses(names: readonly string[]): boolean {
    return names.some((name) => this.#unused.has(name));
  }

  /** The text of a sheet, or of a rule, that styles a tree. */
  sheet(css: string, root: ParentNode): string {
    return this.#body(this.mentions.rules(css), OUTERMOST, root);
  }

  /** The declarations of one element, or of a rule that nothing is known about. */
  inline(css: string, flags: number): string {
    const sight = this.#sightOf(flags);
    return printed(
      this.mentions.rules(css),
      (text) => (isDeclaration(text) ? this.declaration(text, () => sight) : ""),
      () => "",
    );
  }

  /** One declaration; empty when nothing of it may be sent. */
  declaration(text: string, sight: () => Sight): string {
    const colon = text.indexOf(":");
    const name = text.slice(0, Math.max(0, colon)).trim();
    if (name.startsWith("--") && !this.mentions.used.has(name)) {
      this.#unused.add(name);
      return "";
    }
    const { mentions } = this;
    const property = name.startsWith("--") ? name : name.toLowerCase();
    const value = namelessValue(property, text.slice(colon + 1), (word) => mentions.alias(word));
    return `${property}:${this.value(property, value, sight)}`;
  }

  /** The value of a property. */
  value(property: string, value: string, sight: () => Sight): string {
    let result = value;
    if (/["']/.test(result) && !NAMES.test(property)) {
      // Elsewhere a string is an address.
      const shown = WORDS.test(property) ? sight : () => "none" as const;
      result = result.replace(STRING, (whole) => (/^url\(/i.test(whole) ? whole : string(whole, shown)));
    }
    return withoutAddresses(
      result,
      (url) => this.#address(url, sight),
      (name) => this.mentions.alias(`#${name}`),
    );
  }

  #sightOf(flags: number): Sight {
    if (!isSeen(flags)) return "none";
    return this.#policy.covers(flags) ? "covered" : "open";
  }

  #address(url: string, sight: () => Sight): string | null {
    const load = () =>
      url.startsWith("data:")
        ? cleanAddress(url)
        : this.#resources.forSheet(url, (content) => content && this.#stale());
    if (isFont(url)) return load();
    const seen = sight();
    if (seen === "open") return load();
    return seen === "covered" ? GREY : NO_RESOURCE;
  }

  #body(body: readonly (Rule | string)[], place: Place, root: ParentNode): string {
    let sight: Sight | undefined;
    const judge = () => {
      sight ??= this.#judged(place, root);
      return sight;
    };
    return printed(
      body,
      (text) => this.declaration(text, judge),
      ({ prelude, body: inside }) => {
        // A custom property that is used keeps its name.
        const known = this.mentions.used.has(/^@property\s+(\S+)/.exec(prelude)?.[1] ?? "");
        const head = known
          ? prelude
          : prelude.startsWith("@")
            ? namelessRule(prelude, (word) => this.mentions.alias(word))
            : this.#prelude(prelude, root);
        return `${head}{${this.#body(inside, placeIn(prelude, place), root)}}`;
      },
    );
  }

  /** A selector without names, and without attributes that nothing has. */
  #prelude(selector: string, root: ParentNode): string {
    const named = this.mentions.nameless(selector);
    if (!selector.includes("[")) return named;
    return named.replace(ATTRIBUTE, (whole, name: string) => {
      if (COMMON.test(name)) return whole;
      const place = { selector: whole, media: [] };
      return this.#sleeps(place, () => isSelector(whole) && root.querySelector(whole) !== null)
        ? "[x-none]"
        : whole;
    });
  }

  #judged(place: Place, root: ParentNode): Sight {
    let sight: Sight = "none";
    const sleeps = this.#sleeps(place, () => {
      sight = this.#look(place, root);
      return sight !== "none";
    });
    if (sleeps || sight !== "none") return sight;
    return this.#policy.covers(0) ? "covered" : "open";
  }

  /** Whether nothing shows this yet. What was shown once has been sent, and is not taken back. */
  #sleeps({ selector, media }: Place, shows: () => boolean): boolean {
    const key = `${selector} ${media.join()}`;
    if (shows()) return false;
    if (this.#shown.has(key)) return false;
    if (this.#dormant.size < MAX_DORMANT) this.#dormant.set(key, shows);
    return true;
  }

  #look({ selector, media }: Place, root: ParentNode): Sight {
    if (selector === null || !isSelector(selector)) return "none";
    if (!media.every((query) => matchMedia(query).matches)) return "none";
    let sight: Sight = "none";
    let rest = JUDGED;
    for (const element of root.querySelectorAll(selector)) {
      const seen = this.#sightOf(this.#exposure.of(element));
      if (seen === "open") return seen;
      if (seen === "covered") sight = seen;
      if (--rest === 0) break;
    }
    return sight;
  }
}

/** Whether the browser understands a declaration: what it does not, an element may still carry. */
function isDeclaration(text: string): boolean {
  const [name = "", ...value] = text.replace(/!\s*important\s*$/i, "").split(":");
  return !CSS.supports || name.trim().startsWith("--") || CSS.supports(name.trim(), value.join(":").trim());
}

/** A string that text or pictures are made of. One or two characters are a symbol: a bullet, an icon of a font. */
function string(quoted: string, sight: () => Sight): string {
  const inner = quoted.slice(1, -1);
  if ([...inner.replace(/\\(?:[0-9a-f]{1,6}\s?|[\s\S])/gi, "x")].length <= 2) return quoted;
  const seen = sight();
  if (seen === "open") return quoted;
  return seen === "covered" ? `"${maskedValue(inner)}"` : '""';
}
