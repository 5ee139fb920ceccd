import fc from 'fast-check';
import { auth0Authorizer, Forbidden, type GatewayKind } from '../../../lib/index.ts';
import { invokeAsLambda, lambdaContext } from '../../../lib/testing.ts';
import { captureLines } from '../../support/capture-output.ts';
import { type EmfLine, sums } from '../../support/emf.ts';
import { EVERY_GATEWAY } from '../../support/every-gateway.ts';
import { recordingLog } from '../../support/invoke.ts';
import { AUDIENCE, type Issuer, testKey } from '../../support/issuer.ts';
import { middy } from '../../support/middy.ts';

/** Sorts of tokens. */
export const TOKENS = [
  'good',
  'thin',
  'expired',
  'forged',
  'unknown key',
  'other API',
  'malformed',
  'none',
] as const;

/** Gateways that route by method and path, which the authorizer with a table of routes guards. */
const ROUTED: readonly GatewayKind[] = ['rest-request', 'http-api-1.0', 'http-api-2.0'];

/** One invocation: where it comes from, whose it is and what it may do. */
export interface Call {
  /** A name in `EVERY_GATEWAY`, or `routes` for the authorizer with a table of routes. */
  readonly gateway: string;
  readonly kind: GatewayKind;
  /** Decides what rules and the handler do: see `endingOf`. */
  readonly user: number;
  readonly token: (typeof TOKENS)[number];
  readonly method: string;
  readonly order: number;
}

/** What the rule and the handler make of a user. */
function endingOf(sub: string): 'passes' | 'fails the rule' | 'forbidden' | 'broken' {
  const last = Number(sub.at(-1));
  return last === 1 ? 'fails the rule' : last === 2 ? 'forbidden' : last === 3 ? 'broken' : 'passes';
}

const places = [
  ...EVERY_GATEWAY.map(({ name, kind }) => ({ gateway: name, kind })),
  ...ROUTED.map((kind) => ({ gateway: 'routes', kind })),
];

export const calls: fc.Arbitrary<Call> = fc
  .record({
    place: fc.constantFrom(...places),
    user: fc.nat(19),
    token: fc.oneof({ weight: 2, arbitrary: fc.constant('good' as const) }, fc.constantFrom(...TOKENS)),
    method: fc.constantFrom('GET', 'DELETE'),
    order: fc.nat(3),
  })
  .map(({ place, ...rest }) => ({ ...place, ...rest }));

/** How long rules and handlers wait: turns of the event loop, drawn for each test, and given to whoever asks next. */
class Ticks {
  #drawn: readonly number[] = [0];
  #next = 0;

  draw(ticks: readonly number[]): void {
    this.#drawn = ticks;
    this.#next = 0;
  }

  async wait(): Promise<void> {
    this.#next += 1;
    const turns = this.#drawn[this.#next % this.#drawn.length] ?? 0;
    for (let turn = 0; turn < turns; turn += 1) {
      await (turn % 2 === 0 ? Promise.resolve() : new Promise((resolve) => setImmediate(resolve)));
    }
  }
}

export const TICKS = new Ticks();

/** What came out of some calls. */
export interface Output {
  readonly answers: readonly unknown[];
  /** Sorted: invocations at once end in any order. */
  readonly lines: readonly string[];
  readonly decisions: readonly string[];
  readonly metrics: Readonly<Record<string, number>>;
}

/** Authorizers of one process, which share nothing with those of another side. */
export interface Side {
  ready(): Promise<void>;
  sendAtOnce(sent: readonly Call[]): Promise<Output>;
  sendInTurn(sent: readonly Call[]): Promise<Output>;
}

/** Members and metrics that depend on time, or on who came first: not on the invocation. */
const ORDER_DEPENDENT = new Set([
  ...['durationMs', 'coldStart', 'keys', 'stack', 'cause'],
  ...['ColdStart', 'KeyRefreshFailed'],
]);
const textOf = (line: object) =>
  JSON.stringify(line, (name, value) =>
    ORDER_DEPENDENT.has(name) ? undefined : value instanceof Error ? { message: value.message } : value,
  );

/** Waits, and answers with what it was given: before the wait and after it. */
async function echo(_event: unknown, context: unknown): Promise<object> {
  const own = context as { readonly auth0: { readonly principalId: string }; readonly awsRequestId: string };
  const { principalId } = own.auth0;
  await TICKS.wait();
  if (endingOf(principalId) === 'forbidden') throw new Forbidden(`not ${principalId}`);
  if (endingOf(principalId) === 'broken') throw new Error(`broken for ${principalId}`);
  return { context: { invocation: own.awsRequestId, before: principalId, after: own.auth0.principalId } };
}

