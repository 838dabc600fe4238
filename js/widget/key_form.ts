/** The field for a session key. Not a form: in some sandboxed frames a form may not even be submitted to its own page. */
import { SESSION_KEY } from "../protocol/messages";
import { make, onPress, setText, setTextOrHide } from "./dom";
import type { Phrases } from "./phrases";

/** What the agent does with the field. */
export interface KeyFormEvents {
  readonly submit: (key: string) => void;
  readonly cancel: () => void;
}

/** One per view. What was typed stays in the field until it has led to a session. */
export class KeyForm {
  readonly element: HTMLElement;
  readonly #input = make("input", {
    id: "key",
    type: "text",
    dir: "ltr",
    autocomplete: "off",
    autocapitalize: "none",
    spellcheck: "false",
    "aria-describedby": "key-problem",
  });
  readonly #label = make("label", { for: "key" });
  readonly #join = make("button", { type: "button", class: "button", "data-look": "key" });
  readonly #cancel = make("button", { type: "button", class: "button", "data-look": "cancel" });
  readonly #problem = make("p", { id: "key-problem", class: "line", role: "alert" });
  readonly #on: KeyFormEvents;
  #phrases: Phrases;

  constructor(phrases: Phrases, on: KeyFormEvents) {
    this.#phrases = phrases;
    this.#on = on;
    const row = make("div", { class: "row" }, this.#input, this.#join, this.#cancel);
    this.element = make("div", { class: "panel" }, this.#label, row, this.#problem);
    this.element.hidden = true;
    onPress(this.#join, () => this.#submit());
    onPress(this.#cancel, () => this.#on.cancel());
    this.element.addEventListener("keydown", (event) => this.#key(event));
    this.#input.addEventListener("input", () => this.#complain(""));
    this.#complain("");
    this.draw(phrases, false);
  }

  /** Whether the field is shown. */
  get isOpen(): boolean {
    return !this.element.hidden;
  }

  /** Brings the words up to date, and says whether a press is on its way. */
  draw(phrases: Phrases, pending: boolean): void {
    this.#phrases = phrases;
    setText(this.#label, phrases.say("key.label"));
    setText(this.#join, phrases.say("key.submit"));
    setText(this.#cancel, phrases.say("key.cancel"));
    this.#join.toggleAttribute("data-pending", pending);
  }

  /** Shows the field and goes there. */
  open(): void {
    this.element.hidden = false;
    this.focus();
  }

  /** Hides the field; what was typed stays in it. */
  close(): void {
    this.element.hidden = true;
    this.#complain("");
  }

  /** Puts the cursor into the field. */
  focus(): void {
    this.#input.focus();
    this.#input.select();
  }

  /** Forgets what was typed. */
  clear(): void {
    this.#input.value = "";
  }

  #key(event: KeyboardEvent): void {
    if (event.isComposing) return;
    if (event.key === "Escape") {
      event.stopPropagation();
      this.#on.cancel();
    } else if (event.key === "Enter" && event.target === this.#input) {
      event.stopPropagation();
      event.preventDefault();
      if (!event.repeat) this.#submit();
    }
  }

  #submit(): void {
    const key = this.#input.value.trim();
    const problem = this.#phrases.say(key ? "key.invalid" : "key.empty");
    this.#complain(SESSION_KEY.test(key) ? "" : problem);
    if (SESSION_KEY.test(key)) this.#on.submit(key);
    else this.#input.focus();
  }

  #complain(sentence: string): void {
    setTextOrHide(this.#problem, sentence);
    if (sentence) this.#input.setAttribute("aria-invalid", "true");
    else this.#input.removeAttribute("aria-invalid");
  }
}
