/** What stands at a place of the replica. Only shapes and numbers are asked for, never what is in a field. */
import type { Target } from "./remote_input";

/** The replica's document, and the numbers of its nodes. */
export interface Inside {
  readonly document: Document;
  /** The node's number; zero or less when it has none. */
  idOf(node: Node): number;
  nodeOf(id: number): Node | null;
}

export interface Scroller {
  /** 0: the window. */
  readonly id: number;
  readonly x: number;
  readonly y: number;
}

const UNTYPED = new Set([
  "checkbox",
  "radio",
  "button",
  "submit",
  "reset",
  "image",
  "range",
  "color",
  "hidden",
  "file",
]);

/** The innermost element at a place, in frames and shadow roots too. */
export function elementAt(root: Document | ShadowRoot, x: number, y: number): Element | null {
  const element = root.elementFromPoint(x, y);
  if (!element) return null;
  const frame = element.localName === "iframe" ? (element as HTMLIFrameElement).contentDocument : null;
  if (frame) {
    const { left, top } = element.getBoundingClientRect();
    const { clientLeft, clientTop } = element;
    return elementAt(frame, x - left - clientLeft, y - top - clientTop) ?? element;
  }
  const { shadowRoot } = element;
  const inner = shadowRoot && element !== (root as ShadowRoot).host ? elementAt(shadowRoot, x, y) : null;
  return inner ?? element;
}

/** What a click there would mean; `null` where there is nothing that the visitor's page knows. */
export function targetAt(inside: Inside, x: number, y: number): Target | null {
  for (let at = elementAt(inside.document, x, y); at; at = outer(at)) {
    if (inside.idOf(at) > 0) return targetOf(inside, at);
  }
  return null;
}

/** The element with this number. */
export function targetWith(inside: Inside, id: number): Target | null {
  const node = inside.nodeOf(id);
  return node?.nodeType === 1 ? targetOf(inside, node as Element) : null;
}

function targetOf({ idOf }: Inside, element: Element): Target {
  const around: number[] = [];
  for (let at: Element | null = element; at; at = outer(at)) around.push(idOf(at));
  const editable =
    (element.closest("[contenteditable]")?.getAttribute("contenteditable") ?? "false") !== "false";
  const lines = element.localName === "textarea" || editable;
  const typed = element.localName === "input" && !UNTYPED.has((element as HTMLInputElement).type);
  return { id: idOf(element), field: lines || typed, lines, around };
}

/** What a wheel there would scroll, and where it would get to. */
export function scrolledAt(inside: Inside, x: number, y: number, dx: number, dy: number): Scroller | null {
  for (let at = elementAt(inside.document, x, y); at; at = outer(at)) {
    const page = at === at.ownerDocument.documentElement;
    const top = page && at.ownerDocument === inside.document;
    const id = top ? 0 : inside.idOf(at);
    if (id < 0 || !(page || canScroll(at, dx, dy))) continue;
    const scroller = page ? (at.ownerDocument.scrollingElement ?? at) : at;
    return { id, x: moved(scroller, "Left", dx), y: moved(scroller, "Top", dy) };
  }
  return null;
}

/** Where a wheel moves a scroller, one way. */
function moved(element: Element, side: "Left" | "Top", by: number): number {
  const [whole, seen] =
    side === "Left"
      ? [element.scrollWidth, element.clientWidth]
      : [element.scrollHeight, element.clientHeight];
  return Math.min(Math.max(0, element[`scroll${side}`] + by), Math.max(0, whole - seen));
}

function canScroll(element: Element, dx: number, dy: number): boolean {
  const style = element.ownerDocument.defaultView?.getComputedStyle(element);
  const scrolls = (value: string | undefined) => value === "auto" || value === "scroll";
  return (
    (dy !== 0 && scrolls(style?.overflowY) && moved(element, "Top", dy) !== element.scrollTop) ||
    (dx !== 0 && scrolls(style?.overflowX) && moved(element, "Left", dx) !== element.scrollLeft)
  );
}

/** The element around this one, out of shadow roots and frames. */
function outer(element: Element): Element | null {
  if (element.parentElement) return element.parentElement;
  const root = element.getRootNode();
  if (root.nodeType === 11) return (root as ShadowRoot).host;
  return element.ownerDocument.defaultView?.frameElement ?? null;
}
