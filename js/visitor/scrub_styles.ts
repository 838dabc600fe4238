/** The gate for changes of style sheets. */
import type { incrementalData } from "@rrweb/types";
import { CHANGE } from "../protocol/recording";
import type { NodeGate, Released, ScrubSource } from "./scrub_nodes";
import type { News } from "./style_mentions";

/** Names of classes and ids that may come into use at once before a fresh snapshot is cheaper. */
const MANY = 100;

export class StyleGate {
  readonly #gate: NodeGate;
  readonly #source: ScrubSource;
  /** The trees that adopted style sheets are for, by the recorder's numbers of the sheets. */
  readonly #styleRoots = new Map<number, Document | ShadowRoot>();

  constructor(gate: NodeGate, source: ScrubSource) {
    this.#gate = gate;
    this.#source = source;
  }

  /** A change of a style sheet, in place. */
  // biome-ignore lint/complexity/noExcessiveCognitiveComplexity: one line for each way to change a sheet.
  change(data: Extract<incrementalData, { source: 8 | 13 | 15 }>): void {
    const root = this.#rootOf(data.id ?? undefined, "styleId" in data ? data.styleId : undefined);
    if (data.source === CHANGE.adoptedStyleSheet) {
      this.#gate.trees.sheets.set(root, root.adoptedStyleSheets.length);
      for (const id of data.styleIds) this.#styleRoots.set(id, root);
      for (const { rules } of data.styles ?? [])
        for (const rule of rules) rule.rule = this.#rule(rule.rule, root);
    } else if (data.source === CHANGE.styleSheetRule) {
      for (const added of data.adds ?? []) added.rule = this.#rule(added.rule, root);
      if (typeof data.replace === "string") data.replace = this.#rule(data.replace, root);
      if (typeof data.replaceSync === "string") data.replaceSync = this.#rule(data.replaceSync, root);
    } else if (data.set) {
      const { property, value } = data.set;
      this.heed([this.#gate.styles.mentions.learn(`*{${property}:${value}}`)]);
      // Which elements it is for is not told: what depends on them comes with the next snapshot.
      data.set.value = this.#gate.styles.value(property, value ?? "", () => {
        this.#source.stale();
        return "none";
      });
    }
  }

  #rule(text: string, root: Document | ShadowRoot): string {
    this.heed([this.#gate.styles.mentions.learn(text)]);
    return this.#gate.styles.sheet(text, root) || "@media not all{}";
  }

  #rootOf(id: number | undefined, styleId: number | undefined): Document | ShadowRoot {
    const node = id === undefined ? null : this.#source.node(id);
    const known = styleId === undefined ? undefined : this.#styleRoots.get(styleId);
    if (known) return known;
    if (node?.nodeType === 9) return node as Document;
    if (node && this.#isStyle(node)) return node.getRootNode() as Document | ShadowRoot;
    return (node as Element | null)?.shadowRoot ?? document;
  }

  #isStyle({ nodeName }: Node): boolean {
    return /^(?:style|link)$/i.test(nodeName);
  }

  /** Style sheets choose by more than before: what was held back for that reason follows. */
  heed(all: readonly News[]): void {
    const classes = all.flatMap((news) => news.classes);
    const ids = all.flatMap((news) => news.ids);
    const names = all.flatMap((news) => news.names);
    if (classes.length + ids.length + names.length === 0) return;
    const { styles, trees } = this.#gate;
    const chosen = names.some((name) => !name.startsWith("--") && this.#has(`[${CSS.escape(name)}]`));
    if (chosen || styles.misses(names) || classes.length + ids.length > MANY) {
      this.#source.stale();
      return;
    }
    for (const root of trees.roots) {
      for (const name of classes) this.#again(root.querySelectorAll(`.${CSS.escape(name)}`), "class");
      for (const name of ids) this.#again(root.querySelectorAll(`#${CSS.escape(name)}`), "id");
    }
  }

  #has(selector: string): boolean {
    return [...this.#gate.trees.roots].some((root) => root.querySelector(selector) !== null);
  }

  #again(elements: Iterable<Element>, name: string): void {
    const attributes: Released["attributes"] = [];
    for (const element of elements) {
      const id = this.#source.id(element);
      const kept = this.#gate.attribute(element, name, element.getAttribute(name) ?? "", 0);
      if (id > 0 && kept !== undefined) attributes.push({ id, attributes: { [name]: String(kept) } });
    }
    if (attributes.length > 0) this.#source.release({ texts: [], attributes });
  }

  /** The text of the sheet that an element holds. */
  text(live: Element, text: string): string {
    this.heed([this.#gate.styles.mentions.learn(text)]);
    return this.#gate.styles.sheet(text, live.getRootNode() as Document | ShadowRoot);
  }
}
