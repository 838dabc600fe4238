/** The visitor's own view of a running session: who watches, the key for the phone, and how to end it. */
import { make, type UiHost } from "./ui_host";

/** Milliseconds for which the notice about a session's end stays. */
const NOTICE_TIME = 8000;

export interface BarState {
  /** Names of the agents who watch; unnamed ones count too. */
  readonly agents: readonly string[];
  /** The key to tell the agent; `null` when nobody needs to be told. */
  readonly key: string | null;
  readonly connection: "ok" | "reconnecting";
}

/** Why a session ended, in words for the visitor. */
const ENDINGS: Readonly<Record<string, string>> = {
  agent: "The agent ended the session.",
  visitor: "You ended the session.",
  conndrop: "The connection was lost for too long.",
  timedout: "No agent joined in time.",
};

/** The bar at the bottom of the page, and the notice that follows it. */
export class SessionBar {
  readonly #host: UiHost;
  readonly #end: () => void;
  #bar: HTMLElement | null = null;
  #notice: HTMLElement | null = null;
  #fade: ReturnType<typeof setTimeout> | undefined;

  constructor(host: UiHost, end: () => void) {
    this.#host = host;
    this.#end = end;
  }

  /** Shows the bar, or brings it up to date. Only what changed is touched, so that it is announced once. */
  show(state: BarState): void {
    this.#dismiss();
    this.#bar ??= this.#build();
    if (!this.#bar.isConnected) this.#host.root.append(this.#bar);
    const words = this.#bar.querySelector(".words");
    const key = this.#bar.querySelector<HTMLElement>(".key");
    if (!words || !key) return;
    const text = barText(state);
    if (words.textContent !== text) words.textContent = text;
    this.#bar.classList.toggle("watched", state.agents.length > 0 && state.connection === "ok");
    key.hidden = state.key === null;
    if (state.key !== null) key.replaceChildren("Tell the agent this key: ", make("strong", {}, state.key));
  }

  /** Takes the bar away and says why for a short while. */
  ended(reason: string): void {
    this.#bar?.remove();
    this.#bar = null;
    this.#dismiss();
    this.#notice = make("div", { className: "bar notice" });
    this.#notice.setAttribute("role", "status");
    this.#host.root.append(this.#notice);
    // A live region is announced for what changes in it, not for what it came with.
    this.#notice.append(
      make("span", {}, `You are no longer sharing this page. ${ENDINGS[reason] ?? "The session has ended."}`),
    );
    this.#fade = setTimeout(() => this.#dismiss(), NOTICE_TIME);
  }

  #dismiss(): void {
    clearTimeout(this.#fade);
    this.#notice?.remove();
    this.#notice = null;
  }

  #build(): HTMLElement {
    const words = make("span", { className: "words" });
    words.setAttribute("role", "status");
    const end = make("button", { type: "button", onclick: () => this.#end() }, "End Session");
    const bar = make(
      "div",
      { className: "bar" },
      words,
      make("span", { className: "key", hidden: true }),
      end,
    );
    bar.setAttribute("role", "region");
    bar.setAttribute("aria-label", "Shared session");
    return bar;
  }
}

function barText({ agents, connection }: BarState): string {
  if (connection === "reconnecting") return "Connection lost. Trying again…";
  const names = agents.map((name) => name || "an agent");
  return `Sharing this page with ${names.length > 0 ? names.join(", ") : "no one yet"}`;
}
