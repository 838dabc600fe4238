/** Where this script's own parts live in a visitor's page: one element, one shadow root. */
import css from "./ui.css";

/** Marks the one element that the recorder leaves out. */
export const HOST_ID = "glance_ui";

/** Milliseconds for which a new question takes no click: a double click that was meant for the page is no answer. */
const ARMING = 300;

/** Important, so that no rule of the page, such as one for empty elements, takes the bar away. */
const SEEN =
  "all:initial!important;position:fixed!important;z-index:2147483647!important;color-scheme:light dark!important";

/** What keeps the visitor from everything around it, and can hold our parts. */
const CLOSED_OFF = "dialog[open],:fullscreen:not(video,iframe)";

/** The page's corner for our dialogs and bar. The root is open so that people's own tests reach into it. */
export class UiHost {
  #host: HTMLElement | null = null;
  /** Bar, question and notice, one above the other at the bottom of what the visitor sees. */
  readonly dock = make("div", { className: "dock" });

  get element(): HTMLElement | null {
    return this.#host;
  }

  /**
   * The shadow root, put into the page when it is not there: a page may have replaced its whole content meanwhile. It
   * hangs on the root element because frameworks swap the body; while the page has a modal dialog, or is in full screen,
   * in that element, because everything else is out of reach then.
   */
  get root(): ShadowRoot {
    this.#host ??= this.#make();
    this.#place();
    const over = this.#front();
    if (over !== this.#host) {
      const home = over?.closest(CLOSED_OFF) ?? document.documentElement;
      if (this.#host.parentNode !== home) home.append(this.#host);
      // Above the page's own popovers and dialogs too, and what it shows in full screen.
      this.#host.hidePopover?.();
      this.#host.showPopover?.();
    }
    const root = this.#host.shadowRoot;
    if (!root) throw new Error("gone");
    return root;
  }

  /** What the visitor can reach where the bar should be: this element, or what covers it, in shadow roots too. */
  #front(): Element | null {
    const { x, y, width, height } = (this.dock.lastElementChild ?? this.dock).getBoundingClientRect();
    let front: Element | null = null;
    let next: Element | null | undefined = document.elementFromPoint(x + width / 2, y + height / 2);
    while (next && next !== front) {
      front = next;
      next = front === this.#host ? null : front.shadowRoot?.elementFromPoint(x + width / 2, y + height / 2);
    }
    return front;
  }

  #make(): HTMLElement {
    const host = make("div", { id: HOST_ID, popover: "manual" });
    host.style.cssText = SEEN;
    // A constructed sheet also works where the page's policy forbids style elements.
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    const root = host.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [sheet];
    root.append(this.dock);
    for (const name of ["resize", "scroll"])
      window.visualViewport?.addEventListener(name, () => this.#place());
    return host;
  }

  /** On a phone, a page wider than the screen or an open keyboard would push our parts out of sight. */
  #place(): void {
    const { visualViewport: seen } = window;
    if (!seen || !this.#host) return;
    const { offsetLeft: x, offsetTop: y, width: w, height: h } = seen;
    for (const [name, value] of Object.entries({ x, y, w, h }))
      this.#host.style.setProperty(`--${name}`, `${value}px`);
  }
}

/** An element with properties and children; texts become text nodes. */
export function make<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  properties: Partial<HTMLElementTagNameMap[Tag]> = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

/** A button that only a person can press: scripts of the page reach into the shadow root, but their clicks do not count. */
export function button(
  text: string,
  press: () => void,
  properties: Partial<HTMLButtonElement> = {},
): HTMLButtonElement {
  const onclick = ({ isTrusted }: Event) => {
    if (isTrusted) press();
  };
  return make("button", { type: "button", onclick, ...properties }, text);
}

/** The answers to a question that has just come up: disabled for a moment. */
export function choices(...buttons: HTMLButtonElement[]): HTMLElement {
  for (const each of buttons) {
    each.disabled = true;
    setTimeout(() => {
      each.disabled = false;
    }, ARMING);
  }
  return make("div", { className: "choices" }, ...buttons);
}
