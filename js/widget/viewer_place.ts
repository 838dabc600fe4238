/** The two kinds of place where a viewer can be: a window of its own, or a frame in the page. */

import type { ViewerForm } from "./pad";
import type { Phrases } from "./phrases";
import { updateWaitingPage, type WaitingWords, writeWaitingPage } from "./waiting_page";

/** A place for a viewer, opened in a click and filled later. */
export interface ViewerPlace {
  readonly kind: "window" | "frame";
  /** What the form is posted to. */
  readonly name: string;
  /** The window in it, to know who speaks. */
  readonly window: () => Window | null;
  readonly gone: () => boolean;
  readonly say: (words: WaitingWords) => void;
  readonly close: () => void;
}

const FEATURES = "popup,width=800,height=800";

/** Opens a tab or a window; `null` when the browser does not let us. To be called in the click itself. */
export function openWindow(
  place: "tab" | "window",
  name: string,
  phrases: Phrases,
  words: WaitingWords,
): ViewerPlace | null {
  const opened =
    place === "window" ? window.open("about:blank", name, FEATURES) : window.open("about:blank", name);
  if (!opened || opened.closed) return null;
  writeWaitingPage(documentOf(opened), phrases, words);
  return {
    kind: "window",
    name,
    window: () => opened,
    gone: () => opened.closed,
    say: (news) => updateWaitingPage(documentOf(opened), news),
    close: () => opened.close(),
  };
}

/** Uses the frame that the page has for this, or else puts one into the slot. */
export function openFrame(
  given: HTMLIFrameElement | null,
  slot: HTMLElement,
  name: string,
  phrases: Phrases,
  words: WaitingWords,
): ViewerPlace {
  const frame = given ?? slot.ownerDocument.createElement("iframe");
  const before = { name: frame.name, src: frame.getAttribute("src") };
  frame.name = name;
  if (!given) {
    frame.title = phrases.say("viewer.frame");
    slot.replaceChildren(frame);
  }
  writeWaitingPage(frame.contentDocument, phrases, words);
  return {
    kind: "frame",
    name,
    window: () => frame.contentWindow,
    gone: () => !frame.isConnected,
    say: (news) => updateWaitingPage(frame.contentDocument, news),
    close: () => (given ? restore(given, before) : frame.remove()),
  };
}

/** The frame that the page has under an id: in the trees around the widget, the nearest first. */
export function findFrame(id: string, near: HTMLElement): HTMLIFrameElement | null {
  let tree = near.getRootNode();
  while (id && tree instanceof ShadowRoot) {
    tree = tree.host.getRootNode();
    const found = "getElementById" in tree ? (tree as Document | ShadowRoot).getElementById(id) : null;
    if (found?.tagName === "IFRAME") return found as HTMLIFrameElement;
  }
  return null;
}

/** Posts the form into a place. It stands in the page only while it is sent, for it holds the login key. */
export function postForm(form: ViewerForm, target: string, doc: Document): void {
  const element = doc.createElement("form");
  // Set before the fields are added: a field called "action" or "target" would hide the form's own property.
  element.setAttribute("method", "post");
  element.setAttribute("action", form.action.href);
  element.setAttribute("target", target);
  element.style.display = "none";
  for (const [name, value] of form.fields) {
    const input = doc.createElement("input");
    input.type = "hidden";
    input.name = name;
    input.value = value;
    element.append(input);
  }
  doc.body.append(element);
  HTMLFormElement.prototype.submit.call(element);
  element.remove();
}

function restore(frame: HTMLIFrameElement, before: { name: string; src: string | null }): void {
  frame.name = before.name;
  frame.setAttribute("src", before.src ?? "about:blank");
}

/** The document of a window, as long as it is our own blank page. */
function documentOf(opened: Window): Document | null {
  try {
    return opened.document;
  } catch {
    return null;
  }
}
