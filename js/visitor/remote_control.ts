/** Does on the page what an agent does under remote assist. What it may not do or does not know, it leaves out. */
import { record } from "@rrweb/record";
import type { ControlAction } from "../protocol/control";
import { click } from "./remote_click";
import { press, type } from "./remote_typing";

/** Passwords, files, pages in pages, and what the visitor could not use either. */
const OFF_LIMITS = ":is([type=password], [type=file], iframe, :disabled, [inert])";

/** @param barred Whether the page keeps the agent off this element: it is masked, holds a secret, or is one of this script's own. */
export function perform(
  action: Exclude<ControlAction, { kind: "point" }>,
  barred: (element: Element) => boolean,
): void {
  const { id } = action;
  const free = (aim: Element) => isFree(aim, barred);
  if (action.kind === "scroll") {
    const { x: left, y: top } = action;
    (id ? elementOf(id) : window)?.scrollTo({ left, top, behavior: "instant" });
    return;
  }
  const element = elementOf(id);
  if (!element) return;
  if (action.kind === "key") press(element, action.key, free);
  else if (!free(element)) return;
  else if (action.kind === "click") click(element, action);
  else if (action.kind === "text") type(element, action.text);
}

function elementOf(id: number): Element | null {
  const node = record.mirror.getNode(id);
  return node?.nodeType === 1 && node.isConnected ? (node as Element) : null;
}

function isFree(element: Element, barred: (element: Element) => boolean): boolean {
  const label = element.closest("label");
  const link = element.closest("a, area") as HTMLAnchorElement | null;
  // A link may have no address; that of a link in a drawing is no text, and the link is left alone.
  if (link && !/^(?:https?:|$)/.test(link.href)) return false;
  return [element, label?.control ?? element].every((aim) => !aim.closest(OFF_LIMITS) && !barred(aim));
}
