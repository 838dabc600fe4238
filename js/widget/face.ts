/** What the widget shows, worked out of what is known: a pure function, so that every state can be tested in words. */

import { ago, clock, exactly, inWords, moment, roughly, secondsBetween } from "../language/time_words";
import { PROTOCOL } from "../protocol/messages";
import type { Link } from "./bridge";
import type { Invitation } from "./camera_form";
import type { Request } from "./command";
import type { Phase } from "./opener";
import type { Phrases } from "./phrases";
import { type SignInPhase, signInPhrase } from "./saml";
import type { Problem, State, Traits } from "./traits";

/** Everything that a face depends on. */
export interface Facts {
  readonly traits: Traits;
  /** The visitor's name, also while they are away. */
  readonly name: string;
  readonly link: Link;
  readonly request: Request | null;
  readonly slow: boolean;
  readonly viewer: Phase;
  readonly blocked: boolean;
  readonly missingFrame: string;
  /** Where a link to the viewer leads; empty while there is none. */
  readonly address: string;
  readonly signIn: SignInPhase;
  /** Where a link to sign in leads; empty unless the browser blocked the window. */
  readonly signInAddress: string;
  /** The key that the agent reads to a customer, and what to say, while one is waited for. */
  readonly invitation: Invitation | null;
  /** Whether the host is an editor that never opens windows. */
  readonly editor: boolean;
  /** Why the last request came to nothing. */
  readonly refusal: Problem | null;
  readonly now: number;
}

/** How the state looks; also the name of its icon. */
export type Mood = "off" | "away" | "online" | "busy" | "live" | "done" | "problem";

/** What the main button does. `key` opens the key field. */
export type MainAction = "join" | "key" | "cancel" | "end";

/** A line of text under the headline. */
export interface Line {
  readonly kind: "note" | "problem";
  readonly text: string;
}

/** All that is drawn. */
export interface Face {
  readonly state: State;
  readonly mood: Mood;
  readonly headline: string;
  readonly when: { readonly text: string; readonly at: number } | null;
  readonly timer: string;
  readonly place: string;
  readonly tag: string;
  readonly lines: readonly Line[];
  readonly main: { readonly action: MainAction; readonly name: string; readonly enabled: boolean } | null;
  /** Whether a press is on its way to the kernel. */
  readonly pending: boolean;
  readonly keyAllowed: boolean;
  readonly useKey: boolean;
  readonly useCamera: boolean;
  /** The key that the agent reads to a customer with a phone. */
  readonly code: string;
  readonly openViewer: "" | "open" | "reopen";
  /** Where the viewer is to be opened by a real link; empty for a button. */
  readonly address: string;
  readonly retry: boolean;
  /** Where a link leads by which the agent signs in; empty for a button, `null` when there is no need. */
  readonly signIn: string | null;
}

const MOODS: Readonly<Record<State, Mood>> = {
  signed_out: "off",
  connecting: "busy",
  absent: "away",
  present: "online",
  inviting: "busy",
  joining: "busy",
  in_session: "live",
  ended: "done",
  failed: "problem",
};

const MAIN_NAMES = {
  join: "button.join",
  key: "button.joinWithKey",
  cancel: "button.cancel",
  end: "button.end",
} as const;

const RESTING: readonly State[] = ["absent", "present", "ended", "failed"];
const WITH_VIEWER: readonly State[] = ["inviting", "joining", "in_session"];
/** What has only just begun needs no word about when. */
const UNDATED: readonly State[] = ["connecting", "inviting", "joining"];
const HINTED: readonly State[] = ["signed_out", "connecting", "absent", "inviting", "joining"];
/** Why a session ended, where the sentence says more than that it did. */
const EXPLAINED: readonly string[] = ["agent", "agents_side", "visitor", "conndrop", "norecord"];
const RETRYABLE: readonly string[] = ["sign_in", "presence"];

