import { HANDSHAKE } from './client.ts';
import { FROM_HEADER } from './edge.ts';
import type { PersonaName } from './personas.ts';
import type { World } from './world.ts';

/** Lines for a shell: valid tokens, then requests that use them. */
export async function curlLines({ auth0, apis }: World): Promise<string> {
  const names = [
    'reader',
    'writer',
    'admin',
    'guest',
    'expired',
    'agent',
    'member',
  ] as const satisfies PersonaName[];
  const tokens = await Promise.all(
    names.map(async (name) => `${variable(name)}='${await auth0.token(name)}'`),
  );
  const call = (rest: string) => `curl -i ${rest}`;
  const as = (name: PersonaName) => `-H "Authorization: Bearer $${variable(name)}"`;
  const from = (address: string) => `-H '${FROM_HEADER}: ${address}'`;
  const handshake = Object.entries(HANDSHAKE).map(([name, value]) => `-H '${name}: ${value}'`);
  const requests = [
    call(`${as('reader')} ${apis.rest.url}/orders`),
    call(`${as('reader')} ${from('192.0.2.10')} ${apis.rest.url}/orders`),
    call(`${as('expired')} ${apis.rest.url}/orders`),
    call(`${as('writer')} -X POST ${apis.rest.url}/orders/7`),
    call(`${as('admin')} ${from('10.1.2.3')} ${apis.rest.url}/admin/users`),
    call(`${apis.rest.url}/catalogue`),
    call(`${as('guest')} ${apis.token.url}/orders`),
    call(`${as('reader')} ${apis.cached.url}/orders`),
    call(`${as('reader')} ${apis.cached.url}/users/7`),
    call(`${as('agent')} -X POST ${apis.callers.url}/payments`),
    call(`${as('member')} ${apis.callers.url}/orgs/org_1a2b3c4d5e6f7g8h/orders`),
    call(`${as('reader')} ${apis.http.url}/orders`),
    call(`${as('reader')} ${apis.simple.url}/orders`),
    call(`${as('reader')} ${apis.http1.url}/orders`),
    call(`-N --max-time 2 ${handshake.join(' ')} "${apis.websocket.url}/?token=$READER"`),
    call(`${as('reader')} --json '{"query":"{ orders { id } }"}' ${apis.graphql.url}/graphql`),
    call(`${as('reader')} --json '{"channel":"/orders/new","events":["{}"]}' ${apis.events.url}/event`),
    `curl -s ${auth0.issuer}.well-known/jwks.json`,
    `curl -s ${auth0.issuer}oauth/token -d grant_type=client_credentials -d client_id=reader`,
  ];
  return [...tokens, '', ...requests].join('\n');
}

const variable = (name: PersonaName): string => name.toUpperCase();
