/** What of the page may be shown: for each element, what it inherits from those around it and what it adds. */
import { CLOSELY, HIDDEN, MARKED, type Policy, VEILED } from "./privacy_policy";
import { concealment, HIDING } from "./visibility";

/** Flags of an element of which nothing is known. */
export const NOTHING = MARKED | HIDDEN;

/** Whether text and pictures directly in an element reach the eye. */
export function isSeen(flags: number): boolean {
  return (flags & (HIDDEN | VEILED)) === 0;
}

/** The element around a node: out of shadow roots, out of frames. */
export function outer(node: Node): Element | null {
  const { parentNode } = node;
  if (parentNode?.nodeType === 1) return parentNode as Element;
  if (parentNode?.nodeType === 11) return (parentNode as Partial<ShadowRoot>).host ?? null;
  // A document: of a frame of this page, or the page's own.
  const view = (parentNode ?? node).nodeType === 9 ? ((parentNode ?? node) as Document).defaultView : null;
  return view?.frameElement ?? null;
}

/** What may be hidden in its own words. */
const STYLED = "[style],[hidden]";

/** Elements that scroll though no style sheet says so. */
const SCROLLERS = new Set("html body textarea input select dialog".split(" "));

function hidesItself(element: Element): boolean {
  return element.hasAttribute("hidden") || HIDING.test(element.getAttribute("style") ?? "");
}

export class Exposure {
  readonly #policy: Policy;
  /** Selector of what style sheets may hide in ways that leave a box. */
  #hiding = "";
  #count = 0;
  /** The elements that it chooses; `null` when they have not been looked for. */
  #suspects: Set<Element> | null = null;
  /** The elements that the marks choose, likewise. */
  #marked: Set<Element> | null = null;
  /** The elements that scripts and styles move at present. */
  #moving = new Set<unknown>();
  /** What was found out since the page could last have changed. */
  #flags = new Map<Element, number>();

  constructor(policy: Policy) {
    this.#policy = policy;
  }

  /** The page, which consists of these trees, may have changed. */
  begin(hiding: ReadonlySet<string>, roots: Iterable<DocumentOrShadowRoot>): void {
    this.#moving = new Set([...roots].flatMap((root) => root.getAnimations?.().map(targetOf)));
    this.#flags = new Map();
    this.#suspects = null;
    this.#marked = null;
    if (hiding.size === this.#count) return;
    this.#count = hiding.size;
    this.#hiding = [...hiding].filter(isSelector).join(",");
  }

  /** Looks for all that is special in these trees at once, before every element is asked for. */
  gather(roots: Iterable<ParentNode>): void {
    this.#suspects = new Set();
    this.#marked = new Set();
    for (const root of roots) {
      if (this.#hiding)
        for (const element of root.querySelectorAll(this.#hiding)) this.#suspects.add(element);
      for (const element of root.querySelectorAll(STYLED))
        if (hidesItself(element)) this.#suspects.add(element);
      for (const element of root.querySelectorAll(this.#policy.any)) this.#marked.add(element);
    }
  }

  /** Whether an element of a snapshot may be scrolled. Each question how far takes a layout, and most cannot be. */
  mayScroll(element: Element): boolean {
    return (
      this.#suspects !== null &&
      (this.#suspects.has(element) || SCROLLERS.has(element.localName) || element.hasAttribute("popover"))
    );
  }

  /** The flags of an element, wherever it is. */
  of(element: Element | null): number {
    if (!element) return this.#policy.page ? MARKED : 0;
    return this.#flags.get(element) ?? this.within(this.of(outer(element)), element);
  }

  /** The flags of an element in a parent whose flags are known. */
  within(parent: number, element: Element): number {
    const known = this.#flags.get(element);
    if (known !== undefined) return known;
    let flags = parent & ~VEILED;
    if (!this.#marked || this.#marked.has(element) || this.#policy.names(element))
      flags |= this.#policy.marks(element);
    if ((flags & HIDDEN) === 0)
      flags |= concealment(element, (flags & CLOSELY) !== 0 || this.#isSuspect(element));
    this.#flags.set(element, flags);
    return flags;
  }

  /** Whether an element is seen and not masked. */
  isOpen(element: Element): boolean {
    const flags = this.of(element);
    return isSeen(flags) && !this.#policy.covers(flags);
  }

  #isSuspect(element: Element): boolean {
    if (this.#moving.has(element)) return true;
    if (this.#suspects) return this.#suspects.has(element);
    return hidesItself(element) || (this.#hiding !== "" && element.matches(this.#hiding));
  }
}

function targetOf({ effect }: Animation): Element | null | undefined {
  return (effect as KeyframeEffect | null)?.target;
}

const selectors = new Map<string, boolean>();

/** Whether the browser understands a selector: style sheets hold some for other browsers. */
export function isSelector(text: string): boolean {
  let known = selectors.get(text);
  if (known === undefined) {
    try {
      document.createDocumentFragment().querySelector(text);
      known = true;
    } catch {
      known = false;
    }
    selectors.set(text, known);
  }
  return known;
}
