/** Who says what is masked: the page's own settings, the service's, and the page's code for these agents (wire sheet, 6.7). */
import { isObject, type JsonObject, textOf } from "../protocol/json_values";
import type { WatchingAgent } from "../protocol/live_view";
import { CLIENT_VERSION } from "../protocol/presence";
import type { Emitter } from "./emitter";
import { complain } from "./log";
import { type Marks, Policy, type Privacy, stricter } from "./privacy_policy";
import { privacyWord, type Settings } from "./settings";

/** Milliseconds that the service, and the page's own code, have for their answer. */
const PATIENCE = 5000;
/** Selectors and addresses that are heeded. */
const MAX_LIST = 1000;

/** What the service says about masking. */
interface ServiceMarks {
  readonly masked: readonly string[];
  readonly unmasked: readonly string[];
  readonly addresses: RegExp | null;
  readonly privacy: Privacy | null;
}

/** What holds for one recording of a page. */
export interface Masking {
  /** What is masked while the page has this address. */
  at(href: string): Policy;
}

const answers = new WeakMap<Settings, Promise<ServiceMarks>>();

/** Finds out what is masked. Whatever goes wrong masks the whole page. */
export async function masking(
  settings: Settings,
  agents: readonly WatchingAgent[],
  events: Emitter,
): Promise<Masking> {
  try {
    const [service, own] = await Promise.all([serviceMarks(settings), pageMarks(agents)]);
    const said = settings.privacy ?? service.privacy ?? "standard";
    const mode = stricter(said, service.privacy ?? said);
    const both = {
      masked: [...service.masked, ...own.masked],
      unmasked: [...service.unmasked, ...own.unmasked],
    };
    const at = (page: boolean) => new Policy(mode, { ...both, page });
    const [part, whole] = [at(own.page), at(true)];
    return { at: (href) => (service.addresses?.test(href) ? whole : part) };
  } catch (error) {
    const msg = `The whole page is masked: ${error instanceof Error ? error.message : String(error)}`;
    complain(msg);
    events.emit("error", { code: "maskingerror", msg });
    const whole = new Policy("private", { masked: [], unmasked: [], page: true });
    return { at: () => whole };
  }
}

/** Asked once per page; an answer that did not come is asked for again the next time. */
function serviceMarks(settings: Settings): Promise<ServiceMarks> {
  const known = answers.get(settings);
  if (known !== undefined) return known;
  const answer = fetched(settings)
    .catch(() => fetched(settings))
    .catch((error: unknown) => {
      answers.delete(settings);
      throw error;
    });
  answers.set(settings, answer);
  return answer;
}

async function fetched({ service, groupid, site }: Settings): Promise<ServiceMarks> {
  const query = new URLSearchParams({ groupid: String(groupid), site, ver: CLIENT_VERSION });
  const response = await fetch(`${service.ws}/api/CobrowseSettings/VisitorSettings?${query}`, {
    // The page's address is the visitor's.
    referrerPolicy: "no-referrer",
    signal: AbortSignal.timeout(PATIENCE),
  });
  const answer: unknown = response.ok ? await response.json() : null;
  if (!isObject(answer)) throw new Error("the service did not say what is masked.");
  return readServiceMarks(answer);
}

/** @throws Error when a list is none. */
export function readServiceMarks(answer: JsonObject): ServiceMarks {
  const { maskingSelectors, unmasked, maskedURLs, privacy } = answer;
  return {
    masked: texts("maskingSelectors", maskingSelectors),
    unmasked: texts("unmasked", unmasked),
    // The addresses are the names in it.
    addresses: patternOf(isObject(maskedURLs) ? Object.keys(maskedURLs) : texts("maskedURLs", maskedURLs)),
    privacy: privacy === undefined || privacy === null ? null : privacyWord(privacy),
  };
}

/** A list of texts. An empty object is one as well: that is how the service may write an empty list. */
function texts(name: string, given: unknown): string[] {
  if (given === undefined || given === null) return [];
  const list = isObject(given) ? Object.values(given).flat() : given;
  if (!Array.isArray(list) || list.length > MAX_LIST) throw new Error(`${name} is no list of texts.`);
  return list.map((one: unknown) => {
    const text = textOf(one);
    if (text === null) throw new Error(`${name} is no list of texts.`);
    return text;
  });
}

/** An address fits when it holds one of the texts, in which `*` stands for anything. */
function patternOf(addresses: readonly string[]): RegExp | null {
  const parts = addresses.filter(Boolean).map((text) =>
    text
      .split("*")
      .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"))
      .join(".*"),
  );
  return parts.length > 0 ? new RegExp(parts.join("|"), "i") : null;
}

/** What the page's own code says for these agents. */
async function pageMarks(agents: readonly WatchingAgent[]): Promise<Marks> {
  const { GLANCE_COBROWSE: page } = window;
  const ask = isObject(page) ? page["getMaskingDescriptor"] : undefined;
  if (ask === undefined) return { masked: [], unmasked: [], page: false };
  if (typeof ask !== "function") throw new Error("getMaskingDescriptor is no function.");
  let timer: ReturnType<typeof setTimeout> | undefined;
  const silence = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error("getMaskingDescriptor did not answer.")), PATIENCE);
  });
  const answer: unknown = await Promise.race([ask.call(page, { agents }), silence]).finally(() =>
    clearTimeout(timer),
  );
  return readDescriptor(answer);
}

/** @throws Error when the descriptor is none. */
export function readDescriptor(answer: unknown): Marks {
  if (!isObject(answer)) throw new Error("the descriptor is no object.");
  const { maskpage = false, maskedelements, unmaskedelements } = answer;
  if (typeof maskpage !== "boolean") throw new Error("maskpage is no boolean.");
  return {
    masked: elements("maskedelements", maskedelements),
    unmasked: elements("unmaskedelements", unmaskedelements),
    page: maskpage,
  };
}

function elements(name: string, given: unknown = []): (string | Element)[] {
  const fits = (one: unknown) => typeof one === "string" || (isObject(one) && one["nodeType"] === 1);
  if (Array.isArray(given) && given.length <= MAX_LIST && given.every(fits)) return given;
  throw new Error(`${name} is no list of selectors and elements.`);
}

/** Whether the page says itself what is masked for which agents. */
export function asksForAgents(): boolean {
  const { GLANCE_COBROWSE: page } = window;
  return isObject(page) && page["getMaskingDescriptor"] !== undefined;
}
