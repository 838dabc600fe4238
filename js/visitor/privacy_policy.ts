/** What of a page is masked: the mode, the marks in the page, and who they come from (wire sheet, section 6.7). */

/** From the most that is sent to the least. */
const MODES = ["open", "standard", "private"] as const;

/**
 * `private`: layout and masked text. `standard`: visible text and images, every form value masked. `open`: form values too.
 * In no mode: passwords, what is marked, and what the visitor does not see.
 */
export type Privacy = (typeof MODES)[number];

/** The mode that a word names; `null` when it names none. */
export function privacyOf(word: unknown): Privacy | null {
  return MODES.find((mode) => mode === word) ?? null;
}

/** The one of two modes that sends less. */
export function stricter(one: Privacy, other: Privacy): Privacy {
  return MODES.indexOf(one) > MODES.indexOf(other) ? one : other;
}

const MASK = '[glance_masked="true"],.glance_masked';
const UNMASK = '[glance_masked="false"],.glance_unmasked';
/** What people type into directly, and what they choose from. */
const FIELDS = 'select,datalist,textarea,[contenteditable]:not([contenteditable="false"])';

/** What an element inherits from those around it, as bits. */
export const MARKED = 1;
/** What the mode masks is shown. */
export const LIFTED = 2;
/** What is inside was typed or chosen. */
export const FIELD = 4;
/** Nothing inside is seen. */
export const HIDDEN = 8;
/** Its own text is not seen; what is inside decides for itself. Not inherited. */
export const VEILED = 16;
/** Part of a drawing that is only drawn where it is referred to. */
export const DEFINED = 32;
/** What is inside inherits what hides text, and is looked at closely too. */
export const CLOSELY = 64;
/** Scaled or turned: on the screen, what is inside has another size than the one that its style gives it. */
export const TURNED = 128;

/** What masks and unmasks, beside the mode. */
export interface Marks {
  readonly masked: readonly (string | Element)[];
  readonly unmasked: readonly (string | Element)[];
  /** The whole page is masked, whatever is unmasked in it. */
  readonly page: boolean;
}

export class Policy {
  readonly mode: Privacy;
  readonly page: boolean;
  /** Whether marks are more than words on the element itself, so that a change elsewhere may move them. */
  readonly moving: boolean;
  readonly #mask: string;
  readonly #unmask: string;
  /** Chooses every element that says something about masking. */
  readonly any: string;
  readonly #masked: ReadonlySet<unknown>;
  readonly #unmasked: ReadonlySet<unknown>;

  /** @throws SyntaxError when one of the selectors is none. */
  constructor(mode: Privacy, { masked, unmasked, page }: Marks) {
    this.mode = mode;
    this.page = page;
    this.#mask = selectorOf(MASK, masked);
    this.#unmask = selectorOf(UNMASK, unmasked);
    this.any = `${this.#mask},${this.#unmask},${FIELDS},iframe`;
    this.moving = this.#mask !== MASK || this.#unmask !== UNMASK;
    this.#masked = new Set(masked);
    this.#unmasked = new Set(unmasked);
  }

  /** The marks of an element itself. */
  marks(element: Element): number {
    let flags = 0;
    if (element.matches(this.any)) {
      if (element.matches(this.#mask)) flags |= MARKED;
      if (element.matches(this.#unmask)) flags |= LIFTED;
      const inner = (element as HTMLIFrameElement).contentDocument;
      if (inner ? inner.designMode === "on" : element.matches(FIELDS)) flags |= FIELD;
    }
    if (this.#masked.has(element)) flags |= MARKED;
    return this.#unmasked.has(element) ? flags | LIFTED : flags;
  }

  /** Whether an element was named itself, and not by a selector. */
  names(element: Element): boolean {
    return this.#masked.has(element) || this.#unmasked.has(element);
  }

  /** The marked elements of a tree, in an order that tells masks from unmasks. */
  marked(root: ParentNode): (Element | null)[] {
    return [...root.querySelectorAll(this.#mask), null, ...root.querySelectorAll(this.#unmask)];
  }

  /** Whether text and pictures are masked. */
  covers(flags: number): boolean {
    return (flags & MARKED) !== 0 || (this.mode === "private" && !(flags & LIFTED));
  }

  /** Whether what was typed or chosen is masked. */
  coversValues(flags: number): boolean {
    return (flags & MARKED) !== 0 || (this.mode !== "open" && !(flags & LIFTED));
  }

  /** Whether the text directly in an element is masked. */
  coversText(flags: number): boolean {
    return flags & FIELD ? this.coversValues(flags) : this.covers(flags);
  }
}

/** One selector of many. `@@[…]`, which limits a mask to attributes, is left out: the whole element is masked. */
function selectorOf(own: string, given: readonly (string | Element)[]): string {
  const selectors = given.flatMap((one) =>
    typeof one === "string" ? (one.split("@@")[0]?.trim() ?? "") : [],
  );
  // Each by itself: two halves of nonsense may be a selector together.
  for (const selector of selectors) document.createDocumentFragment().querySelector(selector);
  return [own, ...selectors].join(",");
}
