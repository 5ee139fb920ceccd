import { ROUTING_MODELS } from '../../test/support/routing-models.ts';
import type { Random } from '../fleet/random.ts';

/** The kinds of APIs that have cached policies. */
export const APIS = ['REST', 'HTTP'] as const;
export type Api = (typeof APIS)[number];

/** A request to an API, with its route. */
export interface SentRequest {
  readonly verb: string;
  readonly path: string;
  /** Indexes of the API's routes, one for each way in which API Gateway may choose; `null` = no route. */
  readonly routes: readonly (number | null)[];
}

export interface RequestPool {
  /** Two for each route, with ordinary values of the parameters. */
  readonly ordinary: readonly SentRequest[];
  /** For each route, with literals of the table as values of parameters. */
  readonly spelled: readonly SentRequest[];
  /** For each route: a deeper path, another method, a final slash. */
  readonly odd: readonly SentRequest[];
}

/** Requests to the routes of a table and beside them. Their routes come from models of API Gateway, not from lib/. */
export function requestPool(keys: readonly string[], api: Api, random: Random): RequestPool {
  const route = routerOf(keys, api);
  const literals = literalsOf(keys);
  const literal = () => literals[Math.floor(random() * literals.length)] as string;
  const mixed = () => (random() < 0.5 ? literal() : ordinaryValue(random));
  const from = (key: string, value: () => string) => {
    const [verb = '', template = ''] = key.split(' ');
    return { verb, path: template.replace(/\{[^}]*\}/g, value) };
  };
  const usual = (key: string) => from(key, () => ordinaryValue(random));
  return {
    ordinary: keys.flatMap((key) => [route(usual(key)), route(usual(key))]),
    spelled: keys.filter((key) => key.includes('{')).map((key) => route(from(key, mixed))),
    odd: keys.flatMap((key) => {
      const { verb, path } = usual(key);
      return [
        route({ verb, path: `${path}/${mixed()}` }),
        route({ verb: VERBS[Math.floor(random() * VERBS.length)] as string, path }),
        route({ verb, path: `${path}/` }),
      ];
    }),
  };
}

const VERBS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD'];

function routerOf(keys: readonly string[], api: Api) {
  const models = ROUTING_MODELS.filter((model) => model.api === api);
  const indexes = new Map(keys.map((key, index) => [key, index]));
  return ({ verb, path }: { readonly verb: string; readonly path: string }): SentRequest => {
    const found = models.map((model) => indexes.get(model.routeOf(keys, verb, path) ?? '') ?? null);
    return { verb, path, routes: [...new Set(found)] };
  };
}

function literalsOf(keys: readonly string[]): readonly string[] {
  const segments = keys.flatMap((key) => key.slice(key.indexOf('/') + 1).split('/'));
  return [...new Set(segments)].filter((text) => text !== '' && !text.startsWith('{'));
}

/** A number, or eight hexadecimal digits. */
function ordinaryValue(random: Random): string {
  const number = Math.floor(random() * 2 ** 32);
  return random() < 0.5 ? String(number % 10_000) : number.toString(16).padStart(8, '0');
}
