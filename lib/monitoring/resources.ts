import { nonEmptyArray, nonEmptyString, plainMap } from '../util/option-checks.ts';

/** A value that CloudFormation fills in, such as `{ Ref: 'AlarmTopic' }`. */
export type Intrinsic = Readonly<Record<string, unknown>>;

/** A resource of a CloudFormation template. */
export interface CloudFormationResource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
}

/** Part of the section `Resources` of a template, by logical ID. */
export type CloudFormationResources = Readonly<Record<string, CloudFormationResource>>;

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
