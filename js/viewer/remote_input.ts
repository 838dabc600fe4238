/** What the agent's mouse and keys become: few actions, in order, and nothing that would have to be read from the page. */
import { type ControlAction, isKey, type Key, MAX_TEXT } from "../protocol/control";

/** Milliseconds between two actions of a kind: 20 in a second. */
const GAP = 50;
/** Milliseconds between two values of a field that is typed into. */
const TYPING_GAP = 120;

/** Milliseconds within which the visitor's page tells what has the focus after a Tab. */
const FOCUS_WITHIN = 2000;
/** Keys that may wait for that. */
const MAX_EARLY = 200;

/** An element of the visitor's page. */
export interface Target {
  readonly id: number;
  /** Whether one types into it. */
  readonly field: boolean;
  /** Whether Enter begins a new line in it. */
  readonly lines: boolean;
  /** The numbers of the element and of all around it: a click gives the focus to the first that takes it. */
  readonly around: readonly number[];
}

/** The part of a key event that is needed here. */
export interface KeyPress {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly altKey: boolean;
  readonly metaKey: boolean;
  readonly isComposing?: boolean;
}

export class RemoteInput {
  readonly #send: (action: ControlAction) => void;
  readonly #waiting = new Map<string, ControlAction>();
  readonly #timers = new Map<string, ReturnType<typeof setTimeout>>();
  #target: Target | null = null;
  /**
   * What the agent has typed into the target; `null` before the first letter. It begins empty, because what stands in the
   * field is the visitor's and is not read: so the first letter replaces it.
   */
  #typed: string | null = null;
  /** What was pressed after a Tab, which leads where only the visitor's page knows. */
  #early: KeyPress[] = [];
  #tabbed: ReturnType<typeof setTimeout> | undefined;
  /** What was clicked and the visitor's page has not answered with a focus yet, which it does in that order. */
  #clicked: Target[] = [];

  constructor(send: (action: ControlAction) => void) {
    this.#send = send;
  }

  point(x: number, y: number): void {
    this.#soon({ kind: "point", x: Math.round(x), y: Math.round(y) }, GAP);
  }

  scroll(id: number, x: number, y: number): void {
    this.#soon({ kind: "scroll", id, x: Math.round(x), y: Math.round(y) }, GAP);
  }

  click(target: Target, x: number, y: number): void {
    this.#flush();
    this.#send({ kind: "click", id: target.id, x: Math.round(x), y: Math.round(y) });
    this.#aim(target);
    this.#clicked.push(target);
  }

  /** The visitor's page says what got the focus. Since then the agent may have clicked elsewhere, or pressed Tab. */
  focused(target: Target | null): void {
    const answered = this.#clicked.findIndex(({ around }) => target && around.includes(target.id));
    this.#clicked = answered < 0 ? [] : this.#clicked.slice(answered + 1);
    const outdated = this.#clicked.length > 0 || (answered >= 0 && this.#tabbed !== undefined);
    if (!outdated) this.#aim(target);
  }

  #aim(target: Target | null): void {
    if (target?.id !== this.#target?.id) this.#typed = null;
    this.#target = target;
    clearTimeout(this.#tabbed);
    this.#tabbed = undefined;
    const early = this.#early;
    this.#early = [];
    for (const press of early) this.key(press);
  }

  /** Takes a key; `false` when it is none for the page. */
  key({ key, ctrlKey, altKey, metaKey, isComposing = false }: KeyPress): boolean {
    const letter = [...key].length === 1;
    if (isComposing || ctrlKey || metaKey) return false;
    if (!letter && (!isKey(key) || altKey)) return false;
    if (this.#tabbed !== undefined) {
      if (this.#early.length < MAX_EARLY) this.#early.push({ key, ctrlKey, altKey, metaKey });
      return true;
    }
    return letter ? this.type(key) : this.#press(key as Key);
  }

  #press(key: Key): boolean {
    if (key === "Backspace" && this.#typed !== null) {
      this.#typed = [...this.#typed].slice(0, -1).join("");
      this.#write();
    } else if (key === "Enter" && this.#target?.lines && this.#typed !== null) {
      this.type("\n");
    } else if (this.#target) {
      this.#flush();
      this.#send({ kind: "key", id: this.#target.id, key });
      if (key !== "Escape") this.#typed = null;
      if (key === "Tab") this.#tabbed = setTimeout(() => this.reset(), FOCUS_WITHIN);
    }
    return true;
  }

  /** Letters, from the keyboard or pasted. */
  type(text: string): boolean {
    if (!this.#target?.field) return false;
    this.#typed = ((this.#typed ?? "") + text).slice(0, MAX_TEXT);
    this.#write();
    return true;
  }

  /** Forgets what was begun: the visitor may have changed it meanwhile. */
  reset(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
    clearTimeout(this.#tabbed);
    this.#tabbed = undefined;
    this.#early = [];
    this.#clicked = [];
    this.#waiting.clear();
    this.#target = null;
    this.#typed = null;
  }

  #write(): void {
    if (this.#target && this.#typed !== null)
      this.#soon({ kind: "text", id: this.#target.id, text: this.#typed }, TYPING_GAP);
  }

  /** Sends the newest of a kind, the first one at once. */
  #soon(action: ControlAction, gap: number): void {
    const { kind } = action;
    if (this.#timers.has(kind)) {
      this.#waiting.set(kind, action);
      return;
    }
    this.#send(action);
    const timer = setTimeout(() => {
      this.#timers.delete(kind);
      const next = this.#waiting.get(kind);
      this.#waiting.delete(kind);
      if (next) this.#soon(next, gap);
    }, gap);
    this.#timers.set(kind, timer);
  }

  /** What is typed comes before what is done with it. */
  #flush(): void {
    const text = this.#waiting.get("text");
    this.#waiting.delete("text");
    if (text) this.#send(text);
  }
}
