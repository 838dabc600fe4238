/** Starting a camera session at the service, and keeping it over a reload (wire sheet, section 6.3; the rest is ours). */
import { isObject, parseObject, textOf } from "../protocol/json_values";
import { newToken } from "../visitor/start_session";
import { type Invitation, PhoneError, post } from "./invitation";

/** `sessionType` of a camera session. */
const CAMERA_SESSION = 1;
const STORED = "glance-camera";

/** A session with what stays of its invitation. */
export interface CameraSession {
  readonly invitation: Invitation;
  readonly ssnid: string;
  readonly token: string;
}

/** @throws PhoneError with a sentence. */
export async function startCamera(invitation: Invitation): Promise<CameraSession> {
  const [random = 0] = crypto.getRandomValues(new Uint32Array(1));
  const answer = await post("services/SessionProvisioning/StartSession2", {
    sessionType: CAMERA_SESSION,
    groupid: invitation.groupid,
    disambiguateId: random >>> 1,
    sessionKey: invitation.key,
  });
  const ssnid = textOf(answer["sessionId"], 255);
  if (!ssnid) throw new PhoneError(textOf(answer["message"], 500) || "The session could not be started.");
  const session = { invitation, ssnid, token: newToken() };
  sessionStorage.setItem(STORED, JSON.stringify(session));
  return session;
}

/** The session that this tab had before it was loaded again. */
export function storedSession(): CameraSession | null {
  const { invitation, ssnid, token } = parseObject(sessionStorage.getItem(STORED)) ?? {};
  const [id, secret] = [textOf(ssnid, 255), textOf(token, 128)];
  return id && secret && isObject(invitation)
    ? { invitation: invitation as unknown as Invitation, ssnid: id, token: secret }
    : null;
}

export function forgetSession(): void {
  sessionStorage.removeItem(STORED);
}
