/** What is masked on this page right now, for whoever else has to heed it. */
import { outer } from "./exposure";
import { MARKED, type Policy } from "./privacy_policy";

let current: Policy | null = null;

/** Remembers the masks of the recording that begins. */
export function holdMasks(policy: Policy | null): void {
  current = policy;
}

/** Whether an element, or anything around it, is marked as masked. Before that is known, everything counts as masked. */
export function isMarked(element: Element | null): boolean {
  if (!current || current.page) return true;
  for (let at = element; at; at = outer(at)) if (current.marks(at) & MARKED) return true;
  return false;
}
