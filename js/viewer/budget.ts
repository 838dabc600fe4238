/** How much one page may cost the agent's browser. */

/** Elements inside each other: the replayer and the browser's layout go down by recursion. */
export const MAX_DEPTH = 400;

const LIMITS = {
  nodes: 150_000,
  /** Characters of texts, attributes and style sheets. */
  characters: 24_000_000,
  /** Of these, characters of texts that come with the page: a million take a browser a third of a second to lay out. */
  texts: 4_000_000,
  /** Rules of style sheets. */
  rules: 60_000,
  frames: 100,
  canvases: 400,
  /** Steps that the replayer goes through when texts are put between others. */
  steps: 20_000_000,
  /** Adopted style sheets, and selected ranges. */
  sheets: 5000,
} as const;

/** The page is larger than a page may be; nothing more of it is shown. */
export class TooLarge extends Error {}

/** Counts what one page has cost since its fresh start. */
export class Budget {
  /** Parts of drawings that show other parts: they may not be shown again. */
  readonly nested = new Set<string>();
  readonly #spent = new Map<keyof typeof LIMITS, number>();

  /** Notes a cost. @throws TooLarge above the limit. */
  spend(what: keyof typeof LIMITS, amount: number): void {
    const spent = (this.#spent.get(what) ?? 0) + amount;
    if (spent > LIMITS[what]) throw new TooLarge(what);
    this.#spent.set(what, spent);
  }

  /** What was spent on something that comes and goes is what is there now. */
  correct(what: keyof typeof LIMITS, amount: number, count: () => number): void {
    if ((this.#spent.get(what) ?? 0) + amount > LIMITS[what]) this.#spent.set(what, count());
  }
}
