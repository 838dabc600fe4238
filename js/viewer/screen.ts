/** Writes the viewer's state into the page. */
import { type Layout, setText } from "./layout";
import { type Quality, qualityWords } from "./quality";
import type { ViewerState } from "./state";
import { clock, durationWords, sinceWords, type Words, wordsFor } from "./words";

const OVER = new Set(["ended", "refused"]);

/** Draws one state. Called on every change and once per second. */
export function draw(layout: Layout, state: ViewerState, quality: Quality, now: number): void {
  const words = wordsFor(state, now);
  drawHeader(layout, state, quality, words, now);
  drawCard(layout, state, words);
  document.title = [visitorName(state), words.title].filter(Boolean).join(" – ");
}

function visitorName({ session, sessionKey }: ViewerState): string {
  return session?.name || session?.visitorid || sessionKey;
}

function drawHeader(layout: Layout, state: ViewerState, quality: Quality, words: Words, now: number): void {
  const { session, page, phase } = state;
  const over = OVER.has(phase);
  setText(layout.who, visitorName(state) || "Visitor");
  const id = session?.visitorid || state.sessionKey;
  setText(layout.visitorId, id && id !== visitorName(state) ? id : "");
  setText(layout.pageTitle, page.title || (session ? "Untitled page" : ""));
  setText(layout.pageAddress, page.href);
  layout.pageAddress.title = page.href;
  const started = session ? Date.parse(session.startedAt) : Number.NaN;
  layout.running.hidden = Number.isNaN(started) || over;
  if (!layout.running.hidden) setText(layout.running, clock(now - started));
  setText(layout.quality, phase === "live" ? qualityWords(quality) : words.title);
  layout.quality.dataset["phase"] = phase;
  layout.quality.dataset["quality"] = quality;
  layout.quality.title = sinceWords(state.since);
  layout.zoom.hidden = over;
  layout.end.hidden = over;
  layout.end.disabled = state.ending;
}

function drawCard(layout: Layout, state: ViewerState, words: Words): void {
  const { phase, end } = state;
  layout.card.hidden = phase === "live";
  layout.card.dataset["phase"] = phase;
  layout.region.classList.toggle("veiled", phase !== "live");
  setText(layout.cardTitle, words.title);
  setText(layout.cardText, state.ending && !OVER.has(phase) ? "Ending the session…" : words.text);
  if (phase === "ended" && end) setText(layout.cardSince, endWords(end.duration));
  else if (phase === "refused") setText(layout.cardSince, "You can close this window.");
  else setText(layout.cardSince, sinceWords(state.since));
  // Announced once per phase: the text counts seconds.
  setText(layout.spoken, phase === "live" ? "The visitor's page is live." : words.title);
}

function endWords(duration: number | null): string {
  const lasted = duration === null ? "" : `It lasted ${durationWords(duration)}. `;
  return `${lasted}You can close this window.`;
}
