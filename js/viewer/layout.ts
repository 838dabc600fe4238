/** The viewer's page: header, the region with the replica, and the card that says what is going on. */
import { say } from "./phrases";
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
  /** Asks for remote assist, takes the question back, gives it back. */
  readonly assist: HTMLButtonElement;
  readonly end: HTMLButtonElement;
  readonly region: HTMLElement;
  /** Has the scaled size of the replica. */
  readonly paper: HTMLElement;
  /** Has the visitor's size, and is scaled. */
  readonly replica: HTMLElement;
  /** Takes the agent's mouse and keys under remote assist, in the replica's place. */
  readonly layer: HTMLElement;
  readonly card: HTMLElement;
  readonly cardTitle: HTMLElement;
  readonly cardText: HTMLElement;
  readonly cardSince: HTMLElement;
  readonly trouble: HTMLElement;
  /** What is going on with remote assist. */
  readonly helping: HTMLElement;
  readonly spoken: HTMLElement;
  readonly spokenAssist: HTMLElement;
  /** Says to a screen reader what stands in place of the page. */
  readonly spokenPage: HTMLElement;
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
  const [spoken, spokenAssist, spokenPage] = [
    make("div", "spoken"),
    make("div", "spoken"),
    make("div", "spoken"),
  ];
  for (const live of [spoken, spokenAssist, spokenPage]) live.setAttribute("role", "status");
  const { who, visitorId, pageTitle, pageAddress, running, quality, zoom, fit, full } = header;
  const { assist, end, trouble, helping } = header;
  zoom.append(fit, full);
  zoom.setAttribute("role", "group");
  zoom.setAttribute("aria-label", say("zoom"));
  const head = make(
    "header",
    "head",
    make("div", "who", who, visitorId),
    make("div", "page", pageTitle, pageAddress),
    make("div", "state", quality, running),
    zoom,
    assist,
    end,
  );
  const main = make("main", "main", stage.region, stage.card);
  root.replaceChildren(head, helping, trouble, main, spoken, spokenAssist, spokenPage);
  return { ...header, ...stage, spoken, spokenAssist, spokenPage };
}

function headerParts() {
  const button = (name: string, text: string) =>
    Object.assign(make("button", name, text), { type: "button" as const });
  const running = make("span", "running");
  running.title = say("session.running");
  return {
    who: make("strong", "name"),
    visitorId: make("span", "detail"),
    // Of the visitor's page, whatever the agent reads.
    pageTitle: Object.assign(make("span", "title"), { dir: "auto" }),
    pageAddress: Object.assign(make("span", "detail"), { dir: "ltr" }),
    running,
    quality: make("span", "quality"),
    zoom: make("div", "zoom"),
    fit: button("choice", say("zoom.fit")),
    full: button("choice", "100 %"),
    assist: button("assist", say("assist.request")),
    end: button("end", say("session.end")),
    trouble: Object.assign(make("p", "trouble"), { hidden: true }),
    helping: Object.assign(make("p", "trouble helping"), { hidden: true }),
  };
}

function stageParts() {
  const replica = make("div", "replica");
  const paper = make("div", "paper", replica);
  // Neither keyboard nor pointer nor assistive technology gets into the copy; the region around it scrolls.
  paper.inert = true;
  const layer = make("div", "layer");
  layer.hidden = true;
  layer.tabIndex = 0;
  layer.setAttribute("role", "application");
  layer.setAttribute("aria-label", say("page.layer"));
  const region = make("section", "region", make("div", "sheet", paper, layer));
  region.setAttribute("role", "region");
  // The copy is measured and scrolled from its left edge, whatever the agent reads.
  region.dir = "ltr";
  region.setAttribute("aria-label", say("page.region"));
  region.tabIndex = 0;
  const cardTitle = make("h1", "card-title");
  cardTitle.tabIndex = -1;
  const cardText = make("p", "card-text");
  const cardSince = make("p", "card-since");
  const card = make("div", "card", cardTitle, cardText, cardSince);
  return { region, paper, replica, layer, card, cardTitle, cardText, cardSince };
}

/** Changes a text only when it is another one: screen readers announce every change. */
export function setText(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}
