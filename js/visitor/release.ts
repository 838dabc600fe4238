/** What was held back because nobody saw it, once somebody does. */
import { isSeen } from "./exposure";
import { HIDDEN } from "./privacy_policy";
import type { NodeGate, Released, ScrubSource } from "./scrub_nodes";

/** Elements whose attributes are shown, and so were held back. */
const SHOWING = /^(?:img|input|textarea|video|option|image|slot|progress|meter|li)$/;

/**
 * Texts and attributes that can be seen by now; what is still hidden is waited for.
 *
 * @param elements Those to tell anew; without them, those that were held back.
 */
export function release(gate: NodeGate, source: ScrubSource, elements: Iterable<Element> = []): Released {
  const released: Released = { texts: [], attributes: [] };
  const all = [...elements];
  for (const element of all.length > 0 ? all : gate.withheld) {
    if (!element.isConnected || source.id(element) < 0) gate.withheld.delete(element);
    else if (isReleased(gate, element)) {
      gate.withheld.delete(element);
      tell(gate, source, element, released);
    }
  }
  return released;
}

/** Blocks that have another size by now than the one that they are held at. */
export function repin(gate: NodeGate, source: ScrubSource, { attributes }: Released): void {
  for (const block of gate.sizes.others()) {
    const id = source.id(block);
    const style = gate.style(block, gate.exposure.of(block));
    if (id > 0) attributes.push({ id, attributes: { style } });
  }
}

/** What changes without any event of the recorder: which popovers are open, and sheets that were pushed to a list. */
export function tellUntold(gate: NodeGate, source: ScrubSource, { attributes }: Released): void {
  for (const root of gate.trees.roots) {
    if (root.adoptedStyleSheets?.length !== gate.trees.sheets.get(root)) source.stale();
    for (const element of root.querySelectorAll("[popover]")) {
      const id = source.id(element);
      const was = gate.popovers.has(element);
      if (id < 0 || element === source.own || gate.popover(element) === was) continue;
      attributes.push({ id, attributes: { rr_open_mode: was ? null : "popover" } });
    }
  }
}

function isReleased(gate: NodeGate, element: Element): boolean {
  if (element.localName === "details" && !(element as HTMLDetailsElement).open) return false;
  return isSeen(gate.exposure.of(element));
}

function tell(gate: NodeGate, source: ScrubSource, element: Element, released: Released): void {
  const id = source.id(element);
  const flags = gate.exposure.of(element);
  if (id < 0 || element === source.own) return;
  if (!isSeen(flags)) gate.withheld.add(element);
  if (flags & HIDDEN) return;
  const attributes = shown(gate, element, flags);
  if (Object.keys(attributes).length > 0) released.attributes.push({ id, attributes });
  const children = [...element.childNodes, ...(element.shadowRoot?.childNodes ?? [])];
  const inner = element.localName === "iframe" ? (element as HTMLIFrameElement).contentDocument : null;
  for (const child of inner ? [...inner.childNodes] : children) {
    if (child.nodeType === 1) tell(gate, source, child as Element, released);
    else if (child.nodeType === 3) {
      const textId = source.id(child);
      const value = gate.text(child.nodeValue ?? "", element, flags, child);
      if (textId > 0 && /\S/.test(value) && element.localName !== "style")
        released.texts.push({ id: textId, value });
    }
  }
}

function shown(gate: NodeGate, element: Element, flags: number): Record<string, string | null> {
  const attributes: Record<string, string | null> = {};
  const every = SHOWING.test(element.localName) || "ownerSVGElement" in element;
  const { mentions } = gate.styles;
  for (const name of element.getAttributeNames()) {
    const value = element.getAttribute(name) ?? "";
    if (!every && !mentions.shown.has(name) && !(name === "style" && /url\(|["']/.test(value))) continue;
    set(attributes, name, gate.attribute(element, name, value, flags));
  }
  if (gate.box(element, flags)) attributes["style"] = gate.style(element, flags);
  const { localName } = element;
  if (localName === "input" || localName === "textarea") {
    const { value } = element as HTMLInputElement;
    set(attributes, "value", gate.attributes.value(element, value, flags));
    set(attributes, "checked", gate.attribute(element, "checked", true, flags));
  }
  if (localName === "option")
    attributes["selected"] = gate.attribute(element, "selected", true, flags) ? "" : null;
  if (localName === "img") set(attributes, "src", gate.attribute(element, "src", "", flags));
  return attributes;
}

function set(
  attributes: Record<string, string | null>,
  name: string,
  kept: string | number | true | undefined,
): void {
  if (kept !== undefined) attributes[name] = kept === true ? "" : String(kept);
}
