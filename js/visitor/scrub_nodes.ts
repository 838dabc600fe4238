/** The gate for the nodes of a page: each is reduced to what the eye gets of it, and to what masking leaves of that. */
import type { elementNode, serializedNodeWithId } from "@rrweb/types";
import { NODE } from "../protocol/recording";

import { BlockSizes } from "./block_sizes";
import { Exposure, isSeen, isSelector, NOTHING, outer } from "./exposure";

import { TextMask } from "./masked_text";
import { PageStyles } from "./page_styles";
import { PageTrees } from "./page_trees";
import { BOX, isListed, placed } from "./placeholders";
import { DEFINED, HIDDEN, LIFTED, MARKED, type Policy } from "./privacy_policy";
import type { Resources } from "./resources";
import { AttributeGate, type Kept } from "./scrub_attributes";
import { ImageGate } from "./scrub_images";
import { StyleMentions } from "./style_mentions";

/** What the gate needs to know about the page and the recorder. */
export interface ScrubSource {
  /** The live node of a recorded one. */
  node(id: number): Node | null;
  /** The number of a live node, -1 when it was not recorded. */
  id(node: Node): number;
  /** The element that holds this script's own dialog and bar. */
  readonly own: HTMLElement | null;
  readonly resources: Resources;
  readonly policy: Policy;
  /** A canvas is in the recording; its picture is sent apart. */
  canvas(id: number): void;
  /** What was held back until now. */
  release(change: Released): void;
  /** The page changed: what was not seen may be seen now. */
  changed(): void;
  /** What was sent is no longer what may be shown: a fresh snapshot is needed. */
  stale(): void;
}

export type Attributes = Record<string, string | number | true | null>;
type ElementNode = Extract<serializedNodeWithId, elementNode>;

export interface Released {
  readonly texts: { id: number; value: string }[];
  readonly attributes: { id: number; attributes: Record<string, string | null> }[];
}

/** Elements whose own text nobody reads: it is not shown, or only where they do not work. */
const MUTE = new Set(
  "script noscript template desc metadata canvas video audio iframe object select datalist progress meter".split(
    " ",
  ),
);
const BLANK = /^\s*$/;

export class NodeGate {
  readonly exposure: Exposure;
  readonly styles: PageStyles;
  readonly attributes: AttributeGate;
  readonly trees: PageTrees;
  /** Elements with something in them that was held back because nobody saw it. */
  readonly withheld = new Set<Element>();
  /** Popovers that were told to be open. */
  readonly popovers = new Set<Element>();
  /** Names of attributes that were sent of any element: the name of another may be data itself. */
  readonly sent = new Set<string>();
  readonly #source: ScrubSource;
  readonly #mentions = new StyleMentions();
  readonly #texts = new TextMask((id) => this.#mentions.id(id));
  readonly sizes = new BlockSizes();
  /** Marks that elements had when they were sent. */
  readonly #marks = new WeakMap<Element, number>();

