import { loggable } from './loggable-error.ts';

/** Lowest first, by the names that the environment variables take. */
const LEVELS = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'CRITICAL', 'SILENT'] as const;
type Level = (typeof LEVELS)[number];

type Environment = Readonly<Record<string, string | undefined>>;

type Write = (message: string, fields: object) => void;

const SWITCHED_ON = new Set(['1', 'y', 'yes', 't', 'true', 'on']);

/**
 * Writes log lines in the format of the Powertools Logger, without loading it: `level`, `message`, `timestamp`,
 * `service`, `sampling_rate`, `xray_trace_id`, then the fields. `info` goes to stdout, `warn` and `error` to stderr.
 *
 * Follows the variables that the Powertools Logger follows, where they change one of these lines:
 * - `AWS_LAMBDA_LOG_LEVEL`, else `POWERTOOLS_LOG_LEVEL`, else `LOG_LEVEL`: the lowest level that is written. INFO if none
 *   of them names a level.
 * - `POWERTOOLS_LOGGER_SAMPLE_RATE`: share of the environments, from 0 to 1, that log from DEBUG on, unless
 *   `AWS_LAMBDA_LOG_LEVEL` is set.
 * - `POWERTOOLS_SERVICE_NAME`: the field `service`.
 * - `POWERTOOLS_DEV`: indented lines, written to the console that the process has.
 * - `TZ`: the time zone of `timestamp`, UTC by default.
 *
 * The Powertools Logger itself takes 3 to 5 ms of a cold start and 24 KB of a bundle. A logger that is imported on demand
 * ends up in a second file with bundlers that split, which is missing where the first one is deployed alone.
 *
 * @see https://docs.aws.amazon.com/powertools/typescript/latest/environment-variables/
 */
export function defaultLog(
  env: Environment = process.env,
): Readonly<Record<'info' | 'warn' | 'error', Write>> {
  const sampleRate = shareOf(env['POWERTOOLS_LOGGER_SAMPLE_RATE']);
  const lowest = lowestLevel(env, sampleRate);
  const service = env['POWERTOOLS_SERVICE_NAME']?.trim() || 'service_undefined';
  const forPeople = SWITCHED_ON.has(env['POWERTOOLS_DEV']?.trim().toLowerCase() ?? '');
  const out = forPeople ? console : ownConsole();

  const writer = (level: Level, method: 'info' | 'warn' | 'error'): Write => {
    if (rankOf(level) < lowest) return () => undefined;
    return (message, fields) => {
      const timestamp = timestampOf(new Date(), env['TZ']);
      const head = { level, message, timestamp, service, sampling_rate: sampleRate };
      const line = { ...head, xray_trace_id: traceIdOf(env['_X_AMZN_TRACE_ID']), ...filled(fields) };
      const shown = 'error' in line ? loggable(line, forPeople) : line;
      out[method](JSON.stringify(shown, null, forPeople ? 4 : 0));
    };
  };
  return { info: writer('INFO', 'info'), warn: writer('WARN', 'warn'), error: writer('ERROR', 'error') };
}

/** The fields that have a value. */
function filled(fields: object): object {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== '' && value !== null));
}

/** Lambda's runtime wraps what goes through the global console in a text or JSON line of its own. */
function ownConsole(): Console {
  const { Console } = process.getBuiltinModule('node:console');
  return new Console({ stdout: process.stdout, stderr: process.stderr });
}

function rankOf(level: string | undefined): number {
  return LEVELS.indexOf(level?.trim() as Level);
}

/** Lambda's own setting wins: lines below it would be dropped after they are written. */
function lowestLevel(env: Environment, sampleRate: number): number {
  const byLambda = env['AWS_LAMBDA_LOG_LEVEL'] === 'FATAL' ? 'CRITICAL' : env['AWS_LAMBDA_LOG_LEVEL'];
  if (rankOf(byLambda) !== -1) return rankOf(byLambda);
  const named = rankOf(env['POWERTOOLS_LOG_LEVEL']?.trim() || env['LOG_LEVEL']);
  const lowest = named === -1 ? rankOf('INFO') : named;
  return Math.random() < sampleRate ? Math.min(lowest, rankOf('DEBUG')) : lowest;
}

/** A number from 0 to 1, or 0 for anything else. */
function shareOf(text: string | undefined): number {
  const share = Number(text);
  return share >= 0 && share <= 1 ? share : 0;
}

/** ISO 8601: in UTC with `Z`, or in the time zone of the process with its offset, if `TZ` names one. */
function timestampOf(date: Date, zone = ''): string {
  if (zone === '' || zone.includes('UTC')) return date.toISOString();
  const offset = -date.getTimezoneOffset();
  const local = new Date(date.getTime() + offset * 60_000).toISOString().slice(0, -1);
  const minutes = Math.abs(offset);
  const twoDigits = (value: number) => String(value).padStart(2, '0');
  return `${local}${offset < 0 ? '-' : '+'}${twoDigits(Math.floor(minutes / 60))}:${twoDigits(minutes % 60)}`;
}

interface LambdaGlobals {
  readonly awslambda?: { readonly InvokeStore?: { getXRayTraceId(): string | undefined } };
}

/**
 * Root of the X-Ray trace. Lambda's runtime keeps it per invocation if invocations run side by side, else in the
 * environment: `Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1`.
 */
function traceIdOf(fromEnvironment: string | undefined): string | undefined {
  const store = (globalThis as LambdaGlobals).awslambda?.InvokeStore;
  const trace = store?.getXRayTraceId() ?? fromEnvironment?.trim();
  if (trace === undefined || trace === '') return undefined;
  if (!trace.includes('=')) return trace;
  return /(?:^|;)Root=([^;]*)/.exec(trace)?.[1];
}
