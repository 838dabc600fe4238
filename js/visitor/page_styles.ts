/** Style text on its way out: without addresses, and with no words in it that the page does not show. */
import { NO_RESOURCE, withoutAddresses } from "../protocol/css_text";
import { type Exposure, isSeen, isSelector } from "./exposure";
import { isGenerated } from "./generated";
import { maskedValue } from "./masked_text";
import type { Policy } from "./privacy_policy";
import { cleanAddress, GREY, isFont, type Resources } from "./resources";
import { isChoice, OUTERMOST, type Place, placeIn, type StyleMentions } from "./style_mentions";
import { families, namelessRule, namelessValue, STRING } from "./style_names";
import { NOTHING, printed, type Rule } from "./style_rules";

/** Who sees what a declaration shows. */
export type Sight = "open" | "covered" | "none";

/** Who sees the elements that a declaration is for, or, of a text that is generated, that text. */
type Judge = (text?: string) => Sight;

/** Properties whose strings are names, which are never shown. */
const NAMES = /^(?:font|grid|src$|syntax$)/;
/** Properties whose strings are read. */
const WORDS = /^(?:--|content|list-style)/;
/** Rules that a copy has use for. */
const KNOWN = /^@(?:-webkit-k|[fklms]|p[or]|co[nu])/;
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
  /** Who saw it last. */
  readonly #sights = new Map<string, Sight>();
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
      (text) => (isDeclaration(text) ? this.declaration(text, (shown) => (shown ? "none" : sight)) : ""),
      () => "",
    );
  }

  /** One declaration; empty when nothing of it may be sent. */
  declaration(text: string, sight: Judge): string {
    if (text.startsWith("@")) return this.#named(text);
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

  #named(prelude: string): string {
    return namelessRule(prelude, (word) => this.mentions.alias(word));
  }

  /** The value of a property. */
  value(property: string, value: string, sight: Judge): string {
    let result = value;
    if (/["']/.test(result) && !NAMES.test(property)) {
      // Elsewhere a string is an address.
      const shown = this.#reader(property, sight);
      // What no text shows of a custom property may be the name of a font.
      const unseen = (whole: string) =>
        property.startsWith("--") ? families(whole, (word) => this.mentions.alias(word)) : '""';
      result = result.replace(STRING, (whole) =>
        /^url\(/i.test(whole) ? whole : (string(whole, shown) ?? unseen(whole)),
      );
    }
    return withoutAddresses(
      result,
      (url) => this.#address(url, sight),
      (name) => this.mentions.alias(`#${name}`),
    );
  }

  /** Who sees the strings in a property: custom ones are seen where something shows them. */
  #reader(property: string, sight: Judge): Judge {
    if (!WORDS.test(property)) return () => "none";
    if (!property.startsWith("--")) return property === "content" ? sight : () => sight();
    return (text) => this.#judged(this.mentions.shown.get(property) ?? [], document, text);
  }

  #sightOf(flags: number): Sight {
    if (!isSeen(flags)) return "none";
    return this.#policy.covers(flags) ? "covered" : "open";
  }

  #address(url: string, sight: Judge): string | null {
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
    return printed(
      body,
      (text) => this.declaration(text, (shown) => this.#judged([place], root, shown)),
      ({ prelude, body: inside }) => {
        if (prelude.startsWith("@") && !KNOWN.test(prelude)) return NOTHING;
        const head = isChoice(prelude) ? this.#prelude(prelude, root) : this.#named(prelude);
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
      return this.#sleeps(whole, () => isSelector(whole) && root.querySelector(whole) !== null)
        ? "[x-none]"
        : whole;
    });
  }

  /** Whether a style sheet shows the value of an attribute, or this is waited for. */
  showsAttribute(element: Element, name: string, value: string): boolean {
    const places = this.mentions.shown.get(name);
    const shows = (place: Place) =>
      isIn(place) && matches(element, place) && isGenerated(element, place, value);
    return places !== undefined && !this.#sleeps(`${name} ${value}`, () => places.some(shows));
  }

  #judged(places: readonly Place[], root: ParentNode, text?: string): Sight {
    const key = `${places.map(({ selector, media }) => `${selector} ${media}`)} ${text}`;
    const sleeps = this.#sleeps(key, () => {
      let sight: Sight = "none";
      for (const place of places) if (sight !== "open") sight = this.#look(place, root, text, sight);
      if (sight !== "none") this.#sights.set(key, sight);
      return sight !== "none";
    });
    return (!sleeps && this.#sights.get(key)) || "none";
  }

  /** Whether nothing shows this yet. What was shown once has been sent, and is not taken back. */
  #sleeps(key: string, shows: () => boolean): boolean {
    if (shows()) return false;
    if (this.#shown.has(key)) return false;
    if (this.#dormant.size < MAX_DORMANT) this.#dormant.set(key, shows);
    return true;
  }

  #look(place: Place, root: ParentNode, text: string | undefined, least: Sight): Sight {
    const { selector } = place;
    if (selector === null || !isSelector(selector) || !isIn(place)) return least;
    let sight = least;
    let rest = JUDGED;
    const { host } = root as Partial<ShadowRoot>;
    const around = host && selector === "*" ? [host, ...host.children] : [];
    for (const element of [...around, ...root.querySelectorAll(selector)]) {
      const seen = this.#sightOf(this.#exposure.of(element));
      if (seen !== "none" && (text === undefined || isGenerated(element, place, text))) {
        if (seen === "open") return seen;
        sight = seen;
      }
      if (--rest === 0) break;
    }
    return sight;
  }
}

/** Whether a rule counts in this window. */
function isIn({ media }: Place): boolean {
  return media.every((query) => matchMedia(query).matches);
}

function matches(element: Element, { selector }: Place): boolean {
  return selector !== null && isSelector(selector) && element.matches(selector);
}

/** Whether the browser understands a declaration: what it does not, an element may still carry. */
function isDeclaration(text: string): boolean {
  const [name = "", ...value] = text.replace(/!\s*important\s*$/i, "").split(":");
  return !CSS.supports || name.trim().startsWith("--") || CSS.supports(name.trim(), value.join(":").trim());
}

/** A string that text or pictures are made of; `null` when nobody sees it. One or two characters are a symbol: a bullet, an icon of a font. */
function string(quoted: string, sight: Judge): string | null {
  const inner = quoted.slice(1, -1);
  if ([...inner.replace(/\\(?:[0-9a-f]{1,6}\s?|[\s\S])/gi, "x")].length <= 2) return quoted;
  const seen = sight(inner);
  if (seen === "open") return quoted;
  return seen === "covered" ? `"${maskedValue(inner)}"` : null;
}
