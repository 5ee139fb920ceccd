import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';

export type Properties = Readonly<Record<string, any>>;

export interface Resource {
  readonly id: string;
  readonly type: string;
  readonly properties: Properties;
  readonly metadata: Properties;
}

/** The resources of a CloudFormation template in JSON. */
export class Template {
  readonly file: string;
  readonly resources: readonly Resource[];

  constructor(file: string) {
    this.file = file;
    const { Resources } = JSON.parse(fs.readFileSync(file, 'utf8')) as { Resources: Record<string, any> };
    this.resources = Object.entries(Resources).map(([id, { Type, Properties = {}, Metadata = {} }]) => ({
      id,
      type: Type,
      properties: Properties,
      metadata: Metadata,
    }));
  }

  ofType(type: string): readonly Resource[] {
    return this.resources.filter((resource) => resource.type === type);
  }

  /** @throws {Error} if there is not exactly one */
  only(type: string): Resource {
    const [resource, ...others] = this.ofType(type);
    assert.ok(resource !== undefined && others.length === 0, `not exactly one ${type}`);
    return resource;
  }

  /** The function that a resource refers to: its authorizer, for example. */
  functionIn(value: unknown): Resource {
    const found = this.ofType('AWS::Lambda::Function').filter(({ id }) => refersTo(value, id));
    assert.equal(found.length, 1, `not exactly one function in ${JSON.stringify(value)}`);
    return found[0] as Resource;
  }

  /** Asserts that a service may invoke a function, from resources whose ARN contains all of the parts. */
  assertMayInvoke(service: string, { id }: Resource, parts: readonly string[]): void {
    const permissions = this.ofType('AWS::Lambda::Permission').filter(
      ({ properties }) => properties['Principal'] === service && refersTo(properties['FunctionName'], id),
    );
    const sources = permissions.map(({ properties }) => JSON.stringify(properties['SourceArn']));
    assert.ok(
      sources.some((source) => parts.every((part) => source?.includes(part))),
      `${service} may not invoke ${id}: ${sources}`,
    );
  }
}

/** The template that `cdk synth` wrote. */
export function cdkTemplate(folder: string): Template {
  const output = path.join(folder, 'cdk.out');
  const files = fs.readdirSync(output).filter((name) => name.endsWith('.template.json'));
  assert.equal(files.length, 1, `templates: ${files}`);
  return new Template(path.join(output, files[0] as string));
}

/** Whether a value contains a `Ref` or `Fn::GetAtt` of a resource. */
export function refersTo(value: unknown, id: string): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { Ref: ref, 'Fn::GetAtt': attribute } = value as Properties;
  if (ref === id || (Array.isArray(attribute) && attribute[0] === id)) return true;
  return Object.values(value).some((member) => refersTo(member, id));
}
