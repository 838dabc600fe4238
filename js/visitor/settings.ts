/** The script tag's settings (wire sheet, section 6.1). */
import { isObject, type JsonObject, textOf } from "../protocol/json_values";
import { remark } from "./log";
import { type Privacy, privacyOf } from "./privacy_policy";

/** Where the service is: one origin, and the schemes that go with it. */
export interface Service {
  /** Origin of the web server, such as `https://www.glance.net`. */
  readonly ws: string;
  readonly http: "http:" | "https:";
  readonly socket: "ws:" | "wss:";
}

/** What the tag and `window.GLANCE_COBROWSE` say, checked. */
export interface Settings {
  readonly service: Service;
  /** 1 to 6 digits. */
  readonly groupid: number;
  readonly site: "production" | "staging";
  readonly presence: "on" | "api" | "off";
  /** Empty when the page names no visitor. */
  readonly visitorid: string;
  readonly name: string;
  readonly email: string;
  readonly phone: string;
  readonly companyname: string;
  readonly termsurl: string;
  readonly debug: boolean;
  /** What leaves the page, where the page says it; the service may ask for less. */
  readonly privacy: Privacy | null;
  /** `custom`: the page asks the visitor for remote assist in its own words. */
  readonly ui: string;
  /** Settings named `user-*`, prefix stripped: they go into the presence record (wire sheet, section 5.6). */
  readonly user: Readonly<Record<string, string | number>>;
}

const TAG_IDS = ["glance-cobrowse", "cobrowsescript"];

/** The tag that carries this script: the one being run, or else the documented ids. */
export function findTag(doc: Document): HTMLElement | null {
  if (doc.currentScript instanceof HTMLScriptElement && doc.currentScript.src) return doc.currentScript;
  return TAG_IDS.map((id) => doc.getElementById(id)).find((tag) => tag !== null) ?? null;
}

/**
 * Reads the settings: the tag's `data-*` win over `window.GLANCE_COBROWSE`, which wins over the query of the tag's `src`.
 *
 * @throws Error with a sentence for the page's developer when the group or the service is missing or malformed.
 */
export function readSettings(tag: HTMLElement | null, globals: unknown, page: Location): Settings {
  const src = tag?.getAttribute("src") ?? "";
  const address = src ? new URL(src, page.href) : null;
  const given = new Map<string, unknown>();
  for (const [name, value] of address?.searchParams ?? []) given.set(name.toLowerCase(), value);
  if (given.has("group") && !given.has("groupid")) given.set("groupid", given.get("group"));
  for (const [name, value] of Object.entries(isObject(globals) ? globals : {}))
    given.set(name.toLowerCase(), value);
  for (const { name, value } of tag?.attributes ?? []) {
    if (name.startsWith("data-")) given.set(name.slice("data-".length), value);
  }
  return checked(given, address, page);
}

function checked(given: ReadonlyMap<string, unknown>, address: URL | null, page: Location): Settings {
  const text = (name: string, limit = 255) => textOf(given.get(name), limit)?.trim() ?? "";
  return {
    service: serviceAt(text("ws"), address, page),
    groupid: groupidOf(given.get("groupid")),
    site: text("site") === "staging" ? "staging" : "production",
    presence: presenceMode(text("presence")),
    visitorid: visitoridOf(given.get("visitorid")),
    // Limits of the session's start parameters (wire sheet, section 6.5).
    name: text("name", 63),
    email: text("email", 127),
    phone: text("phone", 31),
    companyname: text("companyname"),
    termsurl: text("termsurl", 2048),
    ui: text("ui"),
    privacy: given.has("privacy") ? privacyWord(given.get("privacy")) : null,
    debug: ["1", "true", "on"].includes(text("debug")),
    user: userSettings(given),
  };
}

function groupidOf(value: unknown): number {
  const digits = typeof value === "number" ? String(value) : (textOf(value) ?? "").trim();
  if (/^\d{1,6}$/.test(digits) && Number(digits) > 0) return Number(digits);
  throw new Error(
    `data-groupid is missing or is no group id. Hint: a number of 1 to 6 digits, as data-groupid="12345".`,
  );
}

/**
 * The visitor id, or empty text when there is none. Cutting a long one short would make it somebody else's.
 *
 * @throws Error when it has characters that a session key may not have (wire sheet, section 8.1).
 */
export function visitoridOf(value: unknown): string {
  const id = typeof value === "number" ? String(value) : (textOf(value) ?? "").trim();
  if (id === "" || /^[\w-]{1,62}$/.test(id)) return id;
  throw new Error("data-visitorid is no visitor id. Hint: 1 to 62 letters, digits, - and _.");
}

/** The web server: `data-ws` (with or without scheme), else where the script itself came from. */
function serviceAt(ws: string, address: URL | null, page: Location): Service {
  const scheme = page.protocol === "http:" ? "http:" : "https:";
  const origin = ws ? originOf(/^https?:/.test(ws) ? ws : `${scheme}//${ws}`) : folderAbove(address);
  if (!/^https?:/.test(origin)) {
    throw new Error(
      "The script does not know its service. Hint: load it by its src, or name the service in data-ws.",
    );
  }
  const http = origin.startsWith("http:") ? "http:" : "https:";
  return { ws: origin, http, socket: http === "http:" ? "ws:" : "wss:" };
}

/** The script is a file in a folder of the service, before which a proxy may put a path. */
function folderAbove(script: URL | null): string {
  return script ? new URL("..", script).href.replace(/\/$/, "") : "";
}

function originOf(address: string): string {
  try {
    return new URL(address).origin;
  } catch {
    throw new Error(`data-ws is no host or address. Hint: as data-ws="www.glance.net".`);
  }
}

function presenceMode(word: string): Settings["presence"] {
  return word === "on" || word === "api" ? word : "off";
}

/** The privacy mode that a word names. A word that names none is taken for the strictest, and told. */
export function privacyWord(word: unknown): Privacy {
  const mode = privacyOf(typeof word === "string" ? word.trim().toLowerCase() : word);
  if (mode) return mode;
  remark(
    `"${String(word).slice(0, 40)}" is no privacy mode, so this page is private. Hint: private, standard or open.`,
  );
  return "private";
}

function userSettings(given: ReadonlyMap<string, unknown>): Record<string, string | number> {
  const found: Record<string, string | number> = {};
  for (const [name, value] of given) {
    if (!name.startsWith("user-")) continue;
    if (typeof value === "number" || typeof value === "string") found[name.slice("user-".length)] = value;
  }
  return found;
}

/** Keeps what may stand in a presence record: texts and numbers (wire sheet, section 5.6). */
export function recordable(data: unknown): Record<string, string | number> {
  const fields: JsonObject = isObject(data) ? data : {};
  const kept = Object.entries(fields).filter(
    (entry): entry is [string, string | number] =>
      typeof entry[1] === "string" || typeof entry[1] === "number",
  );
  return Object.fromEntries(kept);
}
