import { nonEmptyString, optional, plainObject } from '../util/option-checks.ts';
import { LOG_QUERIES } from './queries.ts';
import {
  type CloudFormationResources,
  type Intrinsic,
  prefixed,
  type ResourceOptions,
  textsOrIntrinsics,
} from './resources.ts';

/** Options of {@link savedQueries}. */
export interface SavedQueriesOptions extends ResourceOptions {
  /**
   * The folder of the queries in the console.
   *
   * @default 'auth0-authorizer'
   */
  readonly folder?: string;
  /**
   * Names of the log groups that the queries are for, such as `{ Ref: 'AuthorizerLogGroup' }`.
   *
   * @default none: the console asks for them
   */
  readonly logGroups?: readonly (string | Intrinsic)[];
}

/**
 * Returns the queries of the documentation as saved queries of CloudWatch Logs Insights, as resources of a CloudFormation
 * template.
 *
 * @throws {OptionError} for options that make no sense
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-logs-querydefinition.html
 * @example
 * const template = { Resources: savedQueries({ logGroups: ['/aws/lambda/orders-authorizer'] }) };
 */
export function savedQueries(options: SavedQueriesOptions = {}): CloudFormationResources {
  const given = plainObject(options, '', ['prefix', 'folder', 'logGroups']);
  const folder = optional(given, '', 'folder', 'auth0-authorizer', nonEmptyString);
  const groups = optional(given, '', 'logGroups', [], textsOrIntrinsics);
  const resources = Object.fromEntries(
    LOG_QUERIES.map(({ name, text }) => [
      `${pascalCase(name)}Query`,
      {
        Type: 'AWS::Logs::QueryDefinition',
        Properties: {
          Name: `${folder}/${name}`,
          QueryString: text,
          ...(groups.length > 0 ? { LogGroupNames: groups } : {}),
        },
      },
    ]),
  );
  return prefixed(resources, given);
}

function pascalCase(name: string): string {
  return name.replace(/(?:^|-)(?<letter>[a-z])/g, (_, letter: string) => letter.toUpperCase());
}
