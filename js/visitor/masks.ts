/** What is masked on this page right now, for whoever else has to heed it. */
import { outer } from "./exposure";
import { MARKED, type Policy } from "./privacy_policy";

let current: Policy | null = null;

/** Remembers the masks of the recording that begins; `null` while there is none. */
export function holdMasks(policy: Policy | null): void {
  current = policy;
}

/** The marks of an element and those around it, which can be told without a layout. */
export function marksAround(policy: Policy, element: Element | null): number {
  let flags = policy.page ? MARKED : 0;
  for (let at = element; at; at = outer(at)) flags |= policy.marks(at);
  return flags;
}

/** Whether an element, or anything around it, is marked as masked. Before that is known, everything counts as masked. */
export function isMarked(element: Element): boolean {
  return !current || (marksAround(current, element) & MARKED) !== 0;
}

/** The title that the visitor reads in the tab; empty while it is masked, or nothing is known about that. */
export function shownTitle(): string {
  const title = document.querySelector("title");
  return current && !current.covers(marksAround(current, title)) ? document.title : "";
}
