/** The live view's own messages, drawn in `docs/architecture.md` (ours; wire sheet, section 12). */
import type { eventWithTime } from "@rrweb/types";
import { type ControlAction, parseAction } from "./control";
import { isObject, type JsonObject, numberOf, parseObject, textOf } from "./json_values";

/** Bytes that one frame with page content may have. */
export const MAX_FRAME = 8 * 1024 * 1024;
/** Characters of base64 that one picture of a camera may have. */
const MAX_PICTURE = 350_000;
export const MAX_HREF_LENGTH = 2048;
export const MAX_TITLE_LENGTH = 512;
/** The version of the terms text that the visitor script shows. */
export const CONSENT_VERSION = "1";
/** Tag of the custom event that carries a canvas as an image: payload `{id, dataUrl}`. */
export const CANVAS_TAG = "glance-canvas";

/** The page on which a visitor is; `href` without query and hash. */
export interface Page {
  readonly href: string;
  readonly title: string;
}

/** An agent who watches, asks or helps. */
export interface WatchingAgent {
  readonly partneruserid: string;
  readonly name: string;
}

/** Frames of the visitor script. `events` is not among them: it is put together from ready-made JSON. */
export type VisitorFrame =
  | ({ type: "hello"; ssnid: string; token: string } & Page)
  | { type: "consent"; power: "view"; status: "accepted"; version: string; language: string }
  | ({ type: "consent"; power: "assist"; version: string; language: string } & AssistAnswer)
  | ({ type: "page" } & Page)
  | { type: "pause"; paused: boolean }
  | { type: "assist_hold"; held: boolean }
  | { type: "assist_end" }
  | { type: "end" };

/** The visitor's answer to one request for remote assist. */
export interface AssistAnswer {
  readonly status: "accepted" | "declined";
  readonly req: string;
}

/** Frames that the service sends to the visitor script. */
export type ToVisitor =
  | { type: "ready"; consent: boolean; paused: boolean; assist: WatchingAgent | null }
  | { type: "agents"; count: number; agentlist: WatchingAgent[] }
  | { type: "snapshot" }
  | { type: "paused"; paused: boolean }
  | AssistNews
  | { type: "ended"; reason: string }
  | { type: "refused"; code: string; message: string };

/** What the service tells the visitor script about remote assist. `within` is seconds. */
export type AssistNews =
  | { type: "assist_request"; req: string; agent: WatchingAgent; within: number }
  | { type: "assist_withdrawn"; req: string; reason: string }
  | { type: "assist"; agent: WatchingAgent | null }
  | { type: "control"; action: ControlAction };

/** Frames of the viewer page. */
export type ViewerFrame =
  | { type: "hello"; ticket: string }
  | { type: "snapshot" }
  | { type: "assist_request" }
  | { type: "assist_end" }
  | { type: "control"; action: ControlAction }
  | { type: "end" };

const ASSIST_STATES = ["off", "asked", "on", "held", "other"] as const;

/** Remote assist as one viewer may use it. `reason` says what led here; `within` is seconds, for `asked`. */
export interface AssistStatus {
  readonly state: (typeof ASSIST_STATES)[number];
  readonly reason: string;
  readonly within: number;
  /** Who has it or asks, for `other`. */
  readonly agent: WatchingAgent | null;
}

/** The session that a viewer shows. `startedAt` is ISO-8601 UTC. */
export interface SessionFacts {
  readonly key: string;
  readonly sessionId: string;
  readonly startedAt: string;
  /** Whether a phone's camera is shown, and not a page. */
  readonly camera: boolean;
  readonly visitorid: string;
  readonly name: string;
  readonly page: Page;
  readonly connected: boolean;
  readonly paused: boolean;
}

/** Frames that the service sends to the viewer page. `grace` and `duration` are seconds. */
export type ToViewer =
  | { type: "waiting" }
  | { type: "session"; session: SessionFacts }
  | { type: "page"; page: Page }
  | { type: "visitor"; connected: boolean; grace: number }
  | { type: "paused"; paused: boolean }
  | ({ type: "assist" } & AssistStatus)
  | { type: "events"; seq: number; events: eventWithTime[] }
  | { type: "picture"; at: number; jpeg: string }
  | { type: "ended"; reason: string; duration: number | null }
  | { type: "refused"; code: string; message: string; hint: string };

/** An address as it may be told to others: without query, hash and credentials. */
export function plainHref(href: string): string {
  try {
    const { origin, pathname, protocol } = new URL(href);
    return (origin === "null" ? protocol + pathname : origin + pathname).slice(0, MAX_HREF_LENGTH);
  } catch {
    return "";
  }
}

/** Reads a frame of `/live/visitor`; `null` when it is unknown or has the wrong shape. */
export function parseToVisitor(frame: unknown): ToVisitor | null {
  const message = parseObject(frame);
  if (!message) return null;
  const { type, consent, paused, assist, reason, code, message: sentence } = message;
  switch (type) {
    case "ready":
      return typeof consent === "boolean"
        ? { type, consent, paused: paused === true, assist: parseAgent(assist) }
        : null;
    case "agents":
      return parseAgents(message);
    case "snapshot":
      return { type };
    case "paused":
      return typeof paused === "boolean" ? { type, paused } : null;
    case "assist_request":
    case "assist_withdrawn":
    case "assist":
    case "control":
      return parseAssistNews(type, message);
    case "ended":
      return { type, reason: textOf(reason, 64) ?? "" };
    case "refused":
      return { type, code: textOf(code, 64) ?? "", message: textOf(sentence) ?? "" };
    default:
      return null;
  }
}

