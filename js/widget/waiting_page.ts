/** The small page that fills the viewer's window until the visitor has accepted. It needs nothing from the network. */
import type { Phrases } from "./phrases";
import styles from "./waiting_page.css";

/** What the page says at the moment. */
export interface WaitingWords {
  readonly heading: string;
  readonly message: string;
  readonly advice: string;
}

const PARTS = ["heading", "message", "advice"] as const;

/** Writes the page into a blank document of our own; says nothing when the document is out of reach. */
export function writeWaitingPage(doc: Document | null, phrases: Phrases, words: WaitingWords): void {
  if (!doc?.body) return;
  doc.title = phrases.say("waiting.title");
  doc.documentElement.lang = phrases.lang;
  doc.documentElement.dir = phrases.dir;
  const style = doc.createElement("style");
  style.textContent = styles;
  const main = doc.createElement("main");
  const dots = doc.createElement("div");
  dots.className = "dots";
  dots.append(doc.createElement("i"), doc.createElement("i"), doc.createElement("i"));
  main.append(dots, ...PARTS.map((part) => doc.createElement(part === "heading" ? "h1" : "p")));
  main.setAttribute("aria-live", "polite");
  doc.head.append(style);
  doc.body.replaceChildren(main);
  updateWaitingPage(doc, words);
}

/** Changes what the page says, if it is still there: the viewer may have taken its place. */
export function updateWaitingPage(doc: Document | null, words: WaitingWords): void {
  const texts = doc?.querySelectorAll("main > h1, main > p") ?? [];
  PARTS.forEach((part, index) => {
    const element = texts[index];
    if (element && element.textContent !== words[part]) element.textContent = words[part];
  });
}
