/** Whether there is a kernel behind a model that does not answer: it may be busy, or the page may be a saved document. */
import { isObject } from "../protocol/json_values";

/**
 * Asks the widget manager of the host.
 *
 * Managers with a kernel show it (JupyterLab, Notebook, Voila, VS Code, Panel). That of saved documents has the same
 * base class but no kernel, and knows of no comm. Where nothing can be learned there is none, until one answers.
 */
export async function hasComm(manager: unknown): Promise<boolean> {
  if (!isObject(manager)) return false;
  try {
    if (isObject(manager["kernel"])) return true;
    const ask = manager["_get_comm_info"];
    if (typeof ask !== "function") return false;
    const comms: unknown = await ask.call(manager);
    return isObject(comms) && Object.keys(comms).length > 0;
  } catch {
    return false;
  }
}
