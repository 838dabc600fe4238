/** How the visitor is called. One who goes away takes the record along, but is still the same person. */
import type { Traits } from "./traits";

/** One per model. */
export class VisitorName {
  #known = { visitorid: "", name: "" };

  /** Remembers the name that stands in the traits. */
  learn({ visitor, visitorid }: Traits): void {
    if (visitor?.name) this.#known = { visitorid, name: visitor.name };
    else if (visitor || visitorid !== this.#known.visitorid) this.#known = { visitorid, name: "" };
  }

  /** The visitor by name, else as the agent chose them. */
  of({ presence, visitorid }: Traits): string {
    return this.#known.name || (presence ? visitorid : "");
  }
}
