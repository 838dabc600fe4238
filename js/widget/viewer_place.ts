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

/** Uses the frame that the page has for this, or else puts one into the box that it has, or into the slot. */
export function openFrame(
  found: HTMLElement | null,
  slot: HTMLElement,
  name: string,
  phrases: Phrases,
  words: WaitingWords,
): ViewerPlace {
  const given = found && isFrame(found) ? found : null;
  const frame = given ?? slot.ownerDocument.createElement("iframe");
  const before = { name: frame.name, src: frame.getAttribute("src") };
  frame.name = name;
  if (!given) {
    frame.title = phrases.say("viewer.frame");
    // Our styles do not reach into a box of the page.
    if (found) frame.style.cssText = "display:block;width:100%;height:100%;min-height:504px;border:0";
    (found ?? slot).append(frame);
  }
  writeWaitingPage(frame.contentDocument, phrases, words);
  return {
    kind: "frame",
    name,
    window: () => frame.contentWindow,
    // Another button may have taken the page's frame for its own viewer.
    gone: () => !frame.isConnected || frame.name !== name,
    say: (news) => updateWaitingPage(frame.contentDocument, news),
    close: () => {
      if (!given) frame.remove();
      else if (given.name === name) restore(given, before);
    },
  };
}

const BOXES = "iframe, div, section, article, aside, main";

/** The frame, or the box for one, that the page has under an id: in the trees around the widget, the nearest first. */
export function findPlace(id: string, near: HTMLElement): HTMLElement | null {
  let tree = near.getRootNode();
  while (id && tree instanceof ShadowRoot) {
    tree = tree.host.getRootNode();
    const found = "getElementById" in tree ? (tree as Document | ShadowRoot).getElementById(id) : null;
    if (found?.matches(BOXES)) return found;
  }
  return null;
}

/** By its name and not its class: an element of another window has classes of its own. */
function isFrame(element: HTMLElement): element is HTMLIFrameElement {
  return element.tagName === "IFRAME";
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

/** Whether the host is an editor that never lets a notebook open windows: VS Code, which marks its pages. */
export function isEditor(): boolean {
  return document.body?.className.includes("vscode-") ?? false;
}
