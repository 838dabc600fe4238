/** The terms dialog: asks the visitor before anything of the page is shown (wire sheet, section 6.5). */
import { button, choices, make, type UiHost } from "./ui_host";

/** One request to share the page. */
export interface Question {
  /** Who asks; empty when the page did not say. */
  readonly companyname: string;
  readonly termsurl: string;
  /** Session key of the invitation. */
  readonly key?: string;
  /** Starts the session. When it fails, the error's message is shown and the visitor may try again. */
  accept(): Promise<void>;
  decline(): void;
}

interface Parts {
  readonly dialog: HTMLDialogElement;
  readonly failure: HTMLElement;
  readonly accept: HTMLButtonElement;
  readonly decline: HTMLButtonElement;
}

/** At most one dialog per page. Of two requests the newer wins. */
export class TermsDialog {
  readonly #host: UiHost;
  #parts: Parts | null = null;
  #question: Question | null = null;
  #next: Question | null = null;
  #busy = false;
  #before: Element | null = null;

  constructor(host: UiHost) {
    this.#host = host;
  }

  /** Shows the question. While an accepted one is being started, it waits until that is done. */
  ask(question: Question): void {
    if (this.#busy) {
      this.#next = question;
      return;
    }
    if (!this.#parts) this.#before = document.activeElement;
    this.#parts?.dialog.remove();
    this.#question = question;
    this.#parts = this.#build(question);
    this.#host.root.append(this.#parts.dialog);
    this.#parts.dialog.showModal();
    this.#parts.dialog.focus();
  }

  /** The invitation with this key was taken back. One that is being accepted goes on: the session then ends by itself. */
  withdraw(key: string): void {
    if (this.#next?.key === key) this.#next = null;
    if (this.#question?.key === key && !this.#busy) this.#close();
  }

  #close(): void {
    this.#parts?.dialog.close();
    this.#parts?.dialog.remove();
    this.#parts = null;
    this.#question = null;
    if (this.#before instanceof HTMLElement) this.#before.focus({ preventScroll: true });
    this.#before = null;
  }

  #build(question: Question): Parts {
    const failure = make("p", { className: "failure", hidden: true });
    failure.setAttribute("role", "alert");
    const decline = button("Decline", () => this.#declined(), { id: "glance_decline" });
    const accept = button("Accept", () => void this.#accepted(), {
      id: "glance_accept",
      className: "primary",
    });
    const dialog = make("dialog", { id: "glance_terms", tabIndex: -1 }, ...wording(question), failure);
    dialog.append(choices(decline, accept));
    dialog.setAttribute("role", "dialog");
    dialog.setAttribute("aria-modal", "true");
    dialog.setAttribute("aria-labelledby", "glance_terms_title");
    dialog.setAttribute("aria-describedby", "glance_terms_text");
    dialog.addEventListener("keydown", (event) => this.#key(event));
    // Escape, and the back gesture of phones.
    dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      this.#declined();
    });
    return { dialog, failure, accept, decline };
  }

  /** Keeps the focus inside: the browser alone would let it wander to the address bar and back to the page. */
  #key(event: KeyboardEvent): void {
    // The page's own shortcuts must not act on keys meant for this dialog.
    event.stopPropagation();
    if (event.key === "Escape") {
      event.preventDefault();
      this.#declined();
    }
    if (event.key !== "Tab" || !this.#parts) return;
    const stops = [...this.#parts.dialog.querySelectorAll<HTMLElement>("a, button:not([disabled])")];
    const at = stops.indexOf(this.#host.root.activeElement as HTMLElement);
    const next = event.shiftKey ? (at <= 0 ? stops.length - 1 : at - 1) : (at + 1) % stops.length;
    event.preventDefault();
    stops[next]?.focus();
  }

  #declined(): void {
    if (this.#busy) return;
    const question = this.#question;
    this.#close();
    question?.decline();
  }

  async #accepted(): Promise<void> {
    const { failure, accept, decline } = this.#parts ?? {};
    if (!this.#question || !failure || !accept || !decline || this.#busy) return;
    this.#setBusy(true);
    failure.hidden = true;
    try {
      await this.#question.accept();
      this.#setBusy(false);
      this.#close();
    } catch (error) {
      this.#setBusy(false);
      failure.textContent = error instanceof Error ? error.message : String(error);
      failure.hidden = false;
      accept.textContent = "Try Again";
      accept.focus();
    }
    const next = this.#next;
    this.#next = null;
    if (next) this.ask(next);
  }

  #setBusy(busy: boolean): void {
    this.#busy = busy;
    if (!this.#parts) return;
    this.#parts.accept.disabled = busy;
    this.#parts.decline.disabled = busy;
    this.#parts.dialog.setAttribute("aria-busy", String(busy));
  }
}

function wording({ companyname, termsurl }: Question): HTMLElement[] {
  const title = companyname
    ? `Share this page with ${companyname}?`
    : "Share this page with a support agent?";
  const asks = `${companyname || "The support team of this website"} asks to see this page in your browser to help you.`;
  const link = make("a", {
    id: "glance_terms_link",
    href: termsurl,
    target: "_blank",
    rel: "noopener noreferrer",
  });
  link.textContent = "Read the terms (opens in a new window)";
  const site = location.host || "this website";
  return [
    make("h2", { id: "glance_terms_title" }, title),
    make("p", { id: "glance_terms_text" }, asks),
    make(
      "dl",
      {},
      point("The agent sees", `this page and the next ones on ${site}, and what you do there.`),
      point(
        "The agent does not see",
        "your passwords, other tabs and windows, your files, or what you type, unless this website shows it.",
      ),
      point("You stay in charge", "Pause and End Session, at the bottom of the page, work at any time."),
    ),
    make("p", {}, link),
  ];
}

function point(term: string, text: string): HTMLElement {
  return make("div", {}, make("dt", {}, term), make("dd", {}, text));
}
