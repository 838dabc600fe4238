/** One view of the widget: builds its elements once, then brings them up to date with the face. */
import type { Cleanup } from "./afm";
import type { Controller } from "./controller";
import { drawing, enable, make, onPress, setPaths, setText, setTextOrHide } from "./dom";
import type { Face } from "./face";
import { MARK, MOOD_ICONS } from "./icons";
import { KeyForm } from "./key_form";
import { followTheme } from "./theme";
import styles from "./widget.css";

/** Draws the widget into an element. Returns what takes it out again. */
export function mountView(controller: Controller, el: HTMLElement): Cleanup {
  const view = new View(controller);
  el.append(view.host);
  const unsubscribe = controller.subscribe(view);
  view.draw();
  const unfollow = followTheme(view.root, view.probe);
  return () => {
    unsubscribe();
    unfollow();
    view.host.remove();
  };
}

class View {
  /**
   * Stands in the page; all else is inside its shadow root, where the page's styles do not reach. JupyterLab looks for
   * the mark in the page's own tree, and takes keys for its shortcuts where it is missing.
   */
  readonly host = make("div", { "data-lm-suppress-shortcuts": "true" });
  readonly probe = make("div", { class: "probe" });
  readonly root: HTMLElement;
  readonly #controller: Controller;
  readonly #mark = drawing("mark", ...MARK);
  readonly #main = make("button", { type: "button", class: "button" });
  readonly #act = make("div", { class: "act" });
  readonly #icon = drawing("icon");
  readonly #headline = make("p", { class: "headline", role: "status" });
  readonly #tag = make("span", { class: "tag" });
  readonly #timer = make("span", { class: "timer", role: "timer" });
  readonly #when = make("time", { class: "when" });
  readonly #place = make("span", { class: "place" });
  readonly #lines = make("div", { class: "lines", "aria-live": "polite" });
  readonly #open = make("button", { type: "button", class: "button", "data-look": "cancel" });
  readonly #retry = make("button", { type: "button", class: "button", "data-look": "cancel" });
  readonly #useKey = make("button", { type: "button", class: "link" });
  readonly #more = make("div", { class: "row more" }, this.#open, this.#retry, this.#useKey);
  readonly #slot = make("div", { class: "slot" });
  readonly #keyForm: KeyForm;
  #openedFrom: HTMLButtonElement = this.#main;

