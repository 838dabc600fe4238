/** What the window says that waits for the viewer, worked out of what is known. */
import type { Invitation } from "./camera_form";
import type { Command } from "./command";
import type { Phrases } from "./phrases";
import { type Traits, UNDER_WAY } from "./traits";
import type { WaitingWords } from "./waiting_page";

/** Reasons of a state in which a phone's camera is waited for. */
const CAMERA: readonly string[] = ["camera", "sent_to_phone", "key_to_read"];

/** The words for the state and the press that lead to the viewer. */
export function waitingWords(
  { state, status }: Traits,
  name: string,
  { request, slow }: Pick<Command, "request" | "slow">,
  invitation: Invitation | null,
  phrases: Phrases,
): WaitingWords {
  const message = slow ? phrases.say("kernel.busy") : UNDER_WAY.includes(state) ? status.message : "";
  const withKey = request?.type === "join" && request.key !== undefined;
  if (request?.type === "camera" || CAMERA.includes(status.reason)) {
    const text = invitation?.text || message;
    const heading = phrases.say("camera.waiting");
    return { heading, message: text === heading ? "" : text, advice: phrases.say("camera.advice") };
  }
  let heading =
    state === "joining" || withKey ? phrases.say("state.joining") : phrases.sayOf("state.inviting", name);
  if (state === "in_session") heading = phrases.say("waiting.loading");
  return { heading, message: message === heading ? "" : message, advice: phrases.say("waiting.advice") };
}