/** Works out what is shown. */
export function faceOf(facts: Facts, phrases: Phrases): Face {
  const { traits, link } = facts;
  if (traits.protocol !== PROTOCOL) return mismatchFace(facts, phrases);
  const base = plainFace(facts, phrases);
  if (link === "gone") return goneFace(base, phrases);
  if (link !== "static") return base;
  const { since } = traits.status;
  const at =
    since === null
      ? null
      : { text: phrases.say("detail.asOf", { time: moment(since, phrases.lang) }), at: since };
  const lines: Line[] = [
    { kind: "note", text: join(phrases.say("kernel.none"), phrases.say("kernel.noneHint")) },
  ];
  // What moves or shines says that it is so now.
  return { ...base, ...INERT, mood: "off", when: at, timer: "", lines };
}

const INERT = {
  main: null,
  pending: false,
  keyAllowed: false,
  useKey: false,
  useCamera: false,
  code: "",
  openViewer: "",
  address: "",
  retry: false,
  signIn: null,
} as const;

function plainFace(facts: Facts, phrases: Phrases): Face {
  const { traits } = facts;
  const { state } = traits;
  const resting = RESTING.includes(state);
  const since = traits.session?.startedAt ?? traits.status.since;
  return {
    state,
    mood: MOODS[state],
    headline: headlineOf(facts, phrases),
    when: whenOf(facts, phrases),
    timer:
      state === "in_session" && since !== null ? clock(secondsBetween(since, facts.now), phrases.lang) : "",
    place: placeOf(traits, phrases),
    tag: ["sandbox", "beta"].includes(traits.glancebaseurl) ? traits.glancebaseurl : "",
    lines: linesOf(facts, phrases),
    main: mainOf(facts, phrases),
    pending: facts.request !== null,
    keyAllowed: resting,
    useKey: resting && mainActionOf(facts) === "join",
    useCamera: resting && traits.camerashare,
    code: facts.invitation?.key ?? "",
    openViewer: openViewerOf(facts),
    address: openViewerOf(facts) === "open" ? facts.address : "",
    retry: state === "failed" && RETRYABLE.includes(traits.status.reason),
    signIn: ["none", "frame"].includes(facts.signIn) ? null : facts.editor ? "" : facts.signInAddress,
  };
}

/** What was last known may be true no longer, and nothing can be done about it. */
function goneFace(base: Face, phrases: Phrases): Face {
  const lines: Line[] = [
    { kind: "note", text: phrases.say("kernel.lastKnown", { headline: base.headline }) },
  ];
  const main = base.main && { ...base.main, enabled: false };
  return {
    ...base,
    ...INERT,
    main,
    mood: "problem",
    headline: phrases.say("kernel.gone"),
    when: null,
    timer: "",
    place: "",
    lines,
  };
}

function mismatchFace(facts: Facts, phrases: Phrases): Face {
  const { state, protocol } = facts.traits;
  const text = phrases.say("kernel.mismatchHint", { page: String(PROTOCOL), kernel: String(protocol) });
  const lines: Line[] = [{ kind: "note", text }];
  const headline = phrases.say("kernel.mismatch");
  return { ...INERT, state, mood: "problem", headline, when: null, timer: "", place: "", tag: "", lines };
}

function headlineOf({ traits, name }: Facts, phrases: Phrases): string {
  const { state, status, visitorid, presence, error } = traits;
  switch (state) {
    case "signed_out":
      return status.message || phrases.say("state.signedOut");
    case "connecting":
      return status.message || phrases.say("state.connecting");
    case "absent":
      return presence && visitorid ? phrases.sayOf("state.offline", name) : phrases.say("state.presenceOff");
    case "present":
      return phrases.sayOf("state.online", name);
    case "inviting":
      return status.message || phrases.sayOf("state.inviting", name);
    case "joining":
      return status.message || phrases.say("state.joining");
    case "in_session":
      return status.reason === "ending"
        ? phrases.say("state.ending")
        : phrases.sayOf("state.inSession", traits.session?.name ?? "");
    case "ended":
      return traits.duration === null
        ? phrases.say("state.ended.untimed")
        : phrases.say("state.ended", { duration: exactly(traits.duration, phrases.lang) });
    case "failed":
      return traits.errorMessage || error?.message || status.message || phrases.say("state.failed");
  }
}

