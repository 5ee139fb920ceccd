import { isObject } from '../util/is-object.ts';
import { nonEmptyString, optional, plainMap, plainObject, refuse } from '../util/option-checks.ts';
import { MEASURED_OPTIONS, type MeasuredOptions, parseMeasured } from './measured.ts';
import { LOG_QUERIES } from './queries.ts';
import {
  type CloudFormationResources,
  type Intrinsic,
  prefixed,
  type ResourceOptions,
  textsOrIntrinsics,
} from './resources.ts';
import { graphs, type Widget } from './widgets.ts';

/** Options of {@link dashboard}. */
export interface DashboardOptions extends MeasuredOptions, ResourceOptions {
  /**
   * Name of the dashboard: letters, digits, `-` and `_`.
   *
   * @default chosen by CloudFormation
   */
  readonly name?: string;
  /**
   * The result of `alarms()` in the same template, to show their state.
   *
   * @default none
   */
  readonly alarms?: CloudFormationResources;
  /**
   * Names of the log groups of the function, to show who is refused and why.
   *
   * @default none
   */
  readonly logGroups?: readonly (string | Intrinsic)[];
}

const OPTIONS = [
  ...MEASURED_OPTIONS,
  'prefix',
  'name',
  'alarms',
  'logGroups',
] as const satisfies readonly (keyof DashboardOptions)[];

const COLUMNS = 24;
const HEIGHT = 6;

/**
 * Returns a CloudWatch dashboard over the metrics of an authorizer, which needs the option `metrics`, as a resource of a
 * CloudFormation template.
 *
 * @throws {OptionError} for options that make no sense
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
 * @example
 * const ringing = alarms({ service: 'orders-authorizer' });
 * const template = { Resources: { ...ringing, ...dashboard({ service: 'orders-authorizer', alarms: ringing }) } };
 */
export function dashboard(options: DashboardOptions = {}): CloudFormationResources {
  const given = plainObject(options, '', OPTIONS);
  const name = optional(given, '', 'name', null, dashboardName);
  const alarmIds = Object.keys(optional(given, '', 'alarms', {}, alarmResources));
  const groups = optional(given, '', 'logGroups', [], logGroupNames);
  const variables = new Variables();
  const widgets = [
    ...alarmStates(alarmIds, variables),
    ...graphs(parseMeasured(given)),
    ...refusals(groups, variables),
  ];
  const body = JSON.stringify({ widgets: placed(widgets, variables.text({ Ref: 'AWS::Region' })) });
  const properties = {
    ...(name === null ? {} : { DashboardName: name }),
    DashboardBody: variables.filledIn(body),
  };
  const board = { Type: 'AWS::CloudWatch::Dashboard', Properties: properties };
  return prefixed({ AuthorizerDashboard: board }, given);
}

/** Values that CloudFormation fills into the body, which is one text. */
class Variables {
  readonly #values: Record<string, unknown> = {};

  /** The text that stands for a value. Private use characters: no name in AWS contains them. */
  text(value: string | Intrinsic): string {
    if (typeof value === 'string') return value;
    const name = `Value${Object.keys(this.#values).length}`;
    this.#values[name] = value;
    return `\uE000${name}\uE001`;
  }

  /** `Fn::Sub` with the body, in which `${` of its own is kept. */
  filledIn(body: string): Intrinsic {
    const kept = body.replaceAll('${', '${!');
    return { 'Fn::Sub': [kept.replace(/\uE000(\w+)\uE001/g, '${$1}'), this.#values] };
  }
}

function alarmStates(ids: readonly string[], variables: Variables): readonly Widget[] {
  if (ids.length === 0) return [];
  const arns = ids.map((id) => variables.text({ 'Fn::GetAtt': [id, 'Arn'] }));
  return [{ title: 'Alarms', width: COLUMNS, type: 'alarm', properties: { alarms: arns } }];
}

/** The table of refusals, from the log lines. */
function refusals(groups: readonly (string | Intrinsic)[], variables: Variables): readonly Widget[] {
  const [query] = LOG_QUERIES;
  if (groups.length === 0 || query === undefined) return [];
  const sources = groups.map((group) => `SOURCE '${variables.text(group)}'`).join(' | ');
  return [
    {
      title: query.question,
      width: COLUMNS,
      type: 'log',
      properties: { view: 'table', query: `${sources} | ${query.text}` },
    },
  ];
}

/** Fills rows from the left, from the top. */
function placed(widgets: readonly Widget[], region: string): readonly Readonly<Record<string, unknown>>[] {
  let x = 0;
  let y = 0;
  return widgets.map(({ title, width, type, properties }) => {
    if (x + width > COLUMNS) [x, y] = [0, y + HEIGHT];
    const place = { x, y };
    x += width;
    const where = type === 'alarm' ? {} : { region };
    return { type, ...place, width, height: HEIGHT, properties: { title, ...where, ...properties } };
  });
}

/** Names as AWS allows them, since they stand between quotes in the query. */
function logGroupNames(value: unknown, path: string): readonly (string | Intrinsic)[] {
  const groups = textsOrIntrinsics(value, path);
  const isName = (group: string | Intrinsic) => typeof group !== 'string' || !group.includes("'");
  return groups.every(isName) ? groups : refuse(path, 'must be names of log groups, which have no quotes');
}

function dashboardName(value: unknown, path: string): string {
  const name = nonEmptyString(value, path);
  return /^[\w-]{1,255}$/.test(name) ? name : refuse(path, 'must be letters, digits, - and _, 255 at most');
}

function alarmResources(value: unknown, path: string): Readonly<Record<string, unknown>> {
  const resources = plainMap(value, path);
  const isAlarms = Object.values(resources).every(
    (resource) => isObject(resource) && resource['Type'] === 'AWS::CloudWatch::Alarm',
  );
  return isAlarms ? resources : refuse(path, 'must be the result of `alarms()`');
}