const custom = {
  slow: async ({ token }: { token: { claims: { sub?: unknown } } }) => {
    const before = String(token.claims.sub);
    await TICKS.wait();
    return endingOf(before) !== 'fails the rule' && before === String(token.claims.sub);
  },
};

export function startSide(issuer: Issuer): Side {
  const log = recordingLog();
  const decisions: string[] = [];
  const shared = {
    ...{ issuer: issuer.url, audience: AUDIENCE, metrics: true, logger: log, logClaims: ['scope'] },
    // Short pauses after failed requests for keys.
    jwks: { cooldown: 0.5 },
    onDecision: (decision: object, facts: object) => void decisions.push(textOf({ decision, facts })),
    context: ({ claims }: { claims: { sub?: unknown } }) => ({ sub: String(claims.sub) }),
  };
  const rules = { scopes: ['read:orders'], custom };
  const routes = {
    'GET /orders/{id}': { scopes: ['read:orders'], custom },
    'DELETE /orders/{id}': { scopes: ['delete:orders'] },
  };
  const ready: (() => Promise<unknown>)[] = [];
  const handlers = new Map<string, unknown>();
  // One authorizer for all gateways, one for simple responses, one with routes.
  for (const [name, options] of [
    ['all', { rules }],
    ['simple', { rules, httpApiResponse: 'simple' }],
    ['routes', { routes }],
  ] as const) {
    const authorizer = auth0Authorizer({ ...shared, ...options } as never);
    ready.push(() => authorizer.ready());
    handlers.set(name, middy(echo as never).use(authorizer as never));
  }

  async function send(call: Call, at: number): Promise<unknown> {
    const isSimple = call.gateway === 'HTTP API 2.0 with simple responses';
    const handler = handlers.get(call.gateway === 'routes' ? 'routes' : isSimple ? 'simple' : 'all');
    const context = lambdaContext({ awsRequestId: `invocation-${at}` });
    const invocation = await invokeAsLambda(handler as never, await eventOf(call, at, issuer), { context });
    return invocation.kind === 'error' ? `${invocation.error.name}: ${invocation.error.message}` : invocation;
  }

  /** What the side wrote since it was last taken. */
  function taken(answers: readonly unknown[], printed: readonly object[]): Output {
    const lines = log.lines.splice(0).map(textOf).sort();
    const metrics = sums(printed.filter((line) => '_aws' in line) as EmfLine[]);
    for (const name of ORDER_DEPENDENT) delete metrics[name];
    return { answers, lines, decisions: decisions.splice(0).sort(), metrics };
  }

  async function output(work: () => Promise<readonly unknown[]>): Promise<Output> {
    let answers: readonly unknown[] = [];
    const printed = await captureLines(async () => {
      answers = await work();
    });
    return taken(answers, printed);
  }

  return {
    async ready() {
      for (const authorizerIsReady of ready) await authorizerIsReady();
    },
    sendAtOnce: (sent) => output(() => Promise.all(sent.map(send))),
    sendInTurn: (sent) =>
      output(async () => {
        const answers: unknown[] = [];
        for (const [at, call] of sent.entries()) answers.push(await send(call, at));
        return answers;
      }),
  };
}

const tokens = new Map<string, Promise<string>>();

/** Users have one token of each sort, so that invocations share what is remembered of it. */
function tokenOf({ token, user }: Call, issuer: Issuer): Promise<string> | undefined {
  if (token === 'none') return undefined;
  const key = `${issuer.url} ${token} ${user}`;
  const made = tokens.get(key) ?? newToken(token, `auth0|user-${user}`, issuer);
  tokens.set(key, made);
  return made;
}

async function newToken(kind: Call['token'], sub: string, issuer: Issuer): Promise<string> {
  if (kind === 'thin') return issuer.token({ sub, scope: 'openid' });
  if (kind === 'expired') return issuer.token({ sub, exp: 1_700_000_000 });
  if (kind === 'other API') return issuer.token({ sub, aud: 'https://other.example.com/' });
  if (kind === 'malformed') return `${sub}.is.nothing`;
  if (kind === 'forged') return issuer.token({ sub }, { key: await testKey(7, 'RS256', issuer.key.kid) });
  if (kind === 'unknown key') return issuer.token({ sub }, { key: await testKey(7, 'RS256', 'unknown') });
  return issuer.token({ sub });
}

async function eventOf(call: Call, at: number, issuer: Issuer): Promise<object> {
  const place = EVERY_GATEWAY.find(({ kind }) => kind === call.kind);
  const id = `request-${at}`;
  return place?.event({
    ...{ token: await tokenOf(call, issuer), method: call.method, path: `/orders/${call.order}` },
    ...{ resource: '/orders/{id}', requestId: id, extendedRequestId: id },
    ...(ROUTED.includes(call.kind) ? { sourceIp: `192.0.2.${at}` } : {}),
  }) as object;
}