function parseAgents({ count, agentlist }: JsonObject): ToVisitor | null {
  const number = numberOf(count);
  if (number === null || number < 0) return null;
  const agents = (Array.isArray(agentlist) ? agentlist : [])
    .map(parseAgent)
    .filter((agent) => agent !== null);
  return { type: "agents", count: number, agentlist: agents };
}

function parseAgent(value: unknown): WatchingAgent | null {
  if (!isObject(value)) return null;
  const { partneruserid, name } = value;
  return { partneruserid: textOf(partneruserid, 255) ?? "", name: textOf(name, 255) ?? "" };
}

function parseAssistNews(type: AssistNews["type"], message: JsonObject): AssistNews | null {
  const { req, within, reason } = message;
  const agent = parseAgent(message["agent"]);
  if (type === "assist") return { type, agent };
  if (type === "control") {
    const action = parseAction(message["action"]);
    return action && { type, action };
  }
  const number = textOf(req, 64);
  if (!number) return null;
  if (type === "assist_withdrawn") return { type, req: number, reason: textOf(reason, 64) ?? "" };
  return agent && { type, req: number, agent, within: numberOf(within) ?? 30 };
}

/** Reads a frame of `/live/agent`; `null` when it is unknown or has the wrong shape. */
export function parseToViewer(frame: unknown): ToViewer | null {
  const message = parseObject(frame);
  if (!message) return null;
  const { type, connected, grace, paused, seq, events, reason, duration } = message;
  const { code, message: sentence, hint } = message;
  switch (type) {
    case "waiting":
      return { type };
    case "session":
      return parseSession(message);
    case "page":
      return { type, page: parsePage(message) };
    case "visitor":
      return typeof connected === "boolean" ? { type, connected, grace: numberOf(grace) ?? 0 } : null;
    case "paused":
      return typeof paused === "boolean" ? { type, paused } : null;
    case "assist":
      return parseAssist(message);
    case "events":
      return parseEvents(seq, events);
    case "picture":
      return parsePicture(message);
    case "ended":
      return { type, reason: textOf(reason, 64) ?? "", duration: numberOf(duration) };
    case "refused":
      return {
        type,
        code: textOf(code, 64) ?? "",
        message: textOf(sentence) ?? "",
        hint: textOf(hint) ?? "",
      };
    default:
      return null;
  }
}

function parseAssist({ state, reason, within, agent }: JsonObject): ToViewer | null {
  const known = ASSIST_STATES.find((name) => name === state);
  if (!known) return null;
  const [why, seconds] = [textOf(reason, 64) ?? "none", numberOf(within) ?? 0];
  return { type: "assist", state: known, reason: why, within: seconds, agent: parseAgent(agent) };
}

function parsePage(value: unknown): Page {
  const { href, title } = isObject(value) ? value : {};
  return { href: textOf(href, MAX_HREF_LENGTH) ?? "", title: textOf(title, MAX_TITLE_LENGTH) ?? "" };
}

function parseSession(message: JsonObject): ToViewer | null {
  const { key, sessionId, startedAt, calltype, visitor, page, connected, paused } = message;
  const { visitorid, name } = isObject(visitor) ? visitor : {};
  const ssnkey = textOf(key, 255);
  if (ssnkey === null) return null;
  const session: SessionFacts = {
    key: ssnkey,
    sessionId: typeof sessionId === "number" ? String(sessionId) : (textOf(sessionId, 255) ?? ""),
    startedAt: textOf(startedAt, 64) ?? "",
    camera: calltype === "V",
    visitorid: textOf(visitorid, 255) ?? "",
    name: textOf(name, 255) ?? "",
    page: parsePage(page),
    connected: connected !== false,
    paused: paused === true,
  };
  return { type: "session", session };
}

function parseEvents(seq: unknown, events: unknown): ToViewer | null {
  const number = numberOf(seq);
  if (number === null || !Array.isArray(events) || !events.every(isEvent)) return null;
  return { type: "events", seq: number, events };
}

function parsePicture({ at, jpeg }: JsonObject): ToViewer | null {
  const [time, data] = [numberOf(at), textOf(jpeg, MAX_PICTURE + 1)];
  return time !== null && data && data.length <= MAX_PICTURE && /^[\w+/]+={0,2}$/.test(data)
    ? { type: "picture", at: time, jpeg: data }
    : null;
}

/** Whether a value has the outer shape of a recorded event; what is inside is the replayer's to refuse. */
function isEvent(value: unknown): value is eventWithTime {
  if (!isObject(value)) return false;
  const { type, data } = value;
  return Number.isInteger(type) && Number(type) >= 0 && Number(type) <= 6 && isObject(data);
}
