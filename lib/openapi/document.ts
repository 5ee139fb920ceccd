import { isRecord, memberAt } from './pointer.ts';
import { OpenApiError, type OpenApiProblemCode } from './problem.ts';
import { READING, yamlLibrary } from './yaml.ts';

/** A parsed document. */
export type OpenApiDocument = { readonly [member: string]: unknown };

/** Characters. The largest public documents have some 12 million. */
const LONGEST_TEXT = 67_108_864;

/**
 * Reads an OpenAPI document of version 3.0 or 3.1.
 *
 * @param source - the parsed document, or its text in JSON or YAML
 * @throws {OpenApiError} if it is none
 */
export function readDocument(source: unknown): OpenApiDocument {
  const document = typeof source === 'string' ? parsedText(source) : source;
  if (!isRecord(document)) return fail('document', '', 'must be an object, or its text in JSON or YAML');
  const { openapi, swagger } = document;
  if (typeof openapi === 'string' && /^3\.[01](?:\.|$)/.test(openapi)) return document;
  const version = swagger ?? openapi;
  const found = version === undefined ? 'has no member `openapi`' : `has version ${JSON.stringify(version)}`;
  return fail('document', '', `${found}; convert it to OpenAPI 3.0 or 3.1`);
}

function parsedText(source: string): unknown {
  if (source.length > LONGEST_TEXT) {
    return fail('document', '', `is longer than ${LONGEST_TEXT} characters`);
  }
  const text = source.replace(/^\uFEFF/, '');
  return isJson(text) ? parsedJson(text) : parsedYaml(text);
}

/** Whether the text of a document is in JSON, not in YAML. */
export function isJson(text: string): boolean {
  return /^\uFEFF?\s*[{[]/.test(text);
}

function parsedJson(text: string): unknown {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    return fail('document', '', `is no JSON: ${(error as Error).message}`);
  }
  const twice = repeatedKey(text);
  if (twice === null) return document;
  return fail('document', twice, 'is there twice; parsers differ in which one counts: remove one');
}

function parsedYaml(text: string): unknown {
  const yaml = yamlLibrary();
  if (yaml === null) {
    return fail(
      'document',
      '',
      'is no JSON. For YAML install the package `yaml`, or pass the parsed document',
    );
  }
  try {
    // It refuses repeated keys, and aliases that expand to a multiple of the document.
    return yaml.parse(text, READING);
  } catch (error) {
    return fail('document', '', `is no YAML: ${(error as Error).message.trim()}`);
  }
}

interface Level {
  /** The keys so far; `null` in a list. */
  readonly keys: Set<string> | null;
  readonly pointer: string;
  /** The key or the index of the current member. */
  at: string | number;
}

const TOKENS = /"(?:[^"\\]|\\.)*"(?<colon>\s*:)?|[{}[\],]/g;

/** The pointer of the first key that an object of the text has twice; `null` if there is none. */
function repeatedKey(json: string): string | null {
  const levels: Level[] = [];
  for (const { 0: token, groups } of json.matchAll(TOKENS)) {
    const level = levels.at(-1);
    if (token === '{' || token === '[') {
      const pointer = level === undefined ? '' : memberAt(level.pointer, level.at);
      levels.push({ keys: token === '{' ? new Set() : null, pointer, at: 0 });
    } else if (token === '}' || token === ']') levels.pop();
    else if (token === ',' && level !== undefined && typeof level.at === 'number') level.at += 1;
    else if (groups?.['colon'] !== undefined && level?.keys != null) {
      const key = JSON.parse(token.slice(0, -groups['colon'].length)) as string;
      level.at = key;
      if (level.keys.has(key)) return memberAt(level.pointer, key);
      level.keys.add(key);
    }
  }
  return null;
}

function fail(code: OpenApiProblemCode, pointer: string, message: string): never {
  throw new OpenApiError([{ code, pointer, message }]);
}
