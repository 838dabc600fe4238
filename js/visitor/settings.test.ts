import { describe, expect, it, vi } from "vitest";
import { readSettings, recordable, visitoridOf } from "./settings";

const HTTP = { protocol: "http:", href: "http://127.0.0.1:8000/page" } as Location;
const HTTPS = { protocol: "https:", href: "https://shop.test/page" } as Location;

function tag(attributes: Record<string, string>): HTMLElement {
  const script = document.createElement("script");
  for (const [name, value] of Object.entries(attributes)) script.setAttribute(name, value);
  return script;
}

const SRC = "http://127.0.0.1:9/cobrowse/CobrowseJS.ashx?group=12345&site=staging";

describe("readSettings", () => {
  it("takes group, site and service from the documented tag alone", () => {
    const settings = readSettings(tag({ src: SRC }), undefined, HTTP);
    expect(settings).toMatchObject({ groupid: 12345, site: "staging", presence: "off", visitorid: "" });
    expect(settings.service).toEqual({ ws: "http://127.0.0.1:9", http: "http:", socket: "ws:" });
  });

  it("finds a service behind a proxy by the folder above its script", () => {
    const src = "https://hub.test/user/ann/proxy/9/cobrowse/CobrowseJS.ashx?group=12345";
    const { service } = readSettings(tag({ src }), undefined, HTTPS);
    expect(service).toEqual({ ws: "https://hub.test/user/ann/proxy/9", http: "https:", socket: "wss:" });
  });

  it("lets the tag win over GLANCE_COBROWSE, and that over the address", () => {
    const globals = { groupid: 777, visitorid: "global", name: "Global", "user-tier": "gold", Custom: {} };
    const settings = readSettings(
      tag({ src: SRC, "data-visitorid": "tag", "data-user-age": "7" }),
      globals,
      HTTP,
    );
    expect(settings).toMatchObject({
      groupid: 777,
      visitorid: "tag",
      name: "Global",
      user: { tier: "gold", age: "7" },
    });
  });

  it.each([
    ["www.glance.net", HTTPS, { ws: "https://www.glance.net", http: "https:", socket: "wss:" }],
    ["127.0.0.1:9", HTTP, { ws: "http://127.0.0.1:9", http: "http:", socket: "ws:" }],
    ["http://127.0.0.1:9", HTTPS, { ws: "http://127.0.0.1:9", http: "http:", socket: "ws:" }],
  ])("finds the service at data-ws=%s", (ws, page, service) => {
    expect(readSettings(tag({ src: SRC, "data-ws": ws }), {}, page).service).toEqual(service);
  });

  it.each(["", "0", "1234567", "12a", "-1"])("refuses the group %j in words", (group) => {
    const script = tag({ src: "http://127.0.0.1:9/x", "data-groupid": group });
    expect(() => readSettings(script, {}, HTTP)).toThrow("data-groupid");
  });

  it("refuses to guess a service", () => {
    expect(() => readSettings(tag({ "data-groupid": "1" }), {}, HTTP)).toThrow("data-ws");
  });
});

describe("visitoridOf", () => {
  it("refuses an id that would be another one after cutting", () => {
    expect(visitoridOf("a".repeat(62))).toHaveLength(62);
    for (const bad of ["a".repeat(63), "maria lopez", "maria@shop.test", "a/b"]) {
      expect(() => visitoridOf(bad)).toThrow("visitor id");
    }
    expect(visitoridOf(undefined)).toBe("");
  });
});

it("records texts and numbers only", () => {
  expect(recordable({ a: "x", b: 1, c: { d: 1 }, e: null, f: true })).toEqual({ a: "x", b: 1 });
  expect(recordable("nonsense")).toEqual({});
});

it.each([
  [{}, null],
  [{ "data-privacy": "open" }, "open"],
  [{ "data-privacy": "Private" }, "private"],
  [{ "data-privacy": "opne" }, "private"],
] as const)("reads the privacy mode %j", (given, mode) => {
  const said = vi.spyOn(console, "warn").mockReturnValue();
  expect(readSettings(tag({ src: SRC, ...given }), undefined, HTTP).privacy).toBe(mode);
  expect(said).toHaveBeenCalledTimes("data-privacy" in given && given["data-privacy"] === "opne" ? 1 : 0);
  said.mockRestore();
});
