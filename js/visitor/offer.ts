/** The button by which a visitor starts sharing: `showButton` and `toggleButton` (wire sheet, section 6.5). */
import { make, type UiHost } from "./ui_host";

export class OfferButton {
  readonly #host: UiHost;
  readonly #click: () => void;
  #button: HTMLButtonElement | null = null;

  constructor(host: UiHost, click: () => void) {
    this.#host = host;
    this.#click = click;
  }

  show(): void {
    this.#button ??= make(
      "button",
      { type: "button", className: "primary offer" },
      "Share this page with support",
    );
    this.#button.onclick = () => this.#click();
    if (!this.#button.isConnected) this.#host.root.append(this.#button);
  }

  hide(): void {
    this.#button?.remove();
  }

  toggle(): void {
    if (this.#button?.isConnected) this.hide();
    else this.show();
  }
}
