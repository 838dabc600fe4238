/** Trees of nodes on their way into the replica: each node is made anew from what it may be. */
import type { serializedNodeWithId } from "@rrweb/types";
import { NODE } from "../protocol/recording";
import { allowedTag, allowedValue, canHost, isCustom } from "./allowed";
import { type Budget, MAX_DEPTH, TooLarge } from "./budget";
import { guardedCss } from "./css_guard";
import { type Fields, fieldsOf, idOf } from "./sanitize_values";
import { weighUses } from "./uses";

/** Where a tree will stand. */
export interface Place {
  readonly depth: number;
  /** Tag of the element that it will be in; empty for none. */
  readonly tag: string;
  /** Number of the document, when the recorder names it. */
  readonly rootId: number | null;
}

type Attributes = Record<string, string | number | true>;
/** A node with a list of its own to which its children are added. */
type Built = serializedNodeWithId & { childNodes?: serializedNodeWithId[] };

const DOCTYPE = /^[A-Za-z][\w.:-]{0,63}$/;
const PUBLIC_ID = /^[\w\s'()+,./:=?;!*#@$%-]{0,256}$/;
const MAX_ATTRIBUTES = 256;
/** Marks inside a sheet of several texts that the replayer looks for one by one. */
const SPLIT = "/* rr_split */";
const MAX_SPLITS = 500;

interface Waiting {
  readonly given: Fields;
  readonly parent: Built;
  readonly place: Place;
}

/** The tree made harmless; `null` when it is none. Level by level: a page may be nested deeper than the stack. */
export function cleanTree(root: unknown, place: Place, budget: Budget): serializedNodeWithId | null {
  const seen = new Set<number>();
  const waiting: Waiting[] = [];
  const top = cleanNode(fieldsOf(root), place, budget, seen, waiting);
  // The list grows while it is gone through: the children of each node come out in their order.
  for (const { given, parent, place: inside } of waiting) {
    const child = cleanNode(given, inside, budget, seen, waiting);
    if (child && fits(child, parent)) parent.childNodes?.push(child);
  }
  if (top) weighUses(top, budget);
  // The replayer looks at the first child of such a document, and must find one.
  if (
    top?.type === NODE.document &&
    fieldsOf(root)?.["compatMode"] === "BackCompat" &&
    top.childNodes.length > 0
  ) {
    top.compatMode = "BackCompat";
  }
  return top;
}

function cleanNode(
  given: Fields | null,
  place: Place,
  budget: Budget,
  seen: Set<number>,
  waiting: Waiting[],
): Built | null {
  const id = idOf(given?.["id"]);
  // A number that is there twice would make the replayer move a node into itself.
  if (given === null || id === null || seen.has(id)) return null;
  seen.add(id);
  budget.spend("nodes", 1);
  if (place.depth > MAX_DEPTH) throw new TooLarge("depth");
  const node = built(given, id, place, budget);
  if (!node) return null;
  if (given["isShadow"] === true) node.isShadow = true;
  if (place.rootId !== null && idOf(given["rootId"]) === place.rootId) node.rootId = place.rootId;
  const children = given["childNodes"];
  if (!node.childNodes || !Array.isArray(children)) return node;
  const tag = node.type === NODE.element ? node.tagName : "";
  const inside = { depth: place.depth + 1, tag, rootId: place.rootId };
  for (const child of children) {
    const fields = fieldsOf(child);
    if (fields) waiting.push({ given: fields, parent: node, place: inside });
  }
  return node;
}

function built(given: Fields, id: number, place: Place, budget: Budget): Built | null {
  switch (given["type"]) {
    case NODE.document:
      return place.tag === "" ? { type: NODE.document, id, childNodes: [] } : null;
    case NODE.documentType:
      return docType(given, id);
    case NODE.element:
      return element(given, id, budget);
    case NODE.text:
      return text(given, id, place.tag, budget);
    case NODE.cdata:
    case NODE.comment:
      return { type: NODE.comment, id, textContent: "" };
    default:
      return null;
  }
}

function docType({ name, publicId, systemId }: Fields, id: number): Built {
  const plain = (value: unknown) => (typeof value === "string" && PUBLIC_ID.test(value) ? value : "");
  return {
    type: NODE.documentType,
    id,
    name: typeof name === "string" && DOCTYPE.test(name) ? name : "html",
    publicId: plain(publicId),
    systemId: plain(systemId),
  };
}

function element(given: Fields, id: number, budget: Budget): Built | null {
  if (typeof given["tagName"] !== "string") return null;
  const svg = given["isSVG"] === true;
  const tagName = allowedTag(given["tagName"].toLowerCase(), svg);
  if (tagName === "iframe") budget.spend("frames", 1);
  if (tagName === "canvas") budget.spend("canvases", 1);
  const attributes = cleanAttributes(tagName, svg, given["attributes"], budget);
  const node: Built = { type: NODE.element, id, tagName, attributes, childNodes: [] };
  if (svg) node.isSVG = true;
  if (!svg && given["isCustom"] === true && isCustom(tagName)) node.isCustom = true;
  if (!svg && given["isShadowHost"] === true && canHost(tagName)) node.isShadowHost = true;
  if (tagName === "style") unsplit(attributes, given["childNodes"]);
  return node;
}

/** Keeps the marks only where there are texts for them, and not too many: the search for each goes through the whole. */
function unsplit(attributes: Attributes, children: unknown): void {
  const css = attributes["_cssText"];
  if (typeof css !== "string") return;
  const parts = css.split(SPLIT);
  const texts = Array.isArray(children) ? children.length : 0;
  if (parts.length > Math.min(texts, MAX_SPLITS)) attributes["_cssText"] = parts.join("");
}

function text(given: Fields, id: number, tag: string, budget: Budget): Built {
  const textContent = textIn(tag, given["textContent"], budget);
  if (tag !== "style") budget.spend("texts", textContent.length);
  return tag === "style" && given["isStyle"] === true
    ? { type: NODE.text, id, textContent, isStyle: true }
    : { type: NODE.text, id, textContent };
}

/** A text as it may stand in an element. */
export function textIn(tag: string, value: unknown, budget: Budget): string {
  if (typeof value !== "string" || tag === "template" || tag === "metadata") return "";
  budget.spend("characters", value.length);
  return tag === "style" ? cleanSheet(value, budget) : value;
}

/** The text of a style sheet. */
export function cleanSheet(css: string, budget: Budget): string {
  budget.spend("characters", css.length);
  budget.spend("rules", css.split("{").length - 1);
  return `${guardedCss(css)}\n`;
}

/** The attributes that only say how an element looks. */
export function cleanAttributes(tag: string, svg: boolean, given: unknown, budget: Budget): Attributes {
  const attributes: Attributes = {};
  for (const [name, value] of Object.entries(fieldsOf(given) ?? {}).slice(0, MAX_ATTRIBUTES)) {
    if (typeof value === "string") budget.spend("characters", value.length);
    if (name === "_cssText" && typeof value === "string") budget.spend("rules", value.split("{").length - 1);
    const allowed = allowedValue(tag, svg, name, value);
    if (allowed !== undefined) attributes[name] = allowed;
  }
  return attributes;
}

/** Whether a browser takes the child: one that it refuses breaks the whole page. */
function fits(child: serializedNodeWithId, parent: Built): boolean {
  if (parent.type !== NODE.document) return child.type !== NODE.documentType && child.type !== NODE.document;
  const first = parent.childNodes.length === 0;
  if (child.type === NODE.documentType) return first;
  return child.type === NODE.element && !parent.childNodes.some(({ type }) => type === NODE.element);
}
