/** A field with two buttons. Not a form: in some sandboxed frames a form may not even be submitted to its own page. */
import { SESSION_KEY } from "../protocol/messages";
import { make, onPress, setText, setTextOrHide } from "./dom";
import type { Phrases } from "./phrases";

/** What is typed into the field, and what is said about it. */
export interface Field {
  /** Also the beginning of its phrases' names. */
  readonly id: "key" | "phone";
  readonly type: "text" | "tel";
  readonly pattern: RegExp;
}

/** The field for a session key. */
export const KEY_FIELD: Field = { id: "key", type: "text", pattern: SESSION_KEY };

/** What the agent does with the field. */
export interface EntryEvents {
  readonly submit: (typed: string) => void;
  readonly cancel: () => void;
}

/** One per view and field. What was typed stays in the field until it has led to a session. */
export class EntryForm {
  readonly element: HTMLElement;
  readonly #field: Field;
  readonly #input: HTMLInputElement;
  readonly #label: HTMLLabelElement;
  readonly #submitButton = make("button", { type: "button", class: "button", "data-look": "key" });
  readonly #cancel = make("button", { type: "button", class: "button", "data-look": "cancel" });
  readonly #problem: HTMLElement;
  readonly #on: EntryEvents;
  #phrases: Phrases;

  constructor(field: Field, phrases: Phrases, on: EntryEvents) {
    const { id, type } = field;
    this.#field = field;
    this.#phrases = phrases;
    this.#on = on;
    const plain = { autocomplete: "off", autocapitalize: "none", spellcheck: "false" };
    this.#input = make("input", { id, type, dir: "ltr", ...plain, "aria-describedby": `${id}-problem` });
    this.#label = make("label", { for: id });
    this.#problem = make("p", { id: `${id}-problem`, class: "line", role: "alert" });
    const row = make("div", { class: "row" }, this.#input, this.#submitButton, this.#cancel);
    this.element = make("div", { class: "panel" }, this.#label, row, this.#problem);
    this.element.hidden = true;
    onPress(this.#submitButton, () => this.#submit());
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
    const { id } = this.#field;
    setText(this.#label, phrases.say(`${id}.label`));
    setText(this.#submitButton, phrases.say(`${id}.submit`));
    setText(this.#cancel, phrases.say(`${id}.cancel`));
    this.#submitButton.toggleAttribute("data-pending", pending);
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
    const typed = this.#input.value.trim();
    const { id, pattern } = this.#field;
    const good = pattern.test(typed);
    this.#complain(good ? "" : this.#phrases.say(typed ? `${id}.invalid` : `${id}.empty`));
    if (good) this.#on.submit(typed);
    else this.#input.focus();
  }

  #complain(sentence: string): void {
    setTextOrHide(this.#problem, sentence);
    if (sentence) this.#input.setAttribute("aria-invalid", "true");
    else this.#input.removeAttribute("aria-invalid");
  }
}
