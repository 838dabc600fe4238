/** The traits that Python writes, read with types. A value of the wrong shape counts as absent: nothing here throws. */
import { isObject, type JsonObject, numberOf, textOf } from "../protocol/json_values";
import { PROTOCOL } from "../protocol/messages";
import type { Model } from "./afm";
import type { Told } from "./phrases";

/** The words of the join flow. */
export const STATES = [
  "signed_out",
  "connecting",
  "absent",
  "present",
  "inviting",
  "joining",
  "in_session",
  "ended",
  "failed",
] as const;

/** One word of {@link STATES}. */
export type State = (typeof STATES)[number];

/** The states in which something goes on. */
export const UNDER_WAY: readonly State[] = ["connecting", "inviting", "joining", "in_session"];

/** Where the viewer opens. */
export type Place = "tab" | "window" | "iframe";

/** Since when and why the state holds, in words for people. */
export interface Status {
  readonly since: number | null;
  readonly reason: string;
  readonly message: string;
  readonly hint: string;
}

/** What is shown of the visitor's presence record. */
export interface Visitor {
  readonly online: boolean;
  readonly name: string;
  readonly path: string;
  readonly hidden: boolean;
}

/** What is shown of the running session. */
export interface Session {
  readonly startedAt: number | null;
  readonly viewer: string;
  /** With whom, where that is known: a key may be read out by anybody. */
  readonly name: string;
  readonly path: string;
}

/** An error in words. */
export interface Problem {
  readonly message: string;
  readonly hint: string;
}

/** All traits, as the widget uses them. */
export interface Traits {
  readonly protocol: unknown;
  readonly state: State;
  readonly status: Status;
  readonly visitor: Visitor | null;
  readonly visitorid: string;
  readonly session: Session | null;
  readonly camerashare: boolean;
  readonly duration: number | null;
  readonly error: Problem | null;
  readonly openlocation: Place;
  /** Whether a function in Python opens the viewer, and nobody here. */
  readonly openedByPython: boolean;
  readonly iframeid: string;
  readonly gicon: boolean;
  readonly presence: boolean;
  readonly uiVersion: 1 | 2;
  readonly errorMessage: string;
  readonly debugmode: boolean;
  readonly language: string;
  /** What Python tells of languages, by tag. */
  readonly told: ReadonlyMap<string, Told>;
  readonly glancebaseurl: string;
}

/** The names to subscribe to. */
export const TRAIT_NAMES = [
  "_protocol",
  "_phrases",
  "_openwindow",
  "state",
  "status",
  "visitor",
  "visitorid",
  "session",
  "camerashare",
  "reporting",
  "error",
  "openlocation",
  "iframeid",
  "gicon",
  "presence",
  "uiVersion",
  "errorMessage",
  "debugmode",
  "language",
  "glancebaseurl",
] as const;

const MAX_NAME = 60;
// Control characters, and those that turn the direction of the text around them: names come from strangers.
const UNWANTED = /[\p{Cc}\u200e\u200f\u061c\u2028-\u202e\u2066-\u2069]/gu;

/** Reads all traits of a model. */
export function readTraits(model: Model): Traits {
  const text = (name: string): string => asText(model.get(name));
  const flag = (name: string): boolean => model.get(name) === true;
  const state = text("state");
  const place = text("openlocation");
  const reporting = asObject(model.get("reporting"));
  return {
    protocol: model.get("_protocol") ?? PROTOCOL,
    state: STATES.find((known) => known === state) ?? "signed_out",
    status: readStatus(model.get("status")),
    visitor: readVisitor(model.get("visitor")),
    visitorid: text("visitorid"),
    session: readSession(model.get("session")),
    camerashare: flag("camerashare"),
    duration: numberOf(reporting["duration"]),
    error: readProblem(model.get("error")),
    openedByPython: flag("_openwindow"),
    openlocation: place === "window" || place === "iframe" ? place : "tab",
    iframeid: text("iframeid"),
    gicon: flag("gicon"),
    presence: flag("presence"),
    uiVersion: model.get("uiVersion") === 2 ? 2 : 1,
    errorMessage: text("errorMessage"),
    debugmode: flag("debugmode"),
    language: text("language"),
    told: readTold(model.get("_phrases")),
    glancebaseurl: text("glancebaseurl"),
  };
}

/** A name from outside, fit to be shown within a sentence. */
export function tidyName(value: unknown): string {
  const name = asText(value).replace(UNWANTED, "").trim();
  return name.length > MAX_NAME ? `${name.slice(0, MAX_NAME - 1)}…` : name;
}

/** The path of an address; query and hash may hold what nobody should see. */
export function pathOf(value: unknown): string {
  try {
    const { protocol, pathname } = new URL(asText(value));
    return protocol === "http:" || protocol === "https:" ? tidyName(decodeURI(pathname)) : "";
  } catch {
    return "";
  }
}

function readStatus(value: unknown): Status {
  const { since, reason, message, hint } = asObject(value);
  return { since: asTime(since), reason: asText(reason), message: asText(message), hint: asText(hint) };
}

function readVisitor(value: unknown): Visitor | null {
  if (!isObject(value)) return null;
  return {
    online: value["connected"] !== false,
    name: tidyName(value["name"]),
    path: pathOf(value["url"]),
    hidden: value["visibility"] === "hidden",
  };
}

function readSession(value: unknown): Session | null {
  if (!isObject(value)) return null;
  return {
    startedAt: asTime(value["startedAt"]),
    viewer: asText(value["viewer"]),
    name: tidyName(value["visitor"]),
    path: pathOf(value["page"]),
  };
}

function readProblem(value: unknown): Problem | null {
  const { message, hint } = asObject(value);
  return asText(message) ? { message: asText(message), hint: asText(hint) } : null;
}

function readTold(value: unknown): ReadonlyMap<string, Told> {
  const told = Object.entries(asObject(value)).map(([tag, language]): [string, Told] => {
    const { direction, widget, kernel } = asObject(language);
    return [
      tag,
      { direction: direction === "rtl" ? "rtl" : "ltr", widget: texts(widget), kernel: texts(kernel) },
    ];
  });
  return new Map(told);
}

function texts(value: unknown): ReadonlyMap<string, string> {
  return new Map(Object.entries(asObject(value)).map(([name, text]) => [name, asText(text)]));
}

function asObject(value: unknown): JsonObject {
  return isObject(value) ? value : {};
}

function asText(value: unknown): string {
  return textOf(value) ?? "";
}

function asTime(value: unknown): number | null {
  return numberOf(Date.parse(asText(value)));
}