function whenOf({ traits, now }: Facts, phrases: Phrases): Face["when"] {
  const { state, status } = traits;
  const at = status.since;
  if (at === null || state === "in_session" || state === "ended" || state === "signed_out") return null;
  const span = roughly(secondsBetween(at, now));
  if (!span) return UNDATED.includes(state) ? null : { at, text: phrases.say("detail.justNow") };
  if (state === "failed") return { at, text: ago(span, phrases.lang) };
  return { at, text: phrases.say("detail.lasting", { duration: inWords(span, phrases.lang) }) };
}

function placeOf({ state, visitor, session }: Traits, phrases: Phrases): string {
  const path = state === "in_session" ? session?.path : state === "present" ? visitor?.path : "";
  return path ? phrases.say("detail.onPage", { path }) : "";
}

function mainActionOf({ traits: { state, visitor }, viewer }: Facts): MainAction {
  switch (state) {
    case "connecting":
      // Signing in again, to join then.
      return viewer === "waiting" ? "cancel" : "key";
    case "present":
      return "join";
    case "inviting":
    case "joining":
      return "cancel";
    case "in_session":
      return "end";
    case "ended":
    case "failed":
      return visitor?.online ? "join" : "key";
    default:
      return "key";
  }
}

function mainOf(facts: Facts, phrases: Phrases): Face["main"] {
  const { state, status } = facts.traits;
  const action = mainActionOf(facts);
  const idle =
    state === "signed_out" || (state === "connecting" && action === "key") || status.reason === "ending";
  return { action, name: phrases.say(MAIN_NAMES[action]), enabled: !idle };
}

function openViewerOf({ traits, viewer }: Facts): Face["openViewer"] {
  if (traits.state !== "in_session") return "";
  if (traits.session?.viewer !== "open" || viewer === "silent") return viewer === "waiting" ? "" : "open";
  // The window of another tab, or of this page before it was loaded again: nobody here can tell whether it is still open.
  return viewer === "none" ? "reopen" : "";
}

function linesOf(facts: Facts, phrases: Phrases): readonly Line[] {
  const { traits, link, refusal, invitation } = facts;
  const { state, status, error, errorMessage } = traits;
  const signIn = signInPhrase(facts.signIn, facts.editor);
  const lines: Line[] = [];
  const say = (kind: Line["kind"], text: string): void => {
    const known = lines.some((line) => line.text === text) || text === headlineOf(facts, phrases);
    if (text && !known) lines.push({ kind, text });
  };
  if (facts.slow) say("note", phrases.say("kernel.busy"));
  else if (link === "quiet") say("note", phrases.say("kernel.quiet"));
  if (refusal && refusal.message !== error?.message) say("problem", join(refusal.message, refusal.hint));
  if (state === "failed") say("note", error?.hint || status.hint);
  else if (error) say("problem", join(errorMessage || error.message, error.hint));
  if (HINTED.includes(state)) say("note", invitation?.text || (signIn ? "" : status.hint));
  if (state === "ended" && EXPLAINED.includes(status.reason)) say("note", status.message);
  if (state === "present" && traits.visitor?.hidden) say("note", phrases.say("detail.hidden"));
  for (const text of viewerLines(facts, phrases)) say("problem", text);
  if (signIn) say(facts.signIn === "open" ? "note" : "problem", phrases.say(signIn));
  return lines;
}

function viewerLines({ traits, blocked, editor, viewer, missingFrame }: Facts, phrases: Phrases): string[] {
  if (!WITH_VIEWER.includes(traits.state)) return [];
  const lines: string[] = [];
  if (blocked) lines.push(phrases.say(editor ? "viewer.blockedEditor" : "viewer.blocked"));
  if (viewer === "silent") lines.push(phrases.say("viewer.silentFrame"));
  if (missingFrame && viewer !== "none") lines.push(phrases.say("viewer.noFrame", { id: missingFrame }));
  return lines;
}

function join(...sentences: readonly string[]): string {
  return sentences.filter(Boolean).join(" ");
}
