/** Catches the agent's mouse and keys above the replica, which itself takes none. */
import type { ControlAction } from "../protocol/control";
import { type Inside, scrolledAt, targetAt, targetWith } from "./hit";
import type { Layout } from "./layout";
import { RemoteInput } from "./remote_input";

/** Milliseconds after which the replica has caught up with what was scrolled. */
const SETTLED = 300;
/** Pixels of a line, for wheels that count lines. */
const LINE = 18;

export class RemoteLayer {
  readonly #layout: Layout;
  readonly #inside: () => Inside | null;
  readonly #input: RemoteInput;
  #on = false;
  /** What is still to be scrolled beyond what the replica shows. */
  #ahead = { id: -1, x: 0, y: 0, at: 0 };

  constructor(layout: Layout, inside: () => Inside | null, send: (action: ControlAction) => void) {
    this.#layout = layout;
    this.#inside = inside;
    this.#input = new RemoteInput(send);
    const { layer } = layout;
    layer.onpointermove = (event) => this.#on && this.#input.point(...this.#place(event));
    layer.onclick = (event) => this.#click(event);
    layer.oncontextmenu = (event) => event.preventDefault();
    layer.onwheel = (event) => this.#wheel(event);
    layer.onkeydown = (event) => this.#key(event);
    layer.onpaste = (event) => {
      event.preventDefault();
      if (this.#on) this.#input.type(event.clipboardData?.getData("text/plain") ?? "");
    };
  }

  /** Shows or hides it; a layer that is held takes input, which then has no effect. */
  set(shown: boolean, on: boolean): void {
    const { layer, assist } = this.#layout;
    if (on !== this.#on) this.#input.reset();
    this.#on = on;
    layer.classList.toggle("held", !on);
    if (layer.hidden === !shown) return;
    const focused = layer === document.activeElement;
    layer.hidden = !shown;
    if (shown) layer.focus({ preventScroll: true });
    else if (focused) assist.focus();
  }

  /** The visitor's page says that an element has the focus. */
  focused(id: number): void {
    const inside = this.#inside();
    if (this.#on && inside) this.#input.focused(targetWith(inside, id));
  }

  /** A place in the visitor's window. */
  #place({ clientX, clientY }: MouseEvent): [number, number] {
    const { paper, replica } = this.#layout;
    const { left, top, width } = paper.getBoundingClientRect();
    const scale = replica.offsetWidth / Math.max(1, width);
    return [(clientX - left) * scale, (clientY - top) * scale];
  }

  /** Asks the replica, which is out of reach for everything else. */
  #reach<Found>(ask: (inside: Inside) => Found): Found | null {
    const inside = this.#inside();
    if (!inside) return null;
    const { paper } = this.#layout;
    paper.inert = false;
    try {
      return ask(inside);
    } finally {
      paper.inert = true;
    }
  }

  #click(event: MouseEvent): void {
    const [x, y] = this.#place(event);
    const target = this.#on ? this.#reach((inside) => targetAt(inside, x, y)) : null;
    if (target) this.#input.click(target, x, y);
  }

  #wheel(event: WheelEvent): void {
    // With Ctrl it is the browser's own zoom.
    if (event.ctrlKey) return;
    event.preventDefault();
    if (!this.#on) return;
    const [x, y] = this.#place(event);
    const unit = event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? 1 : LINE;
    const [dx, dy] = [event.deltaX * unit, event.deltaY * unit];
    const found = this.#reach((inside) => scrolledAt(inside, x, y, dx, dy));
    if (!found) return;
    // The replica lags behind the wheel: what was asked for is added up until it has caught up.
    const ahead = this.#ahead;
    const goesOn = ahead.id === found.id && event.timeStamp - ahead.at < SETTLED;
    const next = goesOn ? { x: Math.max(0, ahead.x + dx), y: Math.max(0, ahead.y + dy) } : found;
    this.#ahead = { id: found.id, x: next.x, y: next.y, at: event.timeStamp };
    this.#input.scroll(found.id, next.x, next.y);
  }

  #key(event: KeyboardEvent): void {
    // The way out for people without a mouse, as Tab goes to the visitor's page.
    if (event.shiftKey && event.key === "Escape") this.#layout.assist.focus();
    else if (event.shiftKey && event.key === "Tab") return;
    else if (this.#on && !this.#input.key(event)) return;
    event.preventDefault();
  }
}