  constructor(source: ScrubSource) {
    const { policy, resources } = source;
    this.#source = source;
    this.exposure = new Exposure(policy);
    this.trees = new PageTrees(source, this.#mentions);
    const images = new ImageGate(this, source);
    const parts = { exposure: this.exposure, policy, resources, mentions: this.#mentions };
    this.styles = new PageStyles(parts, () => source.stale());
    this.attributes = new AttributeGate({
      policy,
      styles: this.styles,
      texts: this.#texts,
      image: (element, name, value, flags) => images.kept(element, name, value, flags),
    });
  }

  /** The page may have changed since anything was asked. */
  begin(): void {
    this.exposure.begin(this.#mentions.hiding, this.trees.roots);
  }

  /** Everything of the page anew. */
  snapshot(node: serializedNodeWithId): void {
    this.#source.resources.startSnapshot();
    this.styles.startSnapshot();
    this.#texts.reset();
    this.withheld.clear();
    this.sizes.reset();
    this.popovers.clear();
    this.trees.reset();
    this.trees.learnFrom(node);
    this.begin();
    this.exposure.gather(this.trees.roots);
    this.node(node, null, this.exposure.of(null));
  }

  /** Reduces a recorded node, and what is in it, in place. */
  node(node: serializedNodeWithId, parent: Element | null, flags: number): void {
    if (node.type === NODE.text)
      node.textContent = this.text(node.textContent, parent, flags, this.#source.node(node.id));
    else if (node.type === NODE.comment || node.type === NODE.cdata) node.textContent = "";
    else if (node.type === NODE.element) this.#element(node, flags);
    else if (node.type === NODE.document)
      for (const child of node.childNodes) this.node(child, parent, flags);
  }

  #element(node: ElementNode, around: number): void {
    if (node.tagName.includes("-")) node.tagName = this.#mentions.tag(node.tagName);
    const live = this.#source.node(node.id) as Element | null;
    const flags = live ? this.exposure.within(around, live) : NOTHING;
    if (!live) node.attributes = {};
    else {
      if (!isSeen(flags) && !(around & HIDDEN)) this.withheld.add(live);
      const own = flags & (MARKED | LIFTED) ? this.#source.policy.marks(live) & (MARKED | LIFTED) : 0;
      if (own || this.#marks.has(live)) this.#marks.set(live, own);
      node.attributes = this.#recorded(live, node.attributes, flags);
      if (this.exposure.mayScroll(live)) scrolled(live, node.attributes);
      if (node.tagName === "canvas") this.#source.canvas(node.id);
      const { own: host } = this.#source;
      if (host && host.parentNode === live)
        node.childNodes = node.childNodes.filter(({ id }) => this.#source.node(id) !== host);
    }
    for (const child of node.childNodes) this.node(child, live, flags);
  }

  #recorded(live: Element, recorded: Attributes, flags: number): ElementNode["attributes"] {
    const result: ElementNode["attributes"] = {};
    if (live.localName === "img") recorded["src"] ??= "";
    for (const name of Object.keys(recorded)) {
      const value = recorded[name] ?? null;
      if (value === null || name === "style") continue;
      const kept = this.attribute(live, name, value, flags);
      if (kept !== undefined) result[name] = kept;
    }
    if ("popover" in recorded && this.popover(live)) result["rr_open_mode"] = "popover";
    const style = this.style(live, flags, String(recorded["style"] ?? ""));
    if (style) result["style"] = style;
    return result;
  }

  /** Whether a popover is open, which no attribute of its own says. */
  popover(live: Element): boolean {
    const open = isSelector(":popover-open") && live.matches(":popover-open");
    this.popovers[open ? "add" : "delete"](live);
    return open;
  }

  /** The whole style of an element as it may be sent; `null` when it has none. */
  style(live: Element, flags: number, own = live.getAttribute("style") ?? ""): string | null {
    const css = own && String(this.attribute(live, "style", own, flags) ?? "");
    const box = this.box(live, flags);
    return css && box ? `${css};${box}` : css || box || null;
  }

  /** The words in an element are others: the block around them is held at its size from now on. */
  reworded(parent: Element | null): void {
    let at = parent;
    while (at && this.#texts.isInline(at)) at = outer(at);
    if (at) this.sizes.hold(at);
  }

  /** One attribute as it may be sent. */
  attribute(live: Element, name: string, value: string | number | true, flags: number): Kept {
    const { localName } = live;
    if (localName === "style" || localName === "link") {
      if (name === "_cssText")
        return this.styles.sheet(String(value), live.getRootNode() as Document | ShadowRoot);
      if (name === "media") return value;
    }
    const kept = this.attributes.kept(live, name, value, flags);
    if (kept !== undefined) this.sent.add(name);
    return kept;
  }

  /** The style of what stands for something that is not shown. */
  box(live: Element, flags: number): string {
    switch (live.localName) {
      case "video":
      case "object":
      case "embed":
        return this.#standing(live, flags);
      case "iframe":
        return (live as HTMLIFrameElement).contentDocument ? "" : BOX;
      case "svg":
        return this.#source.policy.covers(flags) && isSeen(flags) && !outer(live)?.closest("svg") ? BOX : "";
      case "canvas":
        return this.#source.policy.covers(flags) ? BOX : "";
      default:
        return this.#pin(live, flags);
    }
  }

  /** What stands for a player or a plugin. An object that shows what is in it has no size of its own. */
  #standing(live: Element, flags: number): string {
    if (live.clientWidth > 0) return `${placed(live)}${BOX};${this.sizes.pin(live, flags)}`;
    this.sizes.hold(live);
    return placed(live);
  }

  /** Holds a block with other text in it than the visitor's, or of another kind, at its size. */
  #pin(live: Element, flags: number): string {
    const { localName } = live;
    const other =
      this.#source.policy.coversText(flags) || !isSeen(flags) || this.attributes.retyped(live, flags);
    if (flags & HIDDEN || !other) return "";
    if (this.#texts.isInline(live) || !(/^(?:select|input)$/.test(localName) || this.#hasWords(live)))
      return "";
    return this.sizes.pin(live, flags);
  }

  /** Whether there are words directly in an element, or in what is part of its lines. */
  #hasWords(live: Element): boolean {
    for (let node = live.firstChild; node; node = node.nextSibling) {
      const { nodeType } = node;
      if (nodeType === 3 && !BLANK.test((node as Text).data)) return true;
      if (nodeType === 1 && node.firstChild && this.#texts.isInline(node as Element)) return true;
    }
    return false;
  }

  /** Text as it may be sent. */
  text(text: string, parent: Element | null, flags: number, node?: Node | null): string {
    if (BLANK.test(text)) return text;
    if (!parent) return "";
    const { localName } = parent;
    const { policy } = this.#source;
    if (localName === "style") return this.styles.sheet(text, parent.getRootNode() as Document | ShadowRoot);
    if (!isSeen(flags) || flags & DEFINED || MUTE.has(localName)) return "";
    if (localName === "title") return !document.head?.contains(parent) || policy.covers(flags) ? "" : text;
    if (localName === "textarea") return String(this.attributes.value(parent, text, flags) ?? "");
    if (localName === "details" && !(parent as HTMLDetailsElement).open) {
      this.withheld.add(parent);
      return "";
    }
    // What is in a host of a shadow tree is seen where the tree has a slot for it.
    if (parent.shadowRoot && node?.parentNode === parent && !(node as Text).assignedSlot) return "";
    const hidden = localName === "option" && !isListed(parent as HTMLOptionElement);
    return hidden || policy.coversText(flags) ? this.#texts.mask(text, parent) : text;
  }

  /** Whether an element carries other marks than when it was sent. */
  marksMoved(live: Element): boolean {
    const own = this.#source.policy.marks(live) & (MARKED | LIFTED);
    if (own === (this.#marks.get(live) ?? 0)) return false;
    this.#marks.set(live, own);
    return true;
  }
}

/** How far an element is scrolled, as the recorder tells it. */
function scrolled({ scrollLeft, scrollTop }: Element, attributes: ElementNode["attributes"]): void {
  if (scrollLeft) attributes["rr_scrollLeft"] = scrollLeft;
  if (scrollTop) attributes["rr_scrollTop"] = scrollTop;
}
