/** Asks the visitor whether an agent may use the page as well. Not modal: the visitor may go on meanwhile. */
import { button, choices, make, type UiHost } from "./ui_host";

/** Without a record of it, no answer opens anything. */
export const NOT_RECORDED = "Your answer could not be recorded.";

/** Milliseconds for which the sentence stays that says what became of a question. */
const SENTENCE_TIME = 6000;

export class AssistQuestion {
  readonly #host: UiHost;
  #panel: HTMLElement | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(host: UiHost) {
    this.#host = host;
  }

  /** Takes no focus: a key that was meant for the page must not answer. */
  ask(name: string, answer: (accepted: boolean) => void): void {
    this.close();
    const allow = button("Allow", () => answer(true), { className: "primary" });
    const title = `Let ${name} use this page with you?`;
    const panel = make(
      "div",
      { className: "bar ask", role: "dialog", ariaLabel: title },
      make("h2", {}, title),
      make(
        "p",
        {},
        `${name} could click, scroll and type here, but not in passwords or masked fields. Your own mouse and keys come first, and Stop ends it at any time.`,
      ),
      choices(
        button("Not now", () => answer(false)),
        allow,
      ),
    );
    panel.onkeydown = (event) => {
      // The page's own shortcuts must not act on keys meant for this question.
      event.stopPropagation();
      if (event.key === "Escape") answer(false);
    };
    this.#put(panel);
  }

  /** Takes the question away, with a sentence that stays a moment. */
  close(sentence = ""): void {
    clearTimeout(this.#timer);
    this.#panel?.remove();
    this.#panel = null;
    if (!sentence) return;
    const panel = make("div", { className: "bar", role: "status" });
    this.#put(panel);
    panel.append(sentence);
    this.#timer = setTimeout(() => this.close(), SENTENCE_TIME);
  }

  #put(panel: HTMLElement): void {
    this.#panel = panel;
    this.#host.dock.prepend(panel);
  }
}
