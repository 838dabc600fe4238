/** Where the agent points. */
import { make, type UiHost } from "./ui_host";

export class AgentPointer {
  readonly #host: UiHost;
  readonly #pointer = make("div", { className: "pointer", ariaHidden: "true" });

  constructor(host: UiHost) {
    this.#host = host;
  }

  /** Shows it at a place in the window. */
  show(name: string, x: number, y: number): void {
    const { style } = this.#pointer;
    this.#pointer.textContent = name;
    style.left = `${x}px`;
    style.top = `${y}px`;
    this.#host.root.append(this.#pointer);
  }

  fade(faded: boolean): void {
    this.#pointer.style.opacity = faded ? "0.3" : "";
  }

  hide(): void {
    this.fade(false);
    this.#pointer.remove();
  }
}
