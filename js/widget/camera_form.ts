/** Camera share: the field for the customer's phone number, the way without one, and the key to be read out. */
import { PHONE_NUMBER } from "../protocol/messages";
import { make, onPress, setText, setTextOrHide } from "./dom";
import { EntryForm, type Field } from "./entry_form";
import type { Phrases } from "./phrases";

const PHONE_FIELD: Field = { id: "phone", type: "tel", pattern: PHONE_NUMBER };

/** A customer is invited to show a phone's camera, and no text message was sent. */
export interface Invitation {
  readonly key: string;
  /** What the customer is to be told. */
  readonly text: string;
}

/** What the agent does here. */
export interface CameraEvents {
  /** Without a number, no message is sent. */
  readonly invite: (phone?: string) => void;
  readonly cancel: () => void;
}

/** One per view. */
export class CameraForm extends EntryForm {
  /** The key in large type, while a customer is to type it. */
  readonly code = make("p", { class: "code", dir: "ltr", role: "note" });
  readonly #byKey = make("button", { type: "button", class: "link" });

  constructor(phrases: Phrases, { invite, cancel }: CameraEvents) {
    super(PHONE_FIELD, phrases, { submit: invite, cancel });
    this.element.append(make("div", { class: "row" }, this.#byKey));
    onPress(this.#byKey, () => invite());
  }

  /** Brings the words that only this form has up to date. */
  drawCamera(phrases: Phrases, code: string): void {
    setText(this.#byKey, phrases.say("camera.byKey"));
    // In threes, as keys are read out; the label says what the digits are.
    setTextOrHide(this.code, code.replace(/^(\d{3})(\d{3})$/, "$1 $2"));
    this.code.setAttribute("aria-label", `${phrases.say("camera.code")}: ${[...code].join(" ")}`);
  }
}
