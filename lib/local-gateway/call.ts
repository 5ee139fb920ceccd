import { randomBytes, randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Viewer } from './api.ts';

/** One HTTP request as a gateway reads it: nothing decoded, nothing normalised. */
export interface Call {
  readonly method: string;
  readonly path: string;
  /** Query parameters, decoded, with all values in order. */
  readonly query: Readonly<Record<string, readonly string[]>>;
  /** Headers under the names that the client wrote, with all values in order. */
  readonly headers: Readonly<Record<string, readonly string[]>>;
  readonly sourceIp: string;
  readonly host: string;
  readonly body: string;
  readonly requestId: string;
  readonly extendedRequestId: string;
  /** Time of arrival, milliseconds since the epoch. */
  readonly time: number;
}

/** Largest body that is read. AppSync accepts queries of up to 1 MB. */
const MAX_BODY_BYTES = 1_048_576;

/** A request that a server received: it has a method and a target. */
export type ServerRequest = IncomingMessage & { readonly method: string; readonly url: string };

/** Whether the method and the target are well-formed. Node's HTTP parser lets more through. */
export function isWellFormed({ method, url }: ServerRequest): boolean {
  return /^[A-Z]+$/.test(method) && /^\/[^#]*$/.test(url);
}

/**
 * @param withBody - whether to read the body, which only AppSync passes on to the authorizer
 * @throws {RangeError} if the body is too large
 */
export async function readCall(
  request: ServerRequest,
  { viewer, time, withBody }: { viewer: Viewer; time: number; withBody: boolean },
): Promise<Call> {
  const { method, url: target, rawHeaders, headers } = request;
  const body = withBody ? await readBody(request) : '';
  return callOf({ method, target, rawHeaders, host: headers.host ?? 'localhost', viewer, time, body });
}

/** The parts of a request, as the client sent them. */
export interface CallParts {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  /** Names and values in turn. */
  readonly rawHeaders: readonly string[];
  readonly host: string;
  readonly viewer: Viewer;
  readonly time: number;
  readonly body: string;
}

/** The call of a request. */
export function callOf({ method, target, rawHeaders, host, viewer, time, body }: CallParts): Call {
  const mark = target.indexOf('?');
  return {
    method,
    path: mark < 0 ? target : target.slice(0, mark),
    query: group(new URLSearchParams(mark < 0 ? '' : target.slice(mark + 1))),
    headers: readHeaders(rawHeaders, viewer),
    sourceIp: viewer.address,
    host,
    body,
    requestId: randomUUID(),
    extendedRequestId: `${randomBytes(8).toString('base64url')}=`,
    time,
  };
}

function readHeaders(raw: readonly string[], viewer: Viewer): Record<string, readonly string[]> {
  const edge = Object.entries(viewer.headers ?? {});
  const gone = new Set([...(viewer.drops ?? []), ...edge.map(([name]) => name.toLowerCase())]);
  const pairs: [string, string][] = [];
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = raw[index] as string;
    if (!gone.has(name.toLowerCase())) pairs.push([name, raw[index + 1] as string]);
  }
  return group([...pairs, ...edge]);
}

function group(pairs: Iterable<[string, string]>): Record<string, readonly string[]> {
  const groups: Record<string, string[]> = Object.create(null);
  for (const [name, value] of pairs) {
    groups[name] ??= [];
    groups[name].push(value);
  }
  return groups;
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    // Read to the end, or the connection would close before the answer.
    if (size <= MAX_BODY_BYTES) chunks.push(chunk);
  }
  if (size > MAX_BODY_BYTES) throw new RangeError('the body is too large');
  return Buffer.concat(chunks).toString();
}

/** All values of a header; its name in any case. */
export function headerValues(call: Call, name: string): readonly string[] {
  const wanted = name.toLowerCase();
  return Object.entries(call.headers).flatMap(([key, values]) =>
    key.toLowerCase() === wanted ? values : [],
  );
}
