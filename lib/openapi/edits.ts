import { isDeepStrictEqual } from 'node:util';
import { isJson, type OpenApiDocument } from './document.ts';
import { isRecord } from './pointer.ts';
import { OpenApiError } from './problem.ts';
import { type EditableYaml, READING, type YamlLibrary, yamlLibrary } from './yaml.ts';

/** One change of a document. */
export interface Edit {
  /** Names of members from the document down. */
  readonly path: readonly string[];
  /** `undefined` removes the member. */
  readonly value: unknown;
}

/**
 * A copy of a document with the changes. What several members share becomes a copy for each.
 *
 * @throws {OpenApiError} if the document contains itself
 */
export function withEdits(document: OpenApiDocument, edits: readonly Edit[]): OpenApiDocument {
  const copy = copyOf(document) as Record<string, unknown>;
  for (const { path, value } of edits) {
    const last = path.at(-1) as string;
    let holder = copy;
    for (const name of path.slice(0, -1)) holder = memberOf(holder, name);
    if (value === undefined) delete holder[last];
    else define(holder, last, copyOf(value));
  }
  return copy;
}

/** The document with the changes, in JSON. */
export function editedJson(document: OpenApiDocument, edits: readonly Edit[]): string {
  return `${JSON.stringify(withEdits(document, edits), null, 2)}\n`;
}

/**
 * The text of a document with the changes: YAML if it was YAML, with its comments unless it has aliases, else JSON.
 *
 * @param text - of the document
 */
export function editedText(text: string, document: OpenApiDocument, edits: readonly Edit[]): string {
  const yaml = isJson(text) ? null : yamlLibrary();
  if (yaml === null) return editedJson(document, edits);
  return yamlText(yaml, text, withEdits(document, edits), edits);
}

const NO_FOLDING = { lineWidth: 0 };

function yamlText(yaml: YamlLibrary, text: string, edited: object, edits: readonly Edit[]): string {
  try {
    const changed = changedYaml(yaml.parseDocument(text, READING), edits);
    // A change below an anchor changes what its aliases mean too.
    if (isDeepStrictEqual(yaml.parse(changed, READING), edited)) return changed;
  } catch {
    // The package changes nothing below an alias or an empty member.
  }
  return yaml.stringify(edited, NO_FOLDING);
}

function changedYaml(yaml: EditableYaml, edits: readonly Edit[]): string {
  for (const { path, value } of edits) {
    if (value === undefined) yaml.deleteIn(path);
    else yaml.setIn(path, value);
  }
  return yaml.toString(NO_FOLDING);
}

/** @throws {OpenApiError} if the value contains itself, which aliases of YAML can make it do */
function copyOf(value: unknown): unknown {
  try {
    return JSON.parse(JSON.stringify(value));
  } catch {
    const message = 'contains itself by an alias of YAML: write the object out once';
    throw new OpenApiError([{ code: 'document', pointer: '', message }]);
  }
}

/** The member of an object, which is made if it is no object. */
function memberOf(holder: Record<string, unknown>, name: string): Record<string, unknown> {
  const member = Object.hasOwn(holder, name) ? holder[name] : undefined;
  if (isRecord(member)) return member as Record<string, unknown>;
  const made = {};
  define(holder, name, made);
  return made;
}

/** Sets a member of any name, `__proto__` for example. */
function define(holder: object, name: string, value: unknown): void {
  Object.defineProperty(holder, name, { value, configurable: true, enumerable: true, writable: true });
}
