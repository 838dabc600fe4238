/** What a key invites to, and saying no to it (ours; docs/architecture.md, "Camera share"). */
import { isObject, type JsonObject, textOf } from "../protocol/json_values";

/** An agent's wish to see this phone's camera. */
export interface Invitation {
  readonly key: string;
  readonly groupid: string;
  readonly agent: string;
  readonly camera: "back" | "front";
  readonly width: number;
  readonly height: number;
}

/** Something that did not work, as a sentence for the person with the phone. */
export class PhoneError extends Error {
  /** The service's word for it; empty when the service was not heard. */
  readonly code: string;

  constructor(message: string, code = "") {
    super(message);
    this.code = code;
  }
}

const TIMEOUT = 15_000;
/** The version and the language of the question that the page asks, as they stand in the receipt. */
export const QUESTION = { version: "camera-1", language: "en" } as const;

/** @throws PhoneError with a sentence. */
export async function readInvitation(key: string): Promise<Invitation> {
  const answer = await post("camera/invitation", { key });
  const [width = 640, height = 480] = (textOf(answer["resolution"], 16) ?? "").split("x").map(Number);
  return {
    key,
    groupid: textOf(answer["groupid"], 16) ?? "",
    agent: textOf(answer["agent"], 255) || "An agent",
    camera: answer["camera"] === "front" ? "front" : "back",
    width: Math.min(Math.max(width || 640, 16), 1280),
    height: Math.min(Math.max(height || 480, 16), 1280),
  };
}

/** Tells the service that the answer is no. */
export async function decline(key: string): Promise<void> {
  await post("camera/invitation", { key, status: "declined", ...QUESTION });
}

/** The page's own service: the page is `camera/` there, and a proxy may stand before it under a path. */
export function service(): URL {
  return new URL("..", location.href);
}

/** Posts JSON to the page's own service. @throws PhoneError with a sentence. */
export async function post(path: string, body: JsonObject): Promise<JsonObject> {
  let answer: unknown;
  try {
    const response = await fetch(new URL(path, service()).href, {
      method: "POST",
      body: JSON.stringify(body),
      headers: { "Content-Type": "application/json" },
      signal: AbortSignal.timeout(TIMEOUT),
    });
    answer = await response.json();
  } catch {
    throw new PhoneError("The service could not be reached. Check your connection and try again.");
  }
  if (!isObject(answer)) throw new PhoneError("The service gave no answer that can be read. Try again.");
  const refusal = textOf(answer["msg"], 500);
  if (refusal) throw new PhoneError(refusal, textOf(answer["err"], 64) ?? "");
  return answer;
}
