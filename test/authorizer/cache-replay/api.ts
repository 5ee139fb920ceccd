import type { GatewayKind } from '../../../lib/gateways/gateway.ts';
import type { PolicyDocument } from '../../../lib/iam/policy-document.ts';
import {
  type AuthorizerOptions,
  auth0Authorizer,
  type Decision,
  identitySources,
} from '../../../lib/index.ts';
import { createPolicyCompiler } from '../../../lib/policy-compiler/compiler.ts';
import { createTestIssuer, type EventOptions, eventFor, invokeAsLambda } from '../../../lib/testing.ts';
import { type Case, parse, randomFrom, type Shape, somePath } from '../../policy-compiler/support/tables.ts';
import { middy } from '../../support/middy.ts';
import { type PolicyReader, policyReader } from '../../support/policy-reader.ts';
import type { RoutingModel } from '../../support/routing-models.ts';

export const SHAPE: Shape = {
  maxRoutes: 6,
  maxDepth: 3,
  literals: ['a', 'b', 'c'],
  methods: ['GET', 'GET', 'POST', 'ANY'],
};
const REQUESTS = 600;
export const UNDECLARED = ['deny', 'absent', 'rules'] as const;
const CATCH_ALLS = { REST: ['ANY /', 'ANY /{all+}'], HTTP: ['$default'] } as const;
const OFFICE = '192.0.2.1';
const ADDRESSES = [OFFICE, '198.51.100.9'];

/** What is tested. */
export interface Plan {
  readonly kind: GatewayKind;
  readonly isSimple: boolean;
  /** Whether every other route lets in one address only. */
  readonly withIp: boolean;
}

export interface Setup {
  readonly table: Case;
  readonly model: RoutingModel;
  readonly undeclared: (typeof UNDECLARED)[number];
  /** Whether the API has the declared routes, or a catch-all alone. */
  readonly isCatchAll: boolean;
  readonly arnPath: 'as sent' | 'decoded';
}

interface Caller {
  readonly token: string;
  /** By index of the key. */
  readonly granted: readonly boolean[];
}

/** A request as it reaches the authorizer, with the route of the API that the gateway takes for it. */
export interface Sent {
  readonly caller: Caller;
  readonly verb: string;
  readonly path: string;
  readonly ip: string;
  readonly route: string;
}

export interface Judged {
  readonly decision: Decision;
  /** Whether the answer allows the request of an ARN. */
  readonly allows: PolicyReader;
  /** The ARN of the request, without its verb and path. */
  readonly prefix: string;
}

const issuer = createTestIssuer();

/** One API with its authorizer. */
export class Api {
  readonly keys: readonly string[];
  readonly routes: readonly string[];
  readonly callers: readonly Caller[];
  /** `null` if nothing may be cached. */
  readonly sources: readonly string[] | null;
  /** Whether each caller has a policy that is right for all routes. */
  readonly isExact: boolean;
  /** Whether answers are for one route of the API at most. */
  readonly isByRoute: boolean;
  readonly setup: Setup;
  readonly plan: Plan;
  readonly #handler: Parameters<typeof invokeAsLambda>[0];
  #decision: Decision | null = null;

