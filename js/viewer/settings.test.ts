import { afterEach, describe, expect, it } from "vitest";
import { readSettings } from "./settings";

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
