import { expect, test } from "vitest";
import { MAX_IDENTITY, parseSamlMessage } from "./saml";

test("who the agent is, is handed on as it was said", () => {
  const identity = "partnerid=1&partneruserid=ann~$1$2$3";
  const message = { glanceEvent: "authenticateSucceeded", data: { loginKey: identity } };
  expect(parseSamlMessage(message)).toEqual({ event: "done", identity });
});

test("a refusal", () => {
  expect(parseSamlMessage({ glanceEvent: "authenticateFailed", data: {} })).toEqual({ event: "refused" });
});

test.each([
  undefined,
  {},
  { loginKey: "" },
  { loginKey: 7 },
  { loginKey: ["x"] },
  { loginKey: "x".repeat(MAX_IDENTITY + 1) },
])("a success without a login key is malformed: %j", (data) => {
  expect(parseSamlMessage({ glanceEvent: "authenticateSucceeded", data })).toEqual({ event: "malformed" });
});

test.each([null, "authenticateSucceeded", [], {}, { glanceEvent: "agentJoined" }, { glanceEvent: 7 }])(
  "other messages are none of the page's: %j",
  (value) => {
    expect(parseSamlMessage(value)).toBeNull();
  },
);