  constructor(controller: Controller) {
    this.#controller = controller;
    this.#keyForm = new KeyForm(controller.phrases, {
      submit: (key) => controller.join(this.#slot, key),
      cancel: () => this.#closeKey(),
    });
    this.root = this.#build();
    this.host.attachShadow({ mode: "open" }).append(make("style", {}, styles), this.root);
    this.#listen();
  }

  /** Brings everything up to date. */
  draw(): void {
    const face = this.#controller.face();
    const focused = this.#focused();
    this.#drawRoot(face);
    this.#drawStatus(face);
    this.#drawButtons(face);
    if (focused && !isShown(focused)) this.#main.focus();
  }

  /** A request came to nothing: whoever is still here goes back to where it began. */
  refused(): void {
    if (this.#focused() && this.#keyForm.isOpen) this.#keyForm.focus();
  }

  #build(): HTMLElement {
    const head = make("div", { class: "head" }, this.#icon, this.#headline);
    const meta = make("div", { class: "meta" }, this.#timer, this.#when, this.#place, this.#tag);
    const status = make("div", { class: "status" }, head, meta);
    this.#act.append(this.#mark, this.#main);
    const top = make("div", { class: "top" }, this.#act, status);
    const body = make("div", { class: "body", role: "group" });
    body.append(this.probe, top, this.#keyForm.element, this.#lines, this.#more, this.#slot);
    return make("div", { class: "root", "data-lm-suppress-shortcuts": "true" }, body);
  }

  #listen(): void {
    onPress(this.#main, () => this.#press());
    onPress(this.#open, () => this.#controller.openViewer(this.#slot));
    onPress(this.#retry, () => this.#controller.ask("retry"));
    onPress(this.#useKey, () => this.#openKey(this.#useKey));
  }

  #press(): void {
    const action = this.#controller.face().main?.action;
    if (action === "key") this.#openKey(this.#main);
    else if (action === "join") this.#controller.join(this.#slot);
    else if (action) this.#controller.ask(action);
  }

  #openKey(from: HTMLButtonElement): void {
    this.#openedFrom = from;
    this.#keyForm.open();
    this.draw();
  }

  #closeKey(): void {
    this.#keyForm.close();
    this.draw();
    (isShown(this.#openedFrom) ? this.#openedFrom : this.#main).focus();
  }

  #drawRoot(face: Face): void {
    const { phrases, traits, settled } = this.#controller;
    const { root } = this;
    root.lang = phrases.lang;
    root.dir = phrases.dir;
    root.dataset["glanceState"] = face.state;
    root.dataset["mood"] = face.mood;
    root.dataset["ui"] = String(traits.uiVersion);
    if (settled) root.dataset["glanceReady"] = "true";
    root.firstElementChild?.setAttribute("aria-label", phrases.widget);
    this.#mark.toggleAttribute("hidden", !traits.gicon);
  }

  #drawStatus(face: Face): void {
    if (this.#icon.dataset["mood"] !== face.mood) {
      this.#icon.dataset["mood"] = face.mood;
      setPaths(this.#icon, ...MOOD_ICONS[face.mood]);
    }
    setText(this.#headline, face.headline);
    setTextOrHide(this.#tag, face.tag);
    setTextOrHide(this.#timer, face.timer);
    setTextOrHide(this.#when, face.when?.text ?? "");
    if (face.when) {
      this.#when.dateTime = new Date(face.when.at).toISOString();
      this.#when.title = new Date(face.when.at).toLocaleString();
    }
    setTextOrHide(this.#place, face.place);
    this.#place.title = face.place;
    this.#drawLines(face);
  }

  #drawLines(face: Face): void {
    const elements = [...this.#lines.children];
    face.lines.forEach(({ kind, text }, index) => {
      const element = elements[index] ?? this.#lines.appendChild(make("p", { class: "line" }));
      if (!(element instanceof HTMLElement)) return;
      element.dataset["kind"] = kind;
      setText(element, text);
    });
    for (const element of elements.slice(face.lines.length)) element.remove();
  }

  #drawButtons(face: Face): void {
    const { phrases } = this.#controller;
    if (this.#keyForm.isOpen && !face.keyAllowed) this.#keyForm.close();
    if (face.state === "in_session") this.#keyForm.clear();
    this.#keyForm.draw(phrases, face.pending);
    const { main } = face;
    this.#main.hidden = main === null || this.#keyForm.isOpen;
    this.#act.hidden = this.#main.hidden && this.#mark.hasAttribute("hidden");
    if (main) {
      setText(this.#main, main.name);
      this.#main.dataset["look"] = main.action;
      enable(this.#main, main.enabled);
      this.#main.toggleAttribute("data-pending", face.pending);
    }
    setTextOrHide(this.#retry, face.retry ? phrases.buttons.retry : "");
    setTextOrHide(this.#useKey, face.useKey && !this.#keyForm.isOpen ? phrases.buttons.useKey : "");
    const { openViewer, reopenViewer } = phrases.buttons;
    setTextOrHide(this.#open, { "": "", open: openViewer, reopen: reopenViewer }[face.openViewer]);
    this.#open.className = face.openViewer === "reopen" ? "link" : "button";
    this.#more.hidden = this.#retry.hidden && this.#useKey.hidden && this.#open.hidden;
  }

  #focused(): Element | null {
    return this.host.shadowRoot?.activeElement ?? null;
  }
}

function isShown(element: Element): boolean {
  return element.closest("[hidden]") === null;
}
