/** Writes the viewer's state into the page. */

import { clock, exactly, secondsBetween } from "../language/time_words";
import { assistButton, assistWords } from "./assist";
import { type Layout, setText } from "./layout";
import { say, spoken } from "./phrases";
import { type Quality, qualityWords } from "./quality";
import type { ViewerState } from "./state";
import { sinceWords, type Words, wordsFor } from "./words";

const OVER = new Set(["ended", "refused"]);

/** Draws one state. Called on every change and once per second. */
export function draw(layout: Layout, state: ViewerState, quality: Quality, now: number): void {
  const words = wordsFor(state, now);
  drawHeader(layout, state, quality, words, now);
  drawCard(layout, state, words);
  drawAssist(layout, state, now);
  document.title = [visitorName(state), words.title].filter(Boolean).join(" – ");
}

function visitorName({ session, sessionKey }: ViewerState): string {
  return session?.name || session?.visitorid || sessionKey;
}

function drawHeader(layout: Layout, state: ViewerState, quality: Quality, words: Words, now: number): void {
  const { session, page, phase } = state;
  const over = OVER.has(phase);
  setText(layout.who, visitorName(state) || say("visitor"));
  const id = session?.visitorid || state.sessionKey;
  setText(layout.visitorId, id && id !== visitorName(state) ? id : "");
  const untitled = session ? say("page.untitled") : "";
  setText(layout.pageTitle, session?.camera ? say("camera.title") : page.title || untitled);
  const address = session?.camera ? "" : page.href;
  setText(layout.pageAddress, address);
  layout.pageAddress.title = address;
  const started = session ? Date.parse(session.startedAt) : Number.NaN;
  layout.running.hidden = Number.isNaN(started) || over;
  if (!layout.running.hidden) setText(layout.running, clock(secondsBetween(started, now), spoken()));
  setText(layout.quality, phase === "live" ? qualityWords(quality) : words.title);
  layout.quality.dataset["phase"] = state.paused && !over ? "paused" : phase;
  layout.quality.dataset["quality"] = quality;
  layout.quality.title = sinceWords(state.since);
  layout.zoom.hidden = over;
  layout.end.hidden = over;
  layout.end.disabled = state.ending;
}

function drawCard(layout: Layout, state: ViewerState, words: Words): void {
  const { phase, end } = state;
  layout.card.hidden = phase === "live";
  layout.card.dataset["phase"] = state.paused ? "paused" : phase;
  layout.region.classList.toggle("veiled", phase !== "live");
  layout.region.classList.toggle("paused", state.paused);
  setText(layout.cardTitle, words.title);
  setText(layout.cardText, state.ending && !OVER.has(phase) ? say("session.ending") : words.text);
  if (phase === "ended" && end) setText(layout.cardSince, endWords(end.duration));
  else if (phase === "refused") setText(layout.cardSince, say("session.close"));
  else setText(layout.cardSince, sinceWords(state.since));
  // Announced once per phase: the text counts seconds.
  const camera = state.session?.camera;
  setText(layout.spoken, phase === "live" ? say(camera ? "camera.live" : "page.live") : words.title);
  layout.region.setAttribute("aria-label", say(camera ? "camera.region" : "page.region"));
}

function drawAssist(layout: Layout, state: ViewerState, now: number): void {
  const { assist, phase, paused, ending } = state;
  const [name, action] = assistButton(assist);
  setText(layout.assist, name);
  layout.assist.hidden = OVER.has(phase) || state.session === null || state.session.camera;
  // The own question can always be taken back.
  layout.assist.disabled =
    ending || action === null || (assist.state === "off" && (phase !== "live" || paused));
  const visitor = state.session?.name ?? "";
  const words = OVER.has(phase) ? "" : assistWords(assist, visitor, now);
  layout.helping.hidden = words === "";
  layout.helping.dataset["state"] = assist.state;
  setText(layout.helping, words);
  if (words) setText(layout.spokenAssist, assistWords(assist, visitor, now, true));
}

function endWords(duration: number | null): string {
  const close = say("session.close");
  if (duration === null) return close;
  return `${say("session.lasted", { duration: exactly(duration, spoken(), "long") })} ${close}`;
}
