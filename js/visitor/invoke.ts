/** Functions of the page that an agent may invoke (wire sheet, section 5.5). */
import { isObject, type JsonObject } from "../protocol/json_values";

/** Where a dotted path may begin. */
export interface InvokeRoots {
  readonly GLANCE: unknown;
  readonly GLANCE_COBROWSE: unknown;
}

const FORBIDDEN = ["constructor", "prototype", "__proto__"];

/** Characters of JSON that an answer may have. */
const MAX_RESULT = 16_384;

/** An indented list with an answer in it that has more than 30 levels: the service takes 32, and two are the message's. */
const TOO_DEEP = /^ {31}(?:".*": )?[[{]/m;

/**
 * Calls the function at a dotted path with one argument, `args` with `remote: true` added.
 *
 * The path begins with `GLANCE`, or with `GLANCE_COBROWSE.Custom`.
 *
 * @returns What a custom function returned or resolved to. Of Glance's own functions nothing: they were not written for
 * an agent's eyes, and the key of a session is among what they say.
 * @throws An error with `ERR_BADINVOKE:<part>` or `ERR_UNDEFINVOKE:<part>`, or what the function throws.
 */
export async function invoke({ func, args }: JsonObject, roots: InvokeRoots): Promise<unknown> {
  const path = String(func).split(".");
  const [first, second] = path;
  const custom = first === "GLANCE_COBROWSE" && second === "Custom";
  if (!second || !(custom || first === "GLANCE")) throw new Error(`ERR_BADINVOKE:${second ? first : ""}`);
  let owner: unknown;
  let value: unknown = roots;
  for (const part of path) {
    owner = value;
    value = reachable(value, part) ? (value as JsonObject)[part] : undefined;
    if (value === undefined) throw new Error(`ERR_UNDEFINVOKE:${part}`);
  }
  if (typeof value !== "function") throw new Error(`ERR_UNDEFINVOKE:${path.at(-1)}`);
  const argument = { ...(isObject(args) && args), remote: true };
  const result: unknown = await Reflect.apply(value, owner, [argument]);
  if (!custom) return null;
  if (JSON.stringify([result]).length > MAX_RESULT || TOO_DEEP.test(JSON.stringify([result], null, 1)))
    throw new Error("Result too long or too deep");
  return result;
}

/**
 * Whether a part of a path may be followed: own members, and methods of the object's own class. What every object or
 * function inherits is out of reach: `constructor.constructor` would compile code.
 */
function reachable(value: unknown, part: string): boolean {
  if (FORBIDDEN.includes(part)) return false;
  let holder: object | null = Object(value) === value ? (value as object) : null;
  while (holder && holder !== Object.prototype && holder !== Function.prototype) {
    if (Object.hasOwn(holder, part)) return true;
    holder = Object.getPrototypeOf(holder);
  }
  return false;
}
