import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { keptSettings, readSettings, type ViewerSettings } from "./settings";

function withSettings(value: unknown) {
  const script = document.createElement("script");
  script.id = "glance-viewer-settings";
  script.type = "application/json";
  script.textContent = typeof value === "string" ? value : JSON.stringify(value);
  document.body.append(script);
  return readSettings(document);
}

afterEach(() => {
  document.body.replaceChildren();
});

describe("readSettings", () => {
  it("reads what the service wrote", () => {
    const given = { ticket: "t", openerOrigin: "http://127.0.0.1:8888", sessionKey: "k1", error: null };
    expect(withSettings(given)).toEqual(given);
  });

  it.each([
    "*",
    "http://127.0.0.1:8888/path",
    "http://127.0.0.1:8888/",
    "null",
    "data:,",
    "",
    7,
    null,
    undefined,
  ])("takes the opener %j for nobody", (openerOrigin) => {
    expect(withSettings({ ticket: "t", openerOrigin, sessionKey: "k1" }).openerOrigin).toBeNull();
  });

  it("reads a refusal", () => {
    const error = { code: "expired", message: "Your login key has expired.", hint: "Join again." };
    expect(withSettings({ ticket: null, sessionKey: "k1", error }).error).toEqual(error);
  });

  it.each(["{", "[]", "{}", ""])("says when there is nothing to show: %j", (text) => {
    expect(withSettings(text).error?.code).toBe("settings");
  });
});

describe("keptSettings", () => {
  const error = { code: "viewer_ticket", message: "Used.", hint: "" };
  const opened: ViewerSettings = { ticket: "t", openerOrigin: null, sessionKey: "k1", error: null };
  const used = { ...opened, ticket: "", sessionKey: "", error };
  const at = (search: string, settings: ViewerSettings = used) =>
    keptSettings(settings, { search }, () => sessionStorage);

  beforeEach(() => sessionStorage.clear());

  it("opens the viewer again in the tab that used the ticket", () => {
    expect(at("?TICKET=one", opened)).toEqual(opened);
    expect(at("?TICKET=one")).toEqual(opened);
  });

  it("opens nothing with another ticket, in another tab, or after another failure", () => {
    expect(at("?TICKET=one")).toEqual(used);
    at("?TICKET=one", opened);
    expect(at("?TICKET=two")).toEqual(used);
    const expired = { ...used, error: { ...error, code: "loginkey_expired" } };
    expect(at("?TICKET=one", expired)).toEqual(expired);
  });

  it("keeps nothing of a viewer that was opened by a form", () => {
    at("", opened);
    at("?SessionKey=k1", opened);
    expect(sessionStorage.length).toBe(0);
  });

  it("does without where the browser keeps nothing", () => {
    const tab = () => {
      throw new DOMException("no", "SecurityError");
    };
    for (const settings of [opened, used])
      expect(keptSettings(settings, { search: "?TICKET=one" }, tab)).toEqual(settings);
  });
});
