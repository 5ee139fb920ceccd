import type { Notice } from '../invocation/notice.ts';
import { turn } from '../util/turn.ts';
import type { LogLine } from './log-line.ts';
import { loadPowertools } from './powertools.ts';

/** The part of a Powertools Logger that is used; a `Logger` of `@aws-lambda-powertools/logger` fits as it is. */
export interface DecisionLog {
  /** Allows. */
  info(message: string, line: LogLine | Notice['line']): void;
  /** Denials. */
  warn(message: string, line: LogLine | Notice['line']): void;
  /** Faults, and failures of `onDecision`. */
  error(message: string, line: LogLine | Notice['line']): void;
  /** Events without a request. */
  debug?(message: string, line: LogLine | Notice['line']): void;
}

/** One line with its message, for the log. */
export interface LogEntry {
  readonly level: keyof DecisionLog;
  readonly message: string;
  readonly line: LogLine | Notice['line'];
}

/** Writes entries, at once or when the logger is loaded. */
export type LogWriter = (entries: readonly LogEntry[]) => void | Promise<void>;

/**
 * Returns the writer for the option `logger`. Without that option, Powertools is loaded in Lambda's init phase; with a
 * logger of the user's, it is never loaded.
 *
 * @param isAwaited - says whether init waits until the authorizer is ready. Called after the synchronous code that created
 *   the authorizer. If it returns `true`, the library loads after the requests for keys have gone out
 */
export function createLogWriter(logger: DecisionLog | undefined, isAwaited?: () => boolean): LogWriter {
  let log: DecisionLog | Promise<DecisionLog> =
    logger ?? Promise.resolve().then(() => (isAwaited?.() ? turn().then(defaultLog) : defaultLog()));
  return (entries) => {
    if (!(log instanceof Promise)) return writeAll(log, entries);
    return log.then((loaded) => {
      log = loaded;
      writeAll(loaded, entries);
    });
  };
}

function writeAll(log: DecisionLog, entries: readonly LogEntry[]): void {
  for (const entry of entries) write(log, entry);
}

/** A logger that fails must not turn a decision into another one, nor lose the line. */
function write(log: DecisionLog, entry: LogEntry): void {
  const { level, message, line } = entry;
  try {
    const { [level]: method } = log;
    if (method === undefined) return;
    const written: unknown = Reflect.apply(method, log, [message, line]);
    if (written instanceof Promise) written.catch((error) => writeLost(entry, error));
  } catch (error) {
    writeLost(entry, error);
  }
}

/** Writes a line that the logger failed to write, once, with the reason. */
function writeLost({ level, message, line }: LogEntry, loggerError: unknown): void {
  const fields = Object.entries({ level: level.toUpperCase(), message, ...line, loggerError });
  // What JSON cannot express may be why the logger failed.
  const shown = fields.filter(([, value]) => isExpressible(value));
  console.error(JSON.stringify(Object.fromEntries(shown), withErrors));
}

function isExpressible(value: unknown): boolean {
  try {
    JSON.stringify(value, withErrors);
    return true;
  } catch {
    return false;
  }
}

/** Errors are empty objects in JSON. Their own members, such as the response of a client of AWS, may hold anything. */
function withErrors(_key: string, value: unknown): unknown {
  if (!(value instanceof Error)) return value;
  const { name, message, stack, cause } = value;
  return { name, message, stack, cause };
}

async function defaultLog(): Promise<DecisionLog> {
  const { Logger } = await powertools();
  return new Logger();
}

/**
 * Returns a logger that formats lines like the default one and writes them nowhere, for the warm-up.
 *
 * The Powertools Logger has no such option: at the level `SILENT` it formats nothing. The published file contains one
 * version of it, so its private `console` is there.
 */
export async function unheardLog(): Promise<DecisionLog> {
  const log = await defaultLog();
  return Object.assign(log, { console: SILENT_LOG });
}

const ignore = () => undefined;

/** A logger that does nothing. */
export const SILENT_LOG: DecisionLog = { info: ignore, warn: ignore, error: ignore };

function powertools(): ReturnType<typeof loadPowertools> {
  loaded ??= loadPowertools();
  return loaded;
}

/** Kept, because the library in the published file runs with each call of `loadPowertools`. */
let loaded: ReturnType<typeof loadPowertools> | undefined;