  constructor(setup: Setup, plan: Plan) {
    const { table, model, undeclared, isCatchAll } = setup;
    this.setup = setup;
    this.plan = plan;
    this.keys = table.keys;
    const { granted } = table;
    this.callers = [granted, granted.map((one) => !one)].map((rights) => ({
      token: issuer.token({ scope: scopesOf(rights, table.undeclared) }),
      granted: rights,
    }));
    const options: AuthorizerOptions = {
      ...issuer.options,
      logger: false,
      rules: { scopes: ['rest'] },
      routes: Object.fromEntries(this.keys.map((key, index) => [key, this.#rulesOf(index)])),
      undeclared,
      ...(plan.isSimple ? { httpApiResponse: 'simple' } : {}),
      onDecision: (decision) => {
        this.#decision = decision;
      },
    };
    this.#handler = middy().use(auth0Authorizer(options)) as never;
    this.routes = isCatchAll ? CATCH_ALLS[model.api] : this.keys;
    const advice = identitySources(options, plan.kind);
    this.sources = advice.cache
      ? ((isCatchAll ? advice.behindCatchAll : undefined) ?? advice.identitySources)
      : null;
    this.isByRoute = this.sources !== null && this.sources.length > (plan.withIp ? 2 : 1);
    const routes = parse(this.keys);
    this.isExact = createPolicyCompiler({
      routes: routes,
      undeclared,
      undeclaredRequirement: 'rest',
    }).analysis.exact;
  }

  #rulesOf(index: number) {
    return { scopes: [`s${index}`], ...(this.isGuarded(index) ? { ip: { allow: [OFFICE] } } : {}) };
  }

  isGuarded(index: number): boolean {
    return this.plan.withIp && index % 2 === 0;
  }

  mayUse({ caller, ip }: Sent, key: string | null): boolean {
    if (key === null) return this.setup.undeclared === 'rules' && this.setup.table.undeclared;
    const index = this.keys.indexOf(key);
    return caller.granted[index] === true && (!this.isGuarded(index) || ip === OFFICE);
  }

  requests(): readonly Sent[] {
    const { table, model } = this.setup;
    const random = randomFrom(table.seed);
    const parsed = parse(this.keys);
    // If the path is in the key, it must come again.
    const isByPath = this.sources?.some((source) => source.endsWith('context.path')) === true;
    const paths = Array.from({ length: isByPath ? 20 : REQUESTS }, () =>
      somePath(parsed, SHAPE.literals, random),
    );
    return Array.from({ length: REQUESTS }, (_, count) => {
      const { verb, path } = paths[count % paths.length] as (typeof paths)[number];
      const route = model.routeOf(this.routes, verb, path);
      const caller = this.callers[random(2)] as Caller;
      return route === null ? [] : [{ caller, verb, path, ip: ADDRESSES[random(2)] as string, route }];
    }).flat();
  }

  resourceOf({ verb, path }: Sent, prefix: string): string {
    return `${prefix}${verb}${this.setup.arnPath === 'decoded' ? decodeURIComponent(path) : path}`;
  }

  /** Invokes the authorizer. */
  async judge(
    sent: Sent,
  ): Promise<{ readonly decision: Decision; readonly allows: PolicyReader; readonly prefix: string }> {
    const { caller, verb, path, ip, route } = sent;
    const [, template = path] = route.split(' ');
    const options: EventOptions = {
      token: caller.token,
      method: verb,
      path,
      ...(this.plan.kind === 'rest-token' ? {} : { sourceIp: ip }),
      ...(this.setup.model.api === 'HTTP'
        ? { routeKey: route, arnPath: this.setup.arnPath }
        : { resource: template }),
    };
    const event = eventFor(this.plan.kind, options) as { methodArn?: string; routeArn?: string };
    const invocation = await invokeAsLambda(this.#handler, event);
    if (invocation.kind === 'error') throw invocation.error;
    const { isAuthorized, policyDocument } = invocation.response as {
      isAuthorized?: boolean;
      policyDocument?: PolicyDocument;
    };
    const allows = policyDocument === undefined ? () => isAuthorized === true : policyReader(policyDocument);
    const [prefix = ''] = /^[^/]*\/[^/]*\//.exec(event.methodArn ?? event.routeArn ?? '') ?? [];
    return { decision: this.#decision as Decision, allows, prefix };
  }

  /** The cache key, as API Gateway takes it from the request. */
  keyOf({ caller, ip, verb, path, route }: Sent): string {
    const part = (source: string) => {
      if (source.endsWith('Authorization')) return caller.token;
      if (source.endsWith('sourceIp')) return ip;
      if (source.endsWith('httpMethod')) return verb;
      if (source.endsWith('context.path')) return path;
      if (source.endsWith('routeKey')) return route;
      if (source.endsWith('resourcePath')) return route.split(' ')[1];
      throw new Error(`no such source: ${source}`);
    };
    return (this.sources ?? []).map(part).join('\n');
  }
}

function scopesOf(granted: readonly boolean[], rest: boolean): string {
  return [...granted.map((one, index) => (one ? `s${index}` : '')), rest ? 'rest' : ''].join(' ');
}
