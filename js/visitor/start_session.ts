/** Starting a session at the service (wire sheet, section 6.3). */
import { isObject, type JsonObject, textOf } from "../protocol/json_values";
import { CLIENT_VERSION } from "../protocol/presence";
import { browserInfo, sessionPlatform } from "./browser_info";
import type { Settings } from "./settings";

/** What stands for "the service chooses the key". */
export const KEYTYPE_RANDOM = "GLANCE_KEYTYPE_RANDOM";

/** `sessionType` of a cobrowse session. */
const COBROWSE_SESSION = 4;
/** `callflags` of the staging site. */
const STAGING_FLAG = 524_288;
/** Real clients measure which data centre is near; there is one service here. */
const COLO_ID = 1;
/** `status` of a key that is already in use. */
const DUPLICATE_KEY = 13;
/** Milliseconds after which an unanswered start has failed. */
const START_TIMEOUT = 20_000;
const TOKEN_LENGTH = 49;
const TOKEN_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/** What `startSession` and `showTerms` accept (wire sheet, section 6.5). */
export interface StartParams {
  readonly sessionKey?: string;
  readonly groupid?: number;
  readonly name?: string;
  readonly email?: string;
  readonly phone?: string;
  /** Whether an agent asked, through `invoke`, and not the page itself. */
  readonly remote?: boolean;
}

/** A session that the service has made. */
export interface StartedSession {
  readonly callId: string;
  readonly ssnid: string;
  readonly server: string;
  readonly sessionKey: string;
}

/** A session that could not be started. `code` is one of the documented error codes; the message is for the visitor. */
export class StartError extends Error {
  readonly code: "dupkey" | "service";

  constructor(code: StartError["code"], message: string) {
    super(message);
    this.code = code;
  }
}

/** Reads what a page or an agent gave: a key, an object, or nothing. Unknown fields are dropped. */
export function startParams(given: unknown): StartParams {
  if (typeof given === "string" || typeof given === "number") return { sessionKey: String(given) };
  if (!isObject(given)) return {};
  const text = (value: unknown, limit: number) =>
    (typeof value === "number" ? String(value) : textOf(value, limit)) || null;
  const { sessionKey, groupid, name, email, phone, remote } = given;
  const limited: [string, string | null][] = [
    ["sessionKey", text(sessionKey, 255)],
    ["name", text(name, 63)],
    ["email", text(email, 127)],
    ["phone", text(phone, 31)],
  ];
  const params: StartParams = Object.fromEntries(limited.filter(([, value]) => value !== null));
  const group = Number(groupid);
  return { ...params, ...(group > 0 ? { groupid: group } : {}), remote: remote === true };
}

/** The explicit key, else the visitor id, else "the service chooses" (wire sheet, section 6.3). */
export function chosenKey(params: StartParams, settings: Pick<Settings, "visitorid">): string {
  return params.sessionKey || settings.visitorid || KEYTYPE_RANDOM;
}

/** A token that only this page knows; it binds the session to this visitor. */
export function newToken(): string {
  let token = "";
  while (token.length < TOKEN_LENGTH) {
    const bytes = crypto.getRandomValues(new Uint8Array(64));
    // 248 is the largest multiple of 62 in a byte: what is above would make the first letters likelier.
    for (const byte of bytes) if (byte < 248) token += TOKEN_LETTERS[byte % TOKEN_LETTERS.length];
  }
  return token.slice(0, TOKEN_LENGTH);
}

/** The request body; keys in the order of real clients, what is not set left out (wire sheet, section 6.3). */
export function startBody(params: StartParams, settings: Settings): JsonObject {
  const optional = { name: params.name || settings.name, email: params.email || settings.email };
  const phone = params.phone || settings.phone;
  const [random = 0] = crypto.getRandomValues(new Uint32Array(1));
  return {
    authToken: "",
    sessionType: COBROWSE_SESSION,
    groupid: String(params.groupid ?? settings.groupid),
    mainCallId: 0,
    callflags: settings.site === "staging" ? STAGING_FLAG : 0,
    clientVersion: versionNumber(CLIENT_VERSION),
    coloId: COLO_ID,
    disambiguateId: random >>> 1,
    platform: sessionPlatform(browserInfo(navigator.userAgent).platform),
    sessionKey: chosenKey(params, settings),
    ...Object.fromEntries(Object.entries({ ...optional, phone }).filter(([, value]) => value)),
  };
}

/** `major * 1e6 + minor * 1e3 + patch`. */
function versionNumber(version: string): number {
  const [major = 0, minor = 0, patch = 0] = version.split(".").map(Number);
  return major * 1e6 + minor * 1e3 + patch;
}

/**
 * Asks the service for a session.
 *
 * @throws StartError with a sentence for the visitor.
 */
export async function startAtService(body: JsonObject, settings: Settings): Promise<StartedSession> {
  const answer = await post(`${settings.service.ws}/services/SessionProvisioning/StartSession2`, body);
  const { callId, sessionId, serverName, sessionKey, status } = answer;
  if (!callId) throw refusal(status);
  const ssnid = textOf(sessionId, 255);
  const server = textOf(serverName, 255);
  if (!ssnid || !server || !/^[\w.:/~-]+$/.test(server)) throw refusal(null);
  return {
    callId: String(callId),
    ssnid,
    server,
    sessionKey: textOf(sessionKey, 255) || String(body["sessionKey"]),
  };
}

function refusal(status: unknown): StartError {
  if (status === DUPLICATE_KEY) {
    return new StartError(
      "dupkey",
      "A session with this key is already running. End it, or wait a moment and try again.",
    );
  }
  return new StartError("service", "The service could not start the session. Please try again.");
}

async function post(address: string, body: JsonObject): Promise<JsonObject> {
  try {
    const response = await fetch(address, {
      method: "POST",
      body: JSON.stringify(body),
      headers: { "Content-Type": "application/json; charset=UTF-8" },
      // The page's address may say more than the agent is to know.
      referrerPolicy: "no-referrer",
      signal: AbortSignal.timeout(START_TIMEOUT),
    });
    const answer: unknown = await response.json();
    return isObject(answer) ? answer : {};
  } catch {
    const sentence = "The service could not be reached. Please check your connection and try again.";
    throw new StartError("service", sentence);
  }
}
