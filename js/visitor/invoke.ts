/** Functions of the page that an agent may invoke (wire sheet, section 5.5). */
import { isObject, type JsonObject } from "../protocol/json_values";

/** Where a dotted path may begin. */
export interface InvokeRoots {
  readonly GLANCE: unknown;
  readonly GLANCE_COBROWSE: unknown;
}

const FORBIDDEN = new Set(["constructor", "prototype", "__proto__"]);

/**
 * Calls the function at a dotted path with one argument, `args` with `remote: true` added.
 *
 * The path begins with `GLANCE`, or with `GLANCE_COBROWSE.Custom`. Nothing goes back to the agent.
 *
 * @returns `null` when the function was called, else `ERR_BADINVOKE:<part>` or `ERR_UNDEFINVOKE:<part>`.
 */
export function invoke(data: JsonObject, roots: InvokeRoots): string | null {
  const { func, args } = data;
  const path = typeof func === "string" ? func.split(".") : [];
  const [first = "", second] = path;
  if (path.length < 2) return "ERR_BADINVOKE:";
  const allowed = first === "GLANCE" || (first === "GLANCE_COBROWSE" && second === "Custom");
  if (!allowed) return `ERR_BADINVOKE:${first}`;
  const found = follow(path, roots);
  if (typeof found === "string") return `ERR_UNDEFINVOKE:${found}`;
  found.call({ ...(isObject(args) ? args : {}), remote: true });
  return null;
}

type Found = { call: (argument: JsonObject) => void };

/** Follows a path to a function; the name of the first missing part when there is none. */
function follow(path: readonly string[], roots: InvokeRoots): Found | string {
  let owner: unknown = null;
  let value: unknown = roots;
  for (const part of path) {
    if (!reachable(value, part)) return part;
    owner = value;
    value = (value as JsonObject)[part];
  }
  if (typeof value !== "function") return path.at(-1) ?? "";
  const callable = value;
  return { call: (argument) => void Reflect.apply(callable, owner, [argument]) };
}

/**
 * Whether a part of a path may be followed: own members, and methods of the object's own class. What every object or
 * function inherits is out of reach: `constructor.constructor` would compile code.
 */
function reachable(value: unknown, part: string): boolean {
  if ((typeof value !== "object" && typeof value !== "function") || value === null || FORBIDDEN.has(part))
    return false;
  let holder: object | null = value;
  while (holder && holder !== Object.prototype && holder !== Function.prototype) {
    if (Object.hasOwn(holder, part)) return true;
    holder = Object.getPrototypeOf(holder);
  }
  return false;
}
