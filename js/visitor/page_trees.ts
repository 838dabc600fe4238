/** The trees that a page consists of, and what the style sheets in them say. */
import type { elementNode, serializedNodeWithId } from "@rrweb/types";
import { NODE } from "../protocol/recording";
import type { ScrubSource } from "./scrub_nodes";
import type { News, StyleMentions } from "./style_mentions";

type ElementNode = Extract<serializedNodeWithId, elementNode>;

export class PageTrees {
  /** The document, shadow roots, frames. */
  roots = new Set<Document | ShadowRoot>();
  /** How many adopted sheets a tree had when they were told. */
  readonly sheets = new WeakMap<Document | ShadowRoot, number | undefined>();
  readonly #source: ScrubSource;
  readonly #mentions: StyleMentions;

  constructor(source: ScrubSource, mentions: StyleMentions) {
    this.#source = source;
    this.#mentions = mentions;
  }

  /** Forgets all but the document. */
  reset(): void {
    this.roots = new Set([document]);
  }

  /** Reads all style sheets in a part of the page before the first attribute in it is decided. */
  learnFrom(node: serializedNodeWithId): News[] {
    const news: News[] = [];
    const walk = (one: serializedNodeWithId) => {
      if (one.type === NODE.element) this.#learnElement(one, news);
      else if (one.type !== NODE.document) return;
      else this.#learnTree(this.#source.node(one.id) as Document | null, news);
      for (const child of one.childNodes) walk(child);
    };
    walk(node);
    return news;
  }

  #learnElement(node: ElementNode, news: News[]): void {
    const { attributes } = node;
    const text = attributes._cssText ?? this.#foreignSheet(node);
    if (typeof text === "string") news.push(this.#mentions.learn(text));
    const { style } = attributes;
    if (typeof style === "string" && style.includes("var(")) news.push(this.#mentions.learn(style));
    const live = node.isShadowHost && (this.#source.node(node.id) as Element | null);
    // This script's own sheets are not the page's.
    if (live && live !== this.#source.own) this.#learnTree(live.shadowRoot, news);
  }

  #learnTree(root: Document | ShadowRoot | null, news: News[]): void {
    if (!root) return;
    this.roots.add(root);
    this.sheets.set(root, root.adoptedStyleSheets?.length);
    for (const sheet of root.adoptedStyleSheets ?? [])
      for (const { cssText } of sheet.cssRules) news.push(this.#mentions.learn(cssText));
  }

  /** The text of a linked sheet that the recorder could not read. */
  #foreignSheet(node: ElementNode): string | null {
    if (node.tagName !== "link") return null;
    const { rel, href } = node.attributes;
    if (rel !== "stylesheet" || typeof href !== "string") return null;
    const text = this.#source.resources.sheet(href, () => this.#source.stale());
    if (text !== null) node.attributes._cssText = text;
    return text;
  }
}
