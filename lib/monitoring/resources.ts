import { nonEmptyArray, nonEmptyString, optional, plainMap, refuse } from '../util/option-checks.ts';

/** A value that CloudFormation fills in, such as `{ Ref: 'AlarmTopic' }`. */
export type Intrinsic = Readonly<Record<string, unknown>>;

/** A resource of a CloudFormation template. */
export interface CloudFormationResource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
}

/** Part of the section `Resources` of a template, by logical ID. */
export type CloudFormationResources = Readonly<Record<string, CloudFormationResource>>;

/** How resources are named in the template. */
export interface ResourceOptions {
  /**
   * Letters and digits in front of the logical IDs. Needed if the template has resources for several authorizers, which
   * would replace each other.
   *
   * @default none
   */
  readonly prefix?: string;
}

/**
 * The resources under their IDs with the prefix of the options.
 *
 * @throws {OptionError}
 */
export function prefixed(
  resources: CloudFormationResources,
  options: { readonly prefix?: unknown },
): CloudFormationResources {
  const prefix = optional(options, '', 'prefix', '', idPart);
  return Object.fromEntries(Object.entries(resources).map(([id, resource]) => [prefix + id, resource]));
}

function idPart(value: unknown, path: string): string {
  const text = nonEmptyString(value, path);
  return /^[A-Za-z\d]{1,200}$/.test(text) ? text : refuse(path, 'must be letters and digits, 200 at most');
}

/**
 * A list of texts, each of which CloudFormation may fill in.
 *
 * @throws {OptionError}
 */
export function textsOrIntrinsics(value: unknown, path: string): readonly (string | Intrinsic)[] {
  return nonEmptyArray(value, path, 'item').map((item, index) =>
    typeof item === 'string'
      ? nonEmptyString(item, `${path}[${index}]`)
      : plainMap(item, `${path}[${index}]`),
  );
}
