/** The visitor's own view of a running session: who watches, the key for the phone, pause and end. */
import { NOT_RECORDED } from "./assist_question";
import type { Running } from "./session_parts";
import { button, make, type UiHost } from "./ui_host";

/** Milliseconds for which the notice about a session's end stays. */
const NOTICE_TIME = 8000;

export interface BarState {
  /** Names of the agents who watch; unnamed ones count too. */
  readonly agents: readonly string[];
  /** The key to tell the agent; `null` when nobody needs to be told. */
  readonly key: string | null;
  readonly connection: "ok" | "reconnecting";
  readonly paused: boolean;
  /** Who asks for remote assist; `null` when nobody does. */
  readonly asking: string | null;
  /** Who has remote assist; `null` when nobody has. */
  readonly assist: string | null;
}

/** What the bar says of a session. */
export function barState({ watching, connection, stored, assist }: Running): BarState {
  const named = watching.agentlist.map(({ name, partneruserid }) => (name || partneruserid).slice(0, 60));
  // Who has no entry watches too.
  const agents = named.length > 0 ? named : watching.count > 0 ? [""] : [];
  // Who watches knows the key.
  const key = stored.tellKey && agents.length === 0 ? stored.sessionKey : null;
  const { asking, helper } = assist;
  return { agents, key, connection, paused: stored.pause !== undefined, asking, assist: helper };
}

/** What the visitor presses. */
export interface BarActions {
  end(): void;
  pause(): void;
  /** Takes remote assist back. */
  stop(): void;
}

/** Why a session ended, in words for the visitor. */
const ENDINGS: Readonly<Record<string, string>> = {
  agent: "The agent ended the session.",
  visitor: "You ended the session.",
  conndrop: "The connection was lost for too long.",
  timedout: "No agent joined in time.",
  norecord: NOT_RECORDED,
};

/** The bar at the bottom of the page, and the notice that follows it. */
export class SessionBar {
  readonly #host: UiHost;
  readonly #words = make("span", { className: "words", role: "status" });
  readonly #key = make("span", { className: "key" });
  readonly #stop: HTMLButtonElement;
  readonly #pause: HTMLButtonElement;
  readonly #bar: HTMLElement;
  #notice: HTMLElement | null = null;
  #fade: ReturnType<typeof setTimeout> | undefined;

  constructor(host: UiHost, actions: BarActions) {
    this.#host = host;
    this.#stop = button("Stop", () => actions.stop(), { className: "primary" });
    this.#pause = button("", () => actions.pause());
    const buttons = [this.#stop, this.#pause, button("End Session", () => actions.end())];
    this.#bar = make("div", { role: "region", ariaLabel: "Shared session" }, this.#words, this.#key);
    this.#bar.append(make("span", { className: "buttons" }, ...buttons));
  }

  /** Shows the bar, or brings it up to date. Only what changed is touched, so that it is announced once. */
  show(state: BarState): void {
    const { agents, key, connection, paused, assist } = state;
    this.#dismiss();
    this.#put(this.#bar);
    setText(this.#words, barText(state));
    const on = connection === "ok" && (assist ? "helped" : agents.length > 0 && "watched");
    this.#bar.className = `bar ${paused ? "paused" : on || ""}`;
    this.#key.hidden = key === null;
    if (key !== null && this.#key.lastChild?.textContent !== key)
      this.#key.replaceChildren("Tell the agent this key: ", make("strong", {}, key));
    this.#stop.hidden = assist === null;
    setText(this.#pause, paused ? "Resume" : "Pause");
    // What a resume would show, and to whom, is known only with a connection.
    this.#pause.disabled = paused && connection !== "ok";
  }

  /** Takes the bar away and says why for a short while. */
  ended(reason: string): void {
    this.#bar.remove();
    this.#dismiss();
    this.#notice = make("div", { className: "bar", role: "status" });
    this.#put(this.#notice);
    // A live region is announced for what changes in it, not for what it came with.
    this.#notice.append(
      make("span", {}, `You are no longer sharing this page. ${ENDINGS[reason] ?? "The session has ended."}`),
    );
    this.#fade = setTimeout(() => this.#dismiss(), NOTICE_TIME);
  }

  #put(element: HTMLElement): void {
    const { root, dock } = this.#host;
    // A page's script may have emptied it.
    if (dock.parentNode !== root) root.append(dock);
    if (element.parentNode !== dock) dock.append(element);
  }

  #dismiss(): void {
    clearTimeout(this.#fade);
    this.#notice?.remove();
    this.#notice = null;
  }
}

function setText(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

function barText({ agents, connection, paused, asking, assist }: BarState): string {
  const names = agents.map((name) => name || "an agent").join(", ");
  const sees = agents.length > 1 ? "see" : "sees";
  if (paused) return `Paused. ${names || "No one"} ${sees} ${names ? "nothing of " : ""}this page.`;
  if (connection !== "ok") return "Connection lost. Trying again…";
  if (assist !== null) return `${assist} can click and type here`;
  if (asking !== null) return `${asking} asks to use this page with you`;
  return `Sharing this page with ${names || "no one yet"}`;
}
