import { loadAwsServiceSpec } from '@aws-cdk/aws-service-spec';
import type { Property, PropertyType, SpecDatabase } from '@aws-cdk/service-spec-types';

type Spec = SpecDatabase;

const loaded: { spec?: Promise<Spec> } = {};

/**
 * What AWS's schema of the resource types says against resources: properties that do not exist, that are missing, or that
 * have the wrong type. What CloudFormation fills in (`Ref`, `Fn::...`) passes anywhere.
 */
export async function schemaFlaws(
  resources: Readonly<Record<string, { readonly Type: string; readonly Properties: unknown }>>,
): Promise<readonly string[]> {
  loaded.spec ??= loadAwsServiceSpec();
  const spec = await loaded.spec;
  return Object.entries(resources).flatMap(([id, { Type, Properties }]) => {
    const [resource] = spec.lookup('resource', 'cloudFormationType', 'equals', Type);
    if (resource === undefined) return [`${id}: no resource type ${Type}`];
    return objectFlaws(spec, Properties, resource.properties, id);
  });
}

function objectFlaws(
  spec: Spec,
  value: unknown,
  properties: Readonly<Record<string, Property>>,
  path: string,
): readonly string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [`${path}: no object`];
  const unknown = Object.keys(value).filter((name) => !Object.hasOwn(properties, name));
  const missing = Object.entries(properties).filter(([name, { required }]) => required && !(name in value));
  return [
    ...unknown.map((name) => `${path}.${name}: no such property`),
    ...missing.map(([name]) => `${path}.${name}: missing`),
    ...Object.entries(value).flatMap(([name, member]) => {
      const property = properties[name];
      return property === undefined ? [] : valueFlaws(spec, member, property.type, `${path}.${name}`);
    }),
  ];
}

function valueFlaws(spec: Spec, value: unknown, type: PropertyType, path: string): readonly string[] {
  if (isIntrinsic(value)) return [];
  switch (type.type) {
    case 'array':
      if (!Array.isArray(value)) return [`${path}: no list`];
      return value.flatMap((item, index) => valueFlaws(spec, item, type.element, `${path}[${index}]`));
    case 'ref':
      return objectFlaws(spec, value, spec.get('typeDefinition', type.reference.$ref).properties, path);
    case 'string':
    case 'number':
    case 'boolean':
      return kindOf(value) === type.type ? [] : [`${path}: no ${type.type}`];
    case 'integer':
      return Number.isInteger(value) ? [] : [`${path}: no whole number`];
    default:
      return [`${path}: a type that this check does not know, ${type.type}`];
  }
}

const kindOf = (value: unknown): string => typeof value;

function isIntrinsic(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const [key = '', ...others] = Object.keys(value);
  return others.length === 0 && (key === 'Ref' || key.startsWith('Fn::'));
}
