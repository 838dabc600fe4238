/** What style sheets say about attributes. */

const ATTRIBUTE_SELECTOR = /\[\s*([\w-]+)\s*(?:([~|^$*]?)=\s*(?:"([^"]*)"|'([^']*)'|([^\]\s]+)))?/g;

/**
 * The attributes by which style sheets choose elements. An attribute that is neither seen nor chosen by is nobody's
 * business: `data-customer-number` stays at home, `data-theme` goes along.
 */
export class AttributeMentions {
  readonly #values = new Map<string, Set<string>>();

  /** Learns from a style sheet; `true` when there was something new in it. */
  learn(css: string): boolean {
    let news = false;
    for (const [, name = "", operator, double, single, bare] of css.matchAll(ATTRIBUTE_SELECTOR)) {
      const key = name.toLowerCase();
      const known = this.#values.get(key) ?? new Set();
      // Only a whole value, or one word of several, can be told without telling more than the style sheet says.
      const value = operator === "" || operator === "~" ? (double ?? single ?? bare ?? null) : null;
      news ||= !this.#values.has(key) || (value !== null && !known.has(value));
      if (value !== null) known.add(value);
      this.#values.set(key, known);
    }
    return news;
  }

  /** What may be sent of an attribute: its value where a style sheet names it, else only that it is there. */
  allowed(name: string, value: string): string | null {
    const known = this.#values.get(name.toLowerCase());
    if (!known) return null;
    return value
      .split(/\s+/)
      .filter((word) => known.has(word))
      .join(" ");
  }
}
