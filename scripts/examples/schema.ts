import assert from 'node:assert/strict';
import type { Tools } from './tools.ts';

/** Asserts that AWS's validator finds no error in a template: it knows the schema of every resource type. */
export function assertValid({ validator }: Tools, file: string): void {
  const { diagnostics } = new validator.CelEngine().validateStandard(new validator.TemplateFile(file));
  const errors = diagnostics.filter(({ severity }) => severity === 'FATAL' || severity === 'ERROR');
  const shown = errors.map(
    ({ ruleId, message, entity, propertyPath }) =>
      `${ruleId} ${entity?.logicalId} ${propertyPath}: ${message}`,
  );
  assert.deepEqual(shown, []);
}

/** Asserts that properties fit SAM's specification of a resource type: known names, required ones, and types. */
export function assertSamProperties({ specification }: Tools, type: string, value: object, at: string): void {
  const db = databaseOf(specification);
  const [resource] = db.lookup('resource', 'cloudFormationType', 'equals', type);
  assert.ok(resource !== undefined, `${at}: ${type} is unknown`);
  assert.deepEqual([...flawsIn(resource.properties, value, at, db)], []);
}

let database: any;

/** Loads the specification once: it takes a second. */
function databaseOf(specification: Tools['specification']): any {
  database ??= specification.loadAwsServiceSpecSync();
  return database;
}

function* flawsIn(known: any, value: object, at: string, db: any): Generator<string> {
  for (const [name, { required }] of Object.entries<any>(known)) {
    if (required && !Object.hasOwn(value, name)) yield `${at}.${name} is missing`;
  }
  for (const [name, member] of Object.entries(value)) {
    if (Object.hasOwn(known, name)) yield* flawsOfType(known[name].type, member, `${at}.${name}`, db);
    else yield `${at}.${name} is unknown`;
  }
}

function* flawsOfType(type: any, value: unknown, at: string, db: any): Generator<string> {
  if (isIntrinsic(value) || type.type === 'json') return;
  if (type.type === 'union') {
    const tries = type.types.map((each: any) => [...flawsOfType(each, value, at, db)]);
    if (!tries.some((flaws: readonly string[]) => flaws.length === 0)) yield tries.at(-1).join('; ');
  } else if (type.type === 'array') {
    for (const member of value as unknown[]) yield* flawsOfType(type.element, member, `${at}[]`, db);
  } else if (type.type === 'map') {
    for (const [name, member] of Object.entries(value as object)) {
      yield* flawsOfType(type.element, member, `${at}.${name}`, db);
    }
  } else if (type.type === 'ref') {
    if (typeof value !== 'object' || value === null) yield `${at} is no object`;
    else yield* flawsIn(db.get('typeDefinition', type.reference.$ref).properties, value, at, db);
  } else if (type.type === 'integer' ? !Number.isInteger(value) : typeof value !== type.type) {
    yield `${at} is no ${type.type}`;
  }
}

/** Whether a value is a function of CloudFormation, such as `Ref`, whose result has the type. */
function isIntrinsic(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const [name = '', ...others] = Object.keys(value);
  return others.length === 0 && (name === 'Ref' || name.startsWith('Fn::'));
}
