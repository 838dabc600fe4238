/** What the window says that waits for the viewer, worked out of what is known. */
import type { Command } from "./command";
import type { Phrases } from "./phrases";
import { type Traits, UNDER_WAY } from "./traits";
import type { WaitingWords } from "./waiting_page";

/** The words for the state and the press that lead to the viewer. */
export function waitingWords(
  { state, status, invitation }: Traits,
  name: string,
  { request, slow }: Pick<Command, "request" | "slow">,
  phrases: Phrases,
): WaitingWords {
  const message = slow ? phrases.say("kernel.busy") : UNDER_WAY.includes(state) ? status.message : "";
  const withKey = request?.type === "join" && request.key !== undefined;
  if (request?.type === "camera" || invitation || status.reason === "camera") {
    const text = invitation?.sent === false ? invitation.text : message;
    const heading = phrases.say("camera.waiting");
    return { heading, message: text === heading ? "" : text, advice: phrases.say("camera.advice") };
  }
  let heading =
    state === "joining" || withKey ? phrases.say("state.joining") : phrases.sayOf("state.inviting", name);
  if (state === "in_session") heading = phrases.say("waiting.loading");
  return { heading, message: message === heading ? "" : message, advice: phrases.say("waiting.advice") };
}
