/** Where this script's own parts live in a visitor's page: one element, one shadow root. */
import css from "./ui.css";

/** Marks the one element that the recorder leaves out. */
export const HOST_ID = "glance_ui";

/** The page's corner for our dialog and bar. The root is open so that people's own tests reach into it. */
export class UiHost {
  #host: HTMLElement | null = null;

  get element(): HTMLElement | null {
    return this.#host;
  }

  /**
   * The shadow root, put into the page when it is not there: a page may have replaced its whole content meanwhile. It
   * hangs on the root element because frameworks swap the body.
   */
  get root(): ShadowRoot {
    this.#host ??= this.#make();
    this.#place();
    if (!this.#host.isConnected) document.documentElement.append(this.#host);
    const root = this.#host.shadowRoot;
    if (!root) throw new Error("The shadow root is gone.");
    return root;
  }

  #make(): HTMLElement {
    const host = document.createElement("div");
    host.id = HOST_ID;
    // A constructed sheet also works where the page's policy forbids style elements.
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    host.attachShadow({ mode: "open" }).adoptedStyleSheets = [sheet];
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
