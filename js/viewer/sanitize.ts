/**
 * What a visitor's page may put into the replica. The visitor script already sends nothing of this; here it is made sure
 * for a script that is not ours. The sandboxed frame and the page's policy are the wall behind this one.
 */
import type { eventWithTime, incrementalData, serializedNodeWithId } from "@rrweb/types";
import { withoutAddresses } from "../protocol/css_text";
import { CHANGE, EVENT, NODE } from "../protocol/recording";

/** Elements that load, redirect or run something: they stay in the tree, so that ids fit, but say nothing. */
const MUTE = new Set(["script", "meta", "base", "object", "embed", "portal", "frame", "param"]);
const PICTURES = new Set(["src", "poster", "href", "xlink:href", "background"]);
const DROPPED = new Set([
  "srcset",
  "imagesrcset",
  "srcdoc",
  "action",
  "formaction",
  "ping",
  "http-equiv",
  "rel",
  "data",
  "autofocus",
  "autoplay",
]);
/** What the recorder notes about an element beside its own attributes. */
const NOTES = new Set(["rr_width", "rr_height", "rr_scrollleft", "rr_scrolltop", "rr_open_mode"]);
const DROPPED_CHANGES: ReadonlySet<incrementalData["source"]> = new Set([
  CHANGE.font,
  CHANGE.media,
  CHANGE.canvas,
]);

type Value = string | number | boolean | object | null | undefined;

/** Makes an event harmless, in place; `null` when nothing of it may be shown or it is not what it says. */
export function sanitized(event: eventWithTime): eventWithTime | null {
  try {
    if (event.type === EVENT.snapshot) return cleanSnapshot(event.data.node) ? event : null;
    if (event.type === EVENT.change) return cleanChange(event.data) ? event : null;
    return event.type === EVENT.plugin ? null : event;
  } catch {
    return null;
  }
}

function cleanSnapshot(root: serializedNodeWithId): boolean {
  cleanNode(root);
  return root.type === NODE.document;
}

function cleanChange(data: incrementalData): boolean {
  if (DROPPED_CHANGES.has(data.source)) return false;
  switch (data.source) {
    case CHANGE.mutation:
      for (const { node } of data.adds) cleanNode(node);
      for (const changed of data.attributes) changed.attributes = cleanAttributes("", changed.attributes);
      // The replayer goes through all four lists.
      return Array.isArray(data.texts) && Array.isArray(data.removes);
    case CHANGE.styleSheetRule:
    case CHANGE.styleDeclaration:
    case CHANGE.adoptedStyleSheet:
      Object.assign(data, cleanValue(data));
      return true;
    case CHANGE.mouseMove:
    case CHANGE.touchMove:
    case CHANGE.drag:
      return Array.isArray(data.positions);
    default:
      return true;
  }
}

function cleanCss(text: string): string {
  return withoutAddresses(text, () => null);
}

function cleanNode(root: serializedNodeWithId): void {
  // A list instead of recursion: a page may be nested deeper than the stack.
  const nodes = [root];
  for (let node = nodes.pop(); node; node = nodes.pop()) {
    if (node.type === NODE.text && node.isStyle) node.textContent = cleanCss(node.textContent);
    if (node.type !== NODE.element && node.type !== NODE.document) continue;
    if (node.type === NODE.element) cleanElement(node);
    nodes.push(...node.childNodes);
  }
}

function cleanElement(node: Extract<serializedNodeWithId, { type: 2 }>): void {
  node.tagName = node.tagName.toLowerCase();
  node.attributes = cleanAttributes(node.tagName, node.attributes);
  if (node.tagName !== "style") return;
  for (const child of node.childNodes)
    if (child.type === NODE.text) child.textContent = cleanCss(child.textContent);
}

/** Keeps the attributes that neither load, lead somewhere, nor run anything. */
function cleanAttributes<Attributes extends Record<string, Value>>(
  tag: string,
  attributes: Attributes,
): Attributes {
  if (MUTE.has(tag)) return {} as Attributes;
  const kept = Object.entries(attributes).filter(([name, value]) =>
    isHarmless(tag, name.toLowerCase(), value),
  );
  return Object.fromEntries(kept.map(([name, value]) => [name, cleanValue(value)])) as Attributes;
}

function cleanValue(value: Value): Value {
  if (typeof value === "string") return cleanCss(value);
  if (Array.isArray(value)) return value.map(cleanValue);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, cleanValue(part)]));
}

function isHarmless(tag: string, name: string, value: Value): boolean {
  if (name.startsWith("on") || DROPPED.has(name)) return false;
  if (name.startsWith("rr_")) return NOTES.has(name);
  // A linked style sheet comes with its text; without that a link only calls out.
  if (tag === "link") return name === "_csstext" || name === "media";
  if (!PICTURES.has(name)) return true;
  if (typeof value !== "string") return value === null;
  return tag !== "iframe" && (value.startsWith("#") || /^(?:data:image\/|blob:)/i.test(value));
}
