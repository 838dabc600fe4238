/** The viewer's page: header, the region with the replica, and the card that says what is going on. */
import css from "./viewer.css";

/** The elements that change. */
export interface Layout {
  readonly who: HTMLElement;
  readonly visitorId: HTMLElement;
  readonly pageTitle: HTMLElement;
  readonly pageAddress: HTMLElement;
  readonly running: HTMLElement;
  readonly quality: HTMLElement;
  readonly zoom: HTMLElement;
  readonly fit: HTMLButtonElement;
  readonly full: HTMLButtonElement;
  readonly end: HTMLButtonElement;
  readonly region: HTMLElement;
  /** Has the scaled size of the replica. */
  readonly paper: HTMLElement;
  /** Has the visitor's size, and is scaled. */
  readonly replica: HTMLElement;
  readonly card: HTMLElement;
  readonly cardTitle: HTMLElement;
  readonly cardText: HTMLElement;
  readonly cardSince: HTMLElement;
  readonly trouble: HTMLElement;
  readonly spoken: HTMLElement;
}

type Children = readonly (Node | string)[];

/** An element with a class and children; texts become text nodes. */
function make<Tag extends keyof HTMLElementTagNameMap>(tag: Tag, name: string, ...children: Children) {
  const element = document.createElement(tag);
  element.className = name;
  element.append(...children);
  return element;
}

/** Builds everything inside the root and returns what changes. */
export function build(root: HTMLElement): Layout {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  const header = headerParts();
  const stage = stageParts();
  const spoken = make("div", "spoken");
  spoken.setAttribute("role", "status");
  const { who, visitorId, pageTitle, pageAddress, running, quality, zoom, fit, full, end, trouble } = header;
  zoom.append(fit, full);
  zoom.setAttribute("role", "group");
  zoom.setAttribute("aria-label", "Zoom");
  const head = make(
    "header",
    "head",
    make("div", "who", who, visitorId),
    make("div", "page", pageTitle, pageAddress),
    make("div", "state", quality, running),
    zoom,
    end,
  );
  const main = make("main", "main", stage.region, stage.card);
  root.replaceChildren(head, trouble, main, spoken);
  return { ...header, ...stage, spoken };
}

function headerParts() {
  const button = (name: string, text: string) =>
    Object.assign(make("button", name, text), { type: "button" as const });
  const running = make("span", "running");
  running.title = "Time since the session started";
  return {
    who: make("strong", "name"),
    visitorId: make("span", "detail"),
    pageTitle: make("span", "title"),
    pageAddress: make("span", "detail"),
    running,
    quality: make("span", "quality"),
    zoom: make("div", "zoom"),
    fit: button("choice", "Fit width"),
    full: button("choice", "100 %"),
    end: button("end", "End Session"),
    trouble: Object.assign(make("p", "trouble"), { hidden: true }),
  };
}

function stageParts() {
  const replica = make("div", "replica");
  const paper = make("div", "paper", replica);
  // Neither keyboard nor pointer nor assistive technology gets into the copy; the region around it scrolls.
  paper.inert = true;
  const region = make("section", "region", paper);
  region.setAttribute("role", "region");
  region.setAttribute("aria-label", "Visitor's page");
  region.tabIndex = 0;
  const cardTitle = make("h1", "card-title");
  cardTitle.tabIndex = -1;
  const cardText = make("p", "card-text");
  const cardSince = make("p", "card-since");
  const card = make("div", "card", cardTitle, cardText, cardSince);
  return { region, paper, replica, card, cardTitle, cardText, cardSince };
}

/** Changes a text only when it is another one: screen readers announce every change. */
export function setText(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}
