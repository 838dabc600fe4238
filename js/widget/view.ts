/** One view of the widget: builds its elements once, then brings them up to date with the face. */

import { moment } from "../language/time_words";
import type { Cleanup } from "./afm";
import { CameraForm } from "./camera_form";
import colors from "./colors.css";
import type { Controller } from "./controller";
import { drawing, enable, make, onPress, setLines, setPaths, setText, setTextOrHide } from "./dom";
import { EntryForm, KEY_FIELD } from "./entry_form";
import type { Face, Line } from "./face";
import { MARK, MOOD_ICONS } from "./icons";
import bar from "./look_bar.css";
import card from "./look_card.css";
import { followTheme } from "./theme";
import shared from "./widget.css";

/** Draws the widget into an element. Returns what takes it out again. */
export function mountView(controller: Controller, el: HTMLElement): Cleanup {
  const view = new View(controller);
  el.append(view.host);
  const unsubscribe = controller.subscribe(view);
  view.draw();
  const unfollow = followTheme(view.host, view.root, view.probe);
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
  // Each speaks up in its own way, so what is said moves from one to the other. A place that is to be heard politely has
  // to be there before; an alert is heard when it comes.
  readonly #headline = make("p", { class: "headline", role: "status" });
  readonly #alarm = make("p", { class: "headline", role: "alert" });
  readonly #tag = make("span", { class: "tag" });
  readonly #timer = make("span", { class: "timer", role: "timer" });
  readonly #when = make("time", { class: "when" });
  readonly #place = make("span", { class: "place" });
  readonly #problems = make("div", { class: "problems", role: "alert", "aria-atomic": "false" });
  readonly #notes = make("div", { class: "notes", "aria-live": "polite" });
  readonly #open = make("button", { type: "button", class: "button", "data-look": "cancel" });
  readonly #link = make("a", {
    class: "button",
    "data-look": "cancel",
    target: "_blank",
    rel: "noopener noreferrer",
  });
  readonly #signIn = make("button", { type: "button", class: "button", "data-look": "key" });
  readonly #signInLink = make("a", {
    class: "button",
    "data-look": "key",
    target: "_blank",
    // The page answers whoever its Referer names, in the window's opener.
    rel: "opener",
    referrerpolicy: "origin",
  });
  readonly #retry = make("button", { type: "button", class: "button", "data-look": "cancel" });
  readonly #useKey = make("button", { type: "button", class: "link" });
  readonly #useCamera = make("button", { type: "button", class: "link" });
  readonly #more = make(
    "div",
    { class: "more" },
    this.#signIn,
    this.#signInLink,
    this.#open,
    this.#link,
    this.#retry,
    this.#useKey,
    this.#useCamera,
  );
  readonly #body = make("div", { class: "body", role: "group", tabindex: "-1", "aria-label": "Glance" });
  readonly slot = make("div", { class: "slot" });
  readonly #keyForm: EntryForm;
  readonly #cameraForm: CameraForm;
  #openedFrom: HTMLButtonElement = this.#main;

  constructor(controller: Controller) {
    this.#controller = controller;
    const cancel = (): void => this.#closeForms();
    this.#keyForm = new EntryForm(KEY_FIELD, controller.phrases, {
      submit: (key) => controller.join(this.slot, key),
      cancel,
    });
    this.#cameraForm = new CameraForm(controller.phrases, {
      invite: (phone) => controller.camera(this.slot, phone),
      cancel,
    });
    this.root = this.#build();
    this.host
      .attachShadow({ mode: "open" })
      .append(make("style", {}, shared, colors, bar, card), this.probe, this.root);
    this.#listen();
  }

  /** Brings everything up to date. */
  draw(): void {
    const face = this.#controller.face();
    const focused = this.#focused();
    this.#drawRoot(face);
    this.#drawStatus(face);
    this.#drawButtons(face);
    if (focused && !isShown(focused)) (isShown(this.#main) ? this.#main : this.#body).focus();
  }

  /** A request came to nothing: whoever is still here goes back to where it began. */
  refused(): void {
    if (this.#focused()) this.#openForm?.focus();
  }

  #build(): HTMLElement {
    const said = make("div", { class: "said" }, this.#headline, this.#alarm);
    const head = make("div", { class: "head" }, this.#icon, said);
    const meta = make("div", { class: "meta" }, this.#timer, this.#when, this.#place, this.#tag);
    this.#act.append(this.#mark, this.#main);
    const actions = make("div", { class: "actions" }, this.#act, this.#more);
    const top = make("div", { class: "top" }, actions, make("div", { class: "status" }, head, meta));
    const lines = make("div", { class: "lines" }, this.#problems, this.#notes);
    const { element, code } = this.#cameraForm;
    this.#body.append(top, this.#keyForm.element, element, code, lines, this.slot);
    return make("div", { class: "root", "data-lm-suppress-shortcuts": "true" }, this.#body);
  }

  #listen(): void {
    onPress(this.#main, () => this.#press());
    onPress(this.#open, () => this.#controller.openViewer(this.slot));
    this.#link.addEventListener("click", (event) => this.#follow(event));
    this.#link.addEventListener("auxclick", () => this.#controller.followedLink());
    onPress(this.#signIn, () => this.#controller.signIn());
    for (const press of ["click", "auxclick"])
      this.#signInLink.addEventListener(press, () => this.#controller.signIn(true));
    onPress(this.#retry, () => this.#controller.ask("retry"));
    onPress(this.#useKey, () => this.#openFrom(this.#useKey, this.#keyForm));
    onPress(this.#useCamera, () => this.#openFrom(this.#useCamera, this.#cameraForm));
  }

  #press(): void {
    const action = this.#controller.face().main?.action;
    if (action === "key") this.#openFrom(this.#main, this.#keyForm);
    else if (action === "join") this.#controller.join(this.slot);
    else if (action) this.#controller.ask(action);
  }

  /** A plain click opens the viewer as the button would; any other, or where that is not allowed, follows the link. */
  #follow(event: MouseEvent): void {
    const plain = !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
    if (plain && this.#controller.openViewer(this.slot)) event.preventDefault();
    else this.#controller.followedLink();
  }

  get #openForm(): EntryForm | undefined {
    return [this.#keyForm, this.#cameraForm].find(({ isOpen }) => isOpen);
  }

  #openFrom(from: HTMLButtonElement, form: EntryForm): void {
    this.#openedFrom = from;
    this.#openForm?.close();
    form.open();
    this.draw();
  }

  #closeForms(): void {
    this.#openForm?.close();
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
    this.#mark.toggleAttribute("hidden", !traits.gicon);
  }

  #drawStatus(face: Face): void {
    if (this.#icon.dataset["mood"] !== face.mood) {
      this.#icon.dataset["mood"] = face.mood;
      setPaths(this.#icon, ...MOOD_ICONS[face.mood]);
    }
    const alarming = face.mood === "problem";
    setText(this.#headline, alarming ? "" : face.headline);
    setTextOrHide(this.#alarm, alarming ? face.headline : "");
    setTextOrHide(this.#tag, face.tag);
    setTextOrHide(this.#timer, face.timer);
    setTextOrHide(this.#when, face.when?.text ?? "");
    if (face.when) {
      this.#when.dateTime = new Date(face.when.at).toISOString();
      this.#when.title = moment(face.when.at, this.#controller.phrases.lang);
    }
    setTextOrHide(this.#place, face.place);
    this.#place.title = face.place;
    const words = (kind: Line["kind"]): string[] =>
      face.lines.filter((line) => line.kind === kind).map(({ text }) => text);
    setLines(this.#problems, words("problem"));
    this.#problems.hidden = !this.#problems.hasChildNodes();
    setLines(this.#notes, words("note"));
  }

  #drawButtons(face: Face): void {
    const { phrases } = this.#controller;
    if (!face.keyAllowed) this.#keyForm.close();
    if (!face.useCamera) this.#cameraForm.close();
    for (const form of [this.#keyForm, this.#cameraForm]) {
      if (face.state === "in_session") form.clear();
      form.draw(phrases, face.pending);
    }
    this.#cameraForm.drawCamera(phrases, face.code);
    const form = this.#openForm;
    const { main } = face;
    this.#main.hidden = main === null || form !== undefined;
    this.#act.hidden = this.#main.hidden;
    if (main) {
      setText(this.#main, main.name);
      this.#main.dataset["look"] = main.action;
      enable(this.#main, main.enabled);
      this.#main.toggleAttribute("data-pending", face.pending);
    }
    setTextOrHide(this.#signIn, face.signIn === "" ? phrases.say("signIn.button") : "");
    drawLink(this.#signInLink, phrases.say("signIn.button"), face.signIn ?? "");
    setTextOrHide(this.#retry, face.retry ? phrases.say("button.retry") : "");
    setTextOrHide(this.#useKey, face.useKey && form !== this.#keyForm ? phrases.say("button.useKey") : "");
    const offerCamera = face.useCamera && form !== this.#cameraForm;
    setTextOrHide(this.#useCamera, offerCamera ? phrases.say("button.camera") : "");
    const open = face.openViewer === "reopen" ? "button.reopenViewer" : "button.openViewer";
    setTextOrHide(this.#open, face.openViewer && !face.address ? phrases.say(open) : "");
    drawLink(this.#link, phrases.say(open), face.address);
    this.#open.className = face.openViewer === "reopen" ? "link" : "button";
    this.#more.hidden = [...this.#more.children].every((button) => button.hasAttribute("hidden"));
  }

  #focused(): Element | null {
    return this.host.shadowRoot?.activeElement ?? null;
  }
}

/** Shows a link with its name, or hides it where it leads nowhere. */
function drawLink(link: HTMLAnchorElement, name: string, address: string): void {
  setTextOrHide(link, address && name);
  if (address) link.href = address;
  else link.removeAttribute("href");
}

function isShown(element: Element): boolean {
  return element.closest("[hidden]") === null;
}
