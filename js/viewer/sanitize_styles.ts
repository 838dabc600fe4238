/** Changes of style sheets on their way into the replica. */
import type { incrementalData } from "@rrweb/types";
import { CHANGE } from "../protocol/recording";
import type { Budget } from "./budget";
import { guardedCss } from "./css_guard";
import { cleanSheet } from "./sanitize_nodes";
import { countOf, type Fields, fieldsOf, idOf, kept, objectsOf } from "./sanitize_values";

/** Rules inside each other. */
const MAX_NESTING = 50;
const PROPERTY = /^-{0,2}[A-Za-z][\w-]{0,127}$|^--[\w\u0080-\uffff-]{1,127}$/;

/** A change of a sheet, of a rule's style, or of the sheets that a document has; `null` for any other change. */
export function cleanStyleChange(data: Fields, budget: Budget): incrementalData | null {
  const id = idOf(data["id"]);
  const styleId = idOf(data["styleId"]);
  const sheet = { ...(id === null ? {} : { id }), ...(styleId === null ? {} : { styleId }) };
  switch (data["source"]) {
    case CHANGE.styleSheetRule:
      return { source: CHANGE.styleSheetRule, ...sheet, ...rulesOf(data, budget) } as incrementalData;
    case CHANGE.styleDeclaration:
      return declaration(data, sheet);
    case CHANGE.adoptedStyleSheet:
      return id === null ? null : adopted(data, id, budget);
    default:
      return null;
  }
}

/** A property and its value as they may be set; `null` when they may not. */
export function cleanDeclaration(property: unknown, value: unknown): [string, string] | null {
  if (typeof property !== "string" || typeof value !== "string" || !PROPERTY.test(property)) return null;
  return [property, guardedCss(value)];
}

function rulesOf(data: Fields, budget: Budget) {
  const sheetText = (text: unknown) => (typeof text === "string" ? cleanSheet(text, budget) : null);
  const removes = kept(objectsOf(data["removes"]), ({ index }) => {
    const place = indexOf(index);
    return place === null ? null : { index: place };
  });
  const [replace, replaceSync] = [sheetText(data["replace"]), sheetText(data["replaceSync"])];
  return {
    adds: addedRules(data["adds"], budget),
    removes,
    ...(replace === null ? {} : { replace }),
    ...(replaceSync === null ? {} : { replaceSync }),
  };
}

function addedRules(given: unknown, budget: Budget) {
  return kept(objectsOf(given), ({ rule, index }) => {
    if (typeof rule !== "string") return null;
    budget.spend("rules", 1);
    const place = indexOf(index);
    return { rule: cleanSheet(rule, budget), ...(place === null ? {} : { index: place }) };
  });
}

/** A rule's place in its sheet; a list of places for a rule inside others. */
function indexOf(value: unknown): number | number[] | null {
  if (!Array.isArray(value)) return countOf(value);
  const places = kept(value, countOf);
  return places.length === value.length && places.length > 0 && places.length <= MAX_NESTING ? places : null;
}

function declaration(data: Fields, sheet: { id?: number; styleId?: number }): incrementalData | null {
  const index = indexOf(data["index"]);
  if (!Array.isArray(index)) return null;
  const { property, value, priority } = fieldsOf(data["set"]) ?? {};
  const set = cleanDeclaration(property, value);
  const removed = cleanDeclaration(fieldsOf(data["remove"])?.["property"], "");
  return {
    source: CHANGE.styleDeclaration,
    ...sheet,
    index,
    ...(set
      ? { set: { property: set[0], value: set[1], priority: priority === "important" ? priority : "" } }
      : {}),
    ...(removed ? { remove: { property: removed[0] } } : {}),
  } as incrementalData;
}

function adopted(data: Fields, id: number, budget: Budget): incrementalData {
  const styleIds = Array.isArray(data["styleIds"]) ? kept(data["styleIds"].slice(0, 1000), idOf) : [];
  const styles = kept(objectsOf(data["styles"], 1000), ({ styleId, rules }) => {
    const number = idOf(styleId);
    return number === null ? null : { styleId: number, rules: addedRules(rules, budget) };
  });
  budget.spend("sheets", styles.length + 1);
  return { source: CHANGE.adoptedStyleSheet, id, styleIds, styles } as incrementalData;
}
