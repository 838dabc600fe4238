/** Whether there is a kernel behind a model that does not answer: it may be busy, or the page may be a saved document. */
import { isObject } from "../protocol/json_values";
import type { Model } from "./afm";

/**
 * Whether the model was made with a line to a kernel; `undefined` where the host does not say.
 *
 * The model itself keeps it from us, but ipywidgets makes the one of its layout in the same way, and hands that over
 * whole. What comes out of a saved notebook or an exported page has none, even when a kernel runs beside it.
 */
export function hasComm(model: Model): boolean | undefined {
  const layout = model.get("layout");
  const live = isObject(layout) ? layout["comm_live"] : undefined;
  return typeof live === "boolean" ? live : undefined;
}
