import type { GatewayKind } from '../../gateways/gateway.ts';
import { gatewayKinds } from '../../gateways/index.ts';
import { oneOf } from '../../util/option-checks.ts';
import { argumentsOf, exactly, Misuse } from '../arguments.ts';

const one = { type: 'string' } as const;
const several = { type: 'string', multiple: true } as const;
const flag = { type: 'boolean', default: false } as const;

const OPTIONS = {
  export: one,
  event: one,
  log: one,
  method: one,
  path: one,
  ip: one,
  country: one,
  header: several,
  gateway: one,
  api: one,
  stage: one,
  token: one,
  claims: one,
  offline: flag,
  policy: flag,
  show: several,
} as const;

/** The options of the command, as they are given. */
export type ExplainValues = ReturnType<typeof argumentsOf<typeof OPTIONS>>['values'];

/** What the command explains. */
export type ExplainMode =
  | { readonly kind: 'log'; readonly log: string; readonly json: boolean }
  | { readonly kind: 'request'; readonly file: string; readonly values: ExplainValues };

/** Options that describe a request, which an event is already. */
const OF_REQUEST = ['method', 'path', 'ip', 'country', 'header', 'gateway', 'api', 'stage'] as const;

/** @throws {Misuse} for options that do not go together */
export function modeOf(args: readonly string[]): ExplainMode {
  const { values, positionals } = argumentsOf(args, OPTIONS);
  refuseSecondInput(values);
  if (values.log !== undefined) {
    const others = Object.keys(values).filter((name) => !['log', 'json', 'export'].includes(name));
    refuseBeside(values, '--log', others);
    if (positionals.length > 0) throw new Misuse('--log takes no module: a log line says what was decided');
    return { kind: 'log', log: values.log, json: values.json };
  }
  const [file] = exactly(positionals, ['module']);
  if (values.event !== undefined) refuseBeside(values, '--event', OF_REQUEST);
  if (values.token !== undefined) refuseBeside(values, '--token', ['claims']);
  return { kind: 'request', file, values };
}

function refuseBeside(values: ExplainValues, option: string, others: readonly string[]): void {
  const given = others.find((name) => {
    const value = values[name as keyof ExplainValues];
    return value !== undefined && value !== false;
  });
  if (given !== undefined) throw new Misuse(`${option} and --${given} do not go together`);
}

/** Standard input can be read once. */
function refuseSecondInput({ event, log, token, claims }: ExplainValues): void {
  const fromInput = [event, log, token, claims].filter((value) => value === '-');
  if (fromInput.length > 1) throw new Misuse('only one option can read standard input by `-`');
}

/** @throws {OptionError} */
export function gatewayIn({ gateway = 'rest-request' }: ExplainValues): GatewayKind {
  return oneOf<GatewayKind>(gateway, '--gateway', gatewayKinds());
}

/** @throws {Misuse} for a header that is not `Name: value` */
export function headersIn({
  header: lines = [],
}: ExplainValues): Readonly<Record<string, readonly string[]>> {
  const headers: Record<string, string[]> = {};
  for (const line of lines) {
    const [, name, value] = /^([\w!#$%&'*+.^`|~-]+):\s*(.*)$/s.exec(line) ?? [];
    if (name === undefined || value === undefined) throw new Misuse('--header must be `Name: value`');
    headers[name] = [...(headers[name] ?? []), value];
  }
  return headers;
}

/** The claims whose values are printed. */
export function shownIn({ show = [] }: ExplainValues): readonly string[] | 'all' {
  const names = show.flatMap((text) => text.split(',')).map((name) => name.trim());
  return names.includes('all') ? 'all' : names;
}
