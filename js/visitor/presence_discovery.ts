/** Finding the server that holds this visitor's presence socket (wire sheet, sections 5.1 and 5.2). */
import { parseDirectServer, parseSettings, restQuery, settingsQuery } from "../protocol/presence";
import type { Service } from "./settings";

/** Milliseconds after which a call that was not answered counts as failed. */
const CALL_TIMEOUT = 15_000;

export type DiscoveryProblem = "connection" | "authorization" | "serviceunavailable" | "disabled" | "error";

/** A discovery that came to nothing. After `serviceunavailable` and `disabled` no further attempt makes sense. */
export class DiscoveryError extends Error {
  readonly problem: DiscoveryProblem;

  constructor(problem: DiscoveryProblem, detail: string) {
    super(detail);
    this.problem = problem;
  }

  get final(): boolean {
    return this.problem === "serviceunavailable" || this.problem === "disabled";
  }
}

export interface Place {
  /** `host:port` of the direct server. */
  readonly direct: string;
  /** Whether presence is load-balanced, which changes what `serverclose` means. */
  readonly loadBalanced: boolean;
}

export interface Whose {
  readonly service: Service;
  readonly groupid: number;
  readonly site: string;
  readonly visitorid: string;
}

/**
 * Asks where the visitor's socket goes. Nothing is cached: real clients keep the answers for a day and for 20 minutes,
 * and then dial a service that has moved; two small calls per page are the lesser evil.
 *
 * @throws DiscoveryError
 */
export async function findPresence(whose: Whose): Promise<Place> {
  const { service, groupid, site, visitorid } = whose;
  const path = "/services/authorizationservice/GetVisitorSettings3";
  const settings = parseSettings(await ask(`${service.ws}${path}?${settingsQuery(groupid, site)}`));
  if (!settings) throw new DiscoveryError("error", "The answer names no presence.");
  if (!settings.host) throw new DiscoveryError("disabled", "The group has no presence.");
  if (settings.loadBalanced) return { direct: settings.host, loadBalanced: true };
  const address = `${service.http}//${settings.host}/presence?${restQuery(groupid, visitorid)}`;
  const direct = parseDirectServer(
    await ask(address, {
      method: "POST",
      body: "{}",
      headers: { "Content-Type": "application/json; charset=UTF-8" },
    }),
  );
  if (!direct) throw new DiscoveryError("error", "The answer names no server.");
  return { direct, loadBalanced: false };
}

async function ask(address: string, init: RequestInit = {}): Promise<unknown> {
  let response: Response;
  try {
    response = await fetch(address, {
      ...init,
      // The page's address may say more than the agent is to know.
      referrerPolicy: "no-referrer",
      signal: AbortSignal.timeout(CALL_TIMEOUT),
    });
  } catch (error) {
    throw new DiscoveryError("connection", String(error));
  }
  if (!response.ok) throw new DiscoveryError(problemOf(response.status), `The answer is ${response.status}.`);
  try {
    return await response.json();
  } catch {
    throw new DiscoveryError("error", "The answer is not JSON.");
  }
}

/** The client-side error words (wire sheet, section 5.2). */
function problemOf(status: number): DiscoveryProblem {
  if (status === 503) return "serviceunavailable";
  return status === 401 || status === 403 ? "authorization" : "error";
}
