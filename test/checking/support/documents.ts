import { stringify } from 'yaml';
import { type CheckInput, type CheckResult, check } from '../../../lib/checking/check.ts';
import { jsonDocument } from '../../../lib/checking/documents/json.ts';
import { yamlDocument } from '../../../lib/checking/documents/yaml.ts';
import type { AuthorizerOptions } from '../../../lib/index.ts';

export type Json = Record<string, unknown>;

/** What the documents of these tests deploy. */
export const ORDERS = {
  routes: {
    'GET /orders': { scopes: ['read:orders'] },
    'GET /orders/{id}': { scopes: ['read:orders'] },
    'POST /orders': { scopes: ['write:orders'] },
  },
  undeclared: 'absent',
} satisfies AuthorizerOptions;

export interface Given extends Partial<Omit<CheckInput, 'documents' | 'assumptions'>> {
  readonly option?: '--template' | '--openapi' | '--terraform-plan';
  readonly authorizer?: string;
  readonly open?: readonly string[];
}

/** Checks options against one document, written as JSON. */
export function checked(
  document: unknown,
  options: AuthorizerOptions = ORDERS,
  given: Given = {},
): CheckResult {
  const { option = '--template', authorizer, open = [], ...others } = given;
  const text = JSON.stringify(document, null, 2);
  return check({
    file: 'options.ts',
    options,
    environment: {},
    documents: [{ option, document: jsonDocument('document.json', text) }],
    assumptions: { authorizer: authorizer ?? null, open: new Set(open) },
    ...others,
  });
}

/** The findings as `severity code path`. */
export function found(...parameters: Parameters<typeof checked>): readonly string[] {
  return checked(...parameters).findings.map(
    ({ severity, code, place }) => `${severity} ${code} ${place.path}`,
  );
}

/** The codes of the findings, without repeats. */
export function codes(...parameters: Parameters<typeof checked>): readonly string[] {
  return [...new Set(checked(...parameters).findings.map(({ code }) => code))];
}

/** The same document, read as YAML. */
export function asYaml(document: unknown) {
  return yamlDocument('document.yaml', stringify(document));
}

/** A copy with another value at a path; `undefined` removes the member. */
export function changed<Value>(document: Value, path: readonly (string | number)[], value: unknown): Value {
  const copy = structuredClone(document);
  let holder = copy as Json;
  for (const key of path.slice(0, -1)) holder = holder[key as string] as Json;
  const last = path.at(-1) as string;
  if (value !== undefined) holder[last] = value;
  else if (Array.isArray(holder)) holder.splice(Number(last), 1);
  else delete holder[last];
  return copy;
}
