/** Stand-ins for the network, for tests. */
import type { Settings } from "./settings";

/** A socket whose other end is the test. */
export class FakeSocket {
  static readonly OPEN = 1;
  static all: FakeSocket[] = [];
  readonly url: string;
  readonly sent: Record<string, unknown>[] = [];
  readyState = 0;
  bufferedAmount = 0;
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;

  constructor(url: string) {
    this.url = url;
    FakeSocket.all.push(this);
  }

  /** The newest socket. */
  static get last(): FakeSocket {
    const socket = FakeSocket.all.at(-1);
    if (!socket) throw new Error("no socket was opened");
    return socket;
  }

  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }

  close(): void {
    this.readyState = 3;
  }

  open(): void {
    this.readyState = 1;
    this.onopen?.();
  }

  receive(message: unknown): void {
    this.onmessage?.({ data: typeof message === "string" ? message : JSON.stringify(message) });
  }

  /** The connection breaks, or the other end closes it. */
  drop(code = 1006): void {
    this.readyState = 3;
    this.onclose?.({ code });
  }
}

/** The part of the test runner that is needed here; importing it would bring Node's globals into every type check. */
interface Runner {
  stubGlobal(name: string, value: unknown): unknown;
  advanceTimersByTimeAsync(milliseconds: number): Promise<unknown>;
}

/** Puts fake sockets in the place of real ones. */
export function useFakeSockets(runner: Runner): void {
  FakeSocket.all = [];
  runner.stubGlobal("WebSocket", FakeSocket);
}

/** Answers requests by the first part of the address that fits. Returns the requests. */
export function useFakeFetch(
  runner: Runner,
  answers: Record<string, unknown>,
): { url: string; init: RequestInit | undefined }[] {
  const requests: { url: string; init: RequestInit | undefined }[] = [];
  const answer = (url: string, init?: RequestInit) => {
    requests.push({ url, init });
    const found = Object.entries(answers).find(([part]) => url.includes(part))?.[1];
    if (typeof found === "number") return Promise.resolve(new Response("", { status: found }));
    if (found === undefined) return Promise.reject(new TypeError("unreachable"));
    return Promise.resolve(new Response(JSON.stringify(found)));
  };
  runner.stubGlobal("fetch", answer);
  return requests;
}

/** Lets everything run that waits for nothing but its turn. */
export async function settle(runner: Runner): Promise<void> {
  await runner.advanceTimersByTimeAsync(0);
}

export function settingsFor(changes: Partial<Settings> = {}): Settings {
  return {
    service: { ws: "http://127.0.0.1:9", http: "http:", socket: "ws:" },
    groupid: 12345,
    site: "production",
    presence: "on",
    visitorid: "maria-21",
    name: "",
    email: "",
    phone: "",
    companyname: "",
    termsurl: "",
    ui: "",
    privacy: "standard",
    debug: false,
    user: {},
    ...changes,
  };
}

/** A click as a person makes it. */
export function personClicks(button: HTMLElement): void {
  const click = new MouseEvent("click", { bubbles: true, cancelable: true, composed: true });
  Object.defineProperty(click, "isTrusted", { value: true });
  button.dispatchEvent(click);
}

/** A button of this script's own by its name. */
export function ownButton(name: string): HTMLButtonElement {
  const root = document.getElementById("glance_ui")?.shadowRoot;
  const found = [...(root?.querySelectorAll("button") ?? [])].find(({ textContent }) => textContent === name);
  if (!found) throw new Error(`there is no button "${name}"`);
  return found;
}
