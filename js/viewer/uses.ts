/** Drawings that show parts of themselves again: harmless once, but ten levels of ten are ten thousand million. */
import type { serializedNodeWithId } from "@rrweb/types";
import { NODE } from "../protocol/recording";
import type { Budget } from "./budget";

type Element = Extract<serializedNodeWithId, { type: 2 }>;

const HREF = ["href", "xlink:href"] as const;

interface Part {
  size: number;
  uses: boolean;
}

/** Takes away what shows a part that itself shows parts, and counts what is shown again as if it were there twice. */
export function weighUses(top: serializedNodeWithId, budget: Budget): void {
  const parts = new Map<string, Part>();
  const uses: Element[] = [];
  weigh(top, parts, uses);
  for (const [id, { uses: nested }] of parts) if (nested) budget.nested.add(id);
  for (const use of uses) {
    for (const name of HREF) {
      const id = idIn(use.attributes[name]);
      if (id === null) continue;
      if (budget.nested.has(id)) Reflect.deleteProperty(use.attributes, name);
      else budget.spend("nodes", parts.get(id)?.size ?? 1);
    }
  }
}

/** The part of the page to which a reference leads. */
export function idIn(reference: unknown): string | null {
  if (typeof reference !== "string" || !reference.startsWith("#")) return null;
  try {
    return decodeURIComponent(reference.slice(1));
  } catch {
    return reference.slice(1);
  }
}

function weigh(node: serializedNodeWithId, parts: Map<string, Part>, uses: Element[]): Part {
  const part = { size: 1, uses: false };
  if (node.type !== NODE.element && node.type !== NODE.document) return part;
  if (node.type === NODE.element && node.tagName === "use") {
    uses.push(node);
    part.uses = true;
  }
  for (const child of node.childNodes) {
    const inner = weigh(child, parts, uses);
    part.size += inner.size;
    part.uses ||= inner.uses;
  }
  const id = node.type === NODE.element && node.isSVG ? node.attributes["id"] : undefined;
  if (typeof id === "string") {
    const same = parts.get(id);
    parts.set(id, { size: Math.max(same?.size ?? 0, part.size), uses: part.uses || same?.uses === true });
  }
  return part;
}
