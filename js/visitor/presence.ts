/** `GLANCE.Presence.Visitor`: tells agents that the visitor is here, and does what they ask (wire sheet, section 5.6). */
import type { JsonObject } from "../protocol/json_values";
import { plainHref } from "../protocol/live_view";
import type { PresenceMessage, TermsStatus } from "../protocol/presence";
import { browserInfo } from "./browser_info";
import { type InvokeRoots, invoke } from "./invoke";
import { complain, remark } from "./log";
import { PresenceLink } from "./presence_link";
import { recordable, type Settings, visitoridOf } from "./settings";

/** What a page may give `new GLANCE.Presence.Visitor(…)`; the rest comes from the script tag. */
export interface PresenceOptions {
  readonly groupid?: string | number;
  readonly visitorid?: string;
}

/** The part of presence that the rest of this script uses. */
export interface Presence {
  fire(name: string, data?: JsonObject): void;
  terms(status: TermsStatus): void;
}

/** The public object. Handlers are the page's to set. */
export interface VisitorPresence extends Presence {
  onsignal: ((data: JsonObject) => void) | null;
  onerror: ((problem: { error: string; detail: string }) => void) | null;
  onconnected: ((data: JsonObject) => void) | null;
  onclose: (() => void) | null;
  presence(options?: { data?: unknown }): void;
  connect(): void;
  disconnect(): void;
  setVisitorId(id: string): void;
}

export interface PresenceClass {
  new (options?: PresenceOptions): VisitorPresence;
  instance: VisitorPresence | null;
  setVisitorId(id: string): void;
}

/** One visitor as agents see him: announces the page, and takes what they send. */
class VisitorConnection implements VisitorPresence {
  onsignal: VisitorPresence["onsignal"] = null;
  onerror: VisitorPresence["onerror"] = null;
  onconnected: VisitorPresence["onconnected"] = null;
  onclose: VisitorPresence["onclose"] = null;
  readonly #settings: Settings;
  readonly #roots: () => InvokeRoots;
  readonly #link: PresenceLink;
  /** Given once, repeated in later records (wire sheet, section 5.6). */
  #data: Record<string, string | number> = {};
  #announced = false;

  constructor(settings: Settings, roots: () => InvokeRoots, options: PresenceOptions) {
    this.#settings = settings;
    this.#roots = roots;
    const groupid = Number(options.groupid ?? settings.groupid);
    const visitorid = visitoridOf(options.visitorid ?? settings.visitorid);
    const whose = { service: settings.service, site: settings.site, groupid, visitorid };
    this.#link = new PresenceLink(whose, {
      onopen: () => this.#opened(),
      onmessage: (message) => this.#received(message),
      onclose: () => this.onclose?.(),
      onerror: (error, detail) => this.#failed(error, detail),
    });
    window.addEventListener("focus", () => this.#announce());
    document.addEventListener("visibilitychange", () => this.#visibility());
    // A page that comes back out of the browser's cache has lost its socket long ago.
    window.addEventListener("pageshow", ({ persisted }) => persisted && this.#link.reconnect(0));
  }

  presence({ data }: { data?: unknown } = {}): void {
    this.#data = { ...this.#data, ...recordable(data) };
    this.#announced = true;
    this.#announce();
    this.connect();
  }

  connect(): void {
    this.#link.open();
  }

  disconnect(): void {
    this.#link.close();
  }

  setVisitorId(id: string): void {
    this.#link.rename(visitoridOf(id));
  }

  fire(name: string, data?: JsonObject): void {
    this.#link.send(data === undefined ? { type: name } : { type: name, data });
  }

  terms(status: TermsStatus): void {
    this.fire("terms", { status });
  }

  #opened(): void {
    this.#announce();
    if (document.visibilityState === "hidden") this.#visibility();
  }

  #announce(): void {
    if (!this.#announced || !this.#link.connected) return;
    const { name } = this.#settings;
    const own = name ? { name } : {};
    const url = plainHref(location.href);
    this.fire("presence", {
      ...this.#settings.user,
      ...this.#data,
      ...own,
      url,
      ...browserInfo(navigator.userAgent),
    });
  }

  /**
   * Real clients close their socket when the page is hidden. This one stays: an agent should be able to tell a visitor
   * who looks at another tab from one who has gone.
   */
  #visibility(): void {
    if (this.#link.connected) this.fire("visibility", { visibility: document.visibilityState });
  }

  #received({ kind, data }: PresenceMessage): void {
    if (kind === "connected") this.onconnected?.(data);
    else if (kind === "signal") this.onsignal?.(data);
    else if (kind === "invoke") void this.#invoked(data);
  }

  /** An agent who gives the call a name is told what came of it (ours). */
  async #invoked(data: JsonObject): Promise<void> {
    const { func, req } = data;
    const answer: JsonObject = { req };
    try {
      answer["result"] = await invoke(data, this.#roots());
    } catch (error) {
      complain("invoke", func, error);
      answer["error"] = String(error).slice(0, 500);
    }
    if (req) this.fire("invokeresult", answer);
  }

  #failed(error: string, detail: string): void {
    this.onerror?.({ error, detail });
    if (this.#settings.debug) remark(`Presence: ${error}: ${detail}`);
  }
}

/**
 * Makes the class for one page. Its static `instance` is part of Glance's API, so the class itself belongs to the page's
 * settings and is not made by importing this file.
 */
export function presenceClass(settings: Settings, roots: () => InvokeRoots): PresenceClass {
  return class Visitor extends VisitorConnection {
    static instance: VisitorPresence | null = null;

    constructor(options: PresenceOptions = {}) {
      super(settings, roots, options);
      Visitor.instance = this;
    }

    static setVisitorId(id: string): void {
      Visitor.instance?.setVisitorId(id);
    }
  };
}
