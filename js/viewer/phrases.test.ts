import { readFileSync } from "node:fs";
import { afterEach, expect, test } from "vitest";
import type { AssistStatus } from "../protocol/live_view";
import { assistFrom, assistWords } from "./assist";
import { say, speak } from "./phrases";
import { readSettings } from "./settings";
import { firstState, step } from "./state";
import { wordsFor } from "./words";

/** A page as the service writes it for a reader of this language. */
function page(lang: string, dir: string, file = lang): void {
  const { viewer } = JSON.parse(readFileSync(`../glance_widget/phrases/${file}.json`, "utf8")) as Record<
    string,
    unknown
  >;
  const script = document.createElement("script");
  script.id = "glance-viewer-settings";
  script.type = "application/json";
  script.textContent = JSON.stringify({ phrases: viewer });
  document.body.replaceChildren(script);
  document.documentElement.lang = lang;
  document.documentElement.dir = dir;
}

afterEach(() => {
  document.documentElement.lang = "";
  document.documentElement.dir = "";
  speak({}, document.documentElement);
});

test("the viewer speaks the language of its page", () => {
  page("de-AT", "ltr", "de");
  expect(readSettings(document).error?.message).toBe("Diese Seite wurde ohne Sitzung geöffnet.");
  const away = step(
    firstState("k", null, 0),
    { type: "frame", frame: { type: "visitor", connected: false, grace: 20 } },
    0,
  );
  expect(wordsFor({ ...away, phase: "away", until: 20_000 }, 0).text).toBe(
    "Der Besucher wechselt die Seite oder hat den Tab geschlossen. Die Sitzung bleibt noch 20 Sekunden erhalten.",
  );
});

test("names stand apart from a sentence of the other direction", () => {
  page("ar", "rtl");
  readSettings(document);
  const held: AssistStatus = { state: "held", reason: "none", within: 0, agent: null };
  expect(assistWords(assistFrom(held, 0), "Maria", 0)).toContain("\u2068Maria\u2069 يستخدم الصفحة");
});

test.each([undefined, null, 7, [], { "session.end": 7 }, { "session.end": "" }])(
  "without phrases it speaks English: %j",
  (phrases) => {
    speak(phrases, document.documentElement);
    expect(say("session.end")).toBe("End Session");
  },
);
