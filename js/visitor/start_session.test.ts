import { describe, expect, it, vi } from "vitest";
import { chosenKey, KEYTYPE_RANDOM, newToken, startAtService, startBody, startParams } from "./start_session";
import { settingsFor, useFakeFetch } from "./testing";

const STARTED = { callId: 7, sessionId: "12345.k1.9", serverName: "s.test:8", sessionKey: "k1" };

describe("the session key", () => {
  it("is the explicit one, else the visitor id, else the service's choice", () => {
    expect(chosenKey({ sessionKey: "k1" }, { visitorid: "maria-21" })).toBe("k1");
    expect(chosenKey({}, { visitorid: "maria-21" })).toBe("maria-21");
    expect(chosenKey({}, { visitorid: "" })).toBe(KEYTYPE_RANDOM);
  });
});

describe("startParams", () => {
  it.each([
    ["k1", { sessionKey: "k1" }],
    [4711, { sessionKey: "4711" }],
    [{ sessionKey: 4711 }, { sessionKey: "4711", remote: false }],
    [
      { name: "Ann", email: "", phone: null, video: "off" },
      { name: "Ann", remote: false },
    ],
    [{ groupid: "77" }, { groupid: 77, remote: false }],
    [{ remote: true }, { remote: true }],
    [null, {}],
    [[], {}],
  ])("reads %j", (given, params) => {
    expect(startParams(given)).toEqual(params);
  });
});

describe("startBody", () => {
  it("has the keys of real clients, in their order, without what is not set", () => {
    const body = startBody({ sessionKey: "k1", name: "Ann" }, settingsFor());
    expect(Object.keys(body)).toEqual([
      "authToken",
      "sessionType",
      "groupid",
      "mainCallId",
      "callflags",
      "clientVersion",
      "coloId",
      "disambiguateId",
      "platform",
      "sessionKey",
      "name",
    ]);
    expect(body).toMatchObject({
      authToken: "",
      sessionType: 4,
      groupid: "12345",
      callflags: 0,
      clientVersion: 1_000_000,
    });
    expect(body["disambiguateId"]).toSatisfy((id: number) => Number.isInteger(id) && id >= 0 && id < 2 ** 31);
  });

  it("marks the staging site", () => {
    expect(startBody({}, settingsFor({ site: "staging" }))["callflags"]).toBe(524_288);
  });
});

it("makes tokens of 49 letters and digits, never twice", () => {
  const tokens = Array.from({ length: 50 }, newToken);
  expect(tokens.every((token) => /^[A-Za-z0-9]{49}$/.test(token))).toBe(true);
  expect(new Set(tokens).size).toBe(50);
});

describe("startAtService", () => {
  const body = { sessionKey: "k1" };

  it("posts JSON and reads what it got", async () => {
    const requests = useFakeFetch(vi, { StartSession2: STARTED });
    const session = await startAtService(body, settingsFor());
    expect(session).toEqual({ callId: "7", ssnid: "12345.k1.9", server: "s.test:8", sessionKey: "k1" });
    expect(requests[0]?.url).toBe("http://127.0.0.1:9/services/SessionProvisioning/StartSession2");
    expect(requests[0]?.init).toMatchObject({ method: "POST", body: '{"sessionKey":"k1"}' });
  });

  it("takes a server behind a proxy's path", async () => {
    useFakeFetch(vi, { StartSession2: { ...STARTED, serverName: "hub.test/user/ann/proxy/9" } });
    expect((await startAtService(body, settingsFor())).server).toBe("hub.test/user/ann/proxy/9");
  });

  it.each([
    ["a key in use", { status: 13, message: "x" }, "dupkey"],
    ["a refusal", { status: 14 }, "service"],
    ["an answer without server", { ...STARTED, serverName: undefined }, "service"],
    ["a server that is an address", { ...STARTED, serverName: "evil.test/x?" }, "service"],
    ["an answer that is no object", [1], "service"],
    ["no answer", undefined, "service"],
  ])("says %s in words", async (_what, answer, code) => {
    useFakeFetch(vi, answer === undefined ? {} : { StartSession2: answer });
    await expect(startAtService(body, settingsFor())).rejects.toMatchObject({
      code,
      message: expect.stringMatching(/\.$/),
    });
  });
});
