import { readFileSync } from "node:fs";
import { afterEach, describe, expect, test, vi } from "vitest";
import { chooseLanguage, preferredLanguages } from "./language";
import { phrasesFor } from "./phrases";
import { FakeModel, mount } from "./testing";
import { readTraits } from "./traits";

const file = (tag: string): unknown =>
  JSON.parse(readFileSync(`../glance_widget/phrases/${tag}.json`, "utf8"));
const told = (...tags: string[]): Record<string, unknown> =>
  Object.fromEntries(tags.map((tag) => [tag, file(tag)]));
const phrases = (language: string, _phrases: unknown) =>
  phrasesFor(language, readTraits(new FakeModel({ _phrases })).told);

/** Lets the browser prefer languages. */
function prefer(...languages: string[]): void {
  vi.spyOn(navigator, "languages", "get").mockReturnValue(languages);
}

afterEach(() => {
  vi.restoreAllMocks();
  document.body.replaceChildren();
});

describe("the language", () => {
  test.each([
    ["auto", ["de-AT", "en"], ["de", "fr"], "de-AT", "de"],
    ["auto", ["pt-BR", "fr-CA"], ["de", "fr"], "fr-CA", "fr"],
    ["auto", ["en-GB", "de"], ["de"], "en-GB", "en"],
    ["auto", ["pt"], ["de"], "en", "en"],
    ["auto", ["not a tag!", "ja"], ["ja"], "ja", "ja"],
    ["de-CH", ["fr"], ["de", "fr"], "de-CH", "de"],
    ["zh-Hant-TW", [], ["zh-Hant"], "zh-Hant-TW", "zh-Hant"],
  ] as const)("%s for %j out of %j is %s, %s", (language, preferred, available, wanted, found) => {
    prefer(...preferred);
    expect(chooseLanguage(language, available)).toEqual({ wanted, found });
  });

  test("sends no tag that the kernel would not accept", () => {
    prefer("x", "de_AT", ...Array.from({ length: 30 }, () => "de"));
    expect(preferredLanguages()).toEqual(Array.from({ length: 16 }, () => "de"));
  });

  test("is told to the kernel, and shown when the kernel has told its phrases", async () => {
    prefer("ar-EG", "en");
    const model = new FakeModel({ language: "auto" });
    const { root, buttons } = mount(model);
    expect(model.last("hello").languages).toEqual(["ar-EG", "en"]);
    expect([root.lang, root.dir, buttons[0]]).toEqual(["en", "ltr", "Join"]);
    await model.write({ _phrases: told("ar", "de") });
    expect([root.lang, root.dir]).toEqual(["ar-EG", "rtl"]);
    expect(root.querySelector("button")?.textContent).toBe("انضمام");
  });

  test("changes with the browser's", async () => {
    prefer("de");
    const model = new FakeModel({ language: "auto", _phrases: told("de", "fr") });
    const mounted = mount(model);
    expect(mounted.buttons[0]).toBe("Beitreten");
    prefer("fr");
    window.dispatchEvent(new Event("languagechange"));
    await model.write({});
    expect(mounted.buttons[0]).toBe("Rejoindre");
  });
});

describe("what the kernel says", () => {
  const german = phrases("de", told("de"));

  test.each([
    ["The website visitor declined cobrowse session.", "Der Besucher hat die Cobrowse-Sitzung abgelehnt."],
    ["Maria is reading the terms…", "Maria liest die Bedingungen …"],
    ["The visitor is reading the terms…", "Der Besucher liest die Bedingungen …"],
    ["The platform cannot be reached.", "Die Plattform ist nicht erreichbar."],
    [
      "The presence service cannot be reached. It is being tried again; check the network if this lasts.",
      "Der Präsenzdienst ist nicht erreichbar. Es wird erneut versucht; prüfen Sie das Netzwerk, wenn es anhält.",
    ],
    ["The session service answered with status 503.", "Der Sitzungsdienst hat mit Status 503 geantwortet."],
    ["The platform answered with status 502.", "Die Plattform hat mit Status 502 geantwortet."],
    [
      "The visitor's page could not start the session.",
      "Die Seite des Besuchers konnte die Sitzung nicht starten.",
    ],
    [
      "The visitor's page could not start the session (dupkey).",
      "Die Seite des Besuchers konnte die Sitzung nicht starten (dupkey).",
    ],
    ["authurl is missing.", "authurl fehlt."],
    ["A sentence that is in no file.", "A sentence that is in no file."],
    ["", ""],
  ])("%s", (english, translated) => {
    expect(german.translate(english)).toBe(translated);
  });

  test("is shown in the reader's language: state, error and hint", () => {
    const error = {
      code: "authurl_missing",
      message: "puid is missing.",
      hint: "It identifies the agent within the group.",
    };
    const status = { since: null, reason: "sign_in", message: error.message, hint: error.hint };
    const model = new FakeModel({ language: "de", _phrases: told("de"), state: "failed", status, error });
    expect(mount(model).words).toContain("puid fehlt. | Damit wird der Agent innerhalb der Gruppe bestimmt.");
  });

  test("is said once when a state goes on in spite of an error, and not at all where errorMessage is", async () => {
    const error = { code: "x", message: "The session service cannot be reached.", hint: "Try again." };
    const status = {
      since: null,
      reason: "",
      message: "Joining the session…",
      hint: `${error.message} ${error.hint}`,
    };
    const model = new FakeModel({ language: "de", _phrases: told("de"), state: "joining", status, error });
    const mounted = mount(model);
    expect(mounted.words.match(/Sitzungsdienst/g)).toHaveLength(1);
    expect(mounted.words).not.toContain("session service");
    await model.write({ errorMessage: "Call us." });
    expect(mounted.words).toContain("Call us.");
    expect(mounted.words).not.toMatch(/Sitzungsdienst|session service/);
  });
});

test("one's own phrases stand in place of English ones", () => {
  const own = {
    en: { direction: "ltr", widget: { "button.join": "Connect" }, kernel: { "Try again.": "Once more!" } },
  };
  const english = phrases("en", own);
  expect([english.say("button.join"), english.say("button.cancel"), english.translate("Try again.")]).toEqual(
    ["Connect", "Cancel", "Once more!"],
  );
});

test("a value of another direction does not turn its sentence around", () => {
  expect(phrases("ar", told("ar")).sayOf("state.online", "Maria")).toBe("\u2068Maria\u2069 متصل الآن");
  expect(phrases("en", {}).sayOf("state.online", "مريم")).toBe("\u2068مريم\u2069 is online");
  expect(phrases("en", {}).sayOf("state.online", "Maria")).toBe("Maria is online");
});

test("a value is no pattern, and no phrase of its own", () => {
  expect(phrases("en", {}).sayOf("state.online", "$& {visitor}")).toBe("$& {visitor} is online");
});
