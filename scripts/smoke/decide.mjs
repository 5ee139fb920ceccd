// Runs under each runtime, in a project that has the packed package: `RUNTIME decide.mjs`. Serves keys on loopback, sends
// events to an authorizer that fetches them, and prints a line of JSON for each case.
import { generateKeyPairSync, sign } from 'node:crypto';
import { createServer } from 'node:http';
import middy from '@middy/core';
import { auth0Authorizer } from 'middy-auth0-authorizer';
import { eventFor, invokeAsLambda } from 'middy-auth0-authorizer/testing';

const AUDIENCE = 'https://api.example.com/';

/** Shortest time between two requests for keys, seconds. */
const COOLDOWN = 1;

const newKey = (kid) => ({ kid, ...generateKeyPairSync('rsa', { modulusLength: 2048 }) });
const [first, second, stranger] = [newKey('first'), newKey('second'), newKey('first')];
let published = [first];
let isUp = true;

const server = createServer((_request, response) => {
  if (!isUp) return response.writeHead(503).end();
  const keys = published.map(({ kid, publicKey }) => ({
    ...publicKey.export({ format: 'jwk' }),
    ...{ kid, alg: 'RS256', use: 'sig' },
  }));
  response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys }));
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const issuer = `http://127.0.0.1:${server.address().port}/`;

const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');

function token(key, claims = {}) {
  const now = Math.floor(Date.now() / 1000);
  const payload = { iss: issuer, sub: 'auth0|user', aud: AUDIENCE, iat: now, exp: now + 600, ...claims };
  const input = `${part({ alg: 'RS256', typ: 'JWT', kid: key.kid })}.${part({ scope: 'read:orders', ...payload })}`;
  return `${input}.${sign('sha256', Buffer.from(input), key.privateKey).toString('base64url')}`;
}

const routes = {
  'GET /orders': { scopes: ['read:orders'] },
  'DELETE /orders': { scopes: ['delete:orders'] },
};
const newAuthorizer = (options) =>
  middy().use(
    auth0Authorizer({ issuer, audience: AUDIENCE, routes, jwks: { cooldown: COOLDOWN }, ...options }),
  );

/** The decision of each log line, without what differs from run to run. */
const decisions = [];
const write = (_message, { decision, refusal, fault, route, kid }) =>
  decision && decisions.push({ decision, refusal, fault, route, kid });
const logger = { debug: write, info: write, warn: write, error: write };

let authorizer = newAuthorizer({ logger });

function send(kind, options) {
  return invokeAsLambda(authorizer, eventFor(kind, { method: 'GET', path: '/orders', ...options }));
}

async function show(name, kind, options) {
  const { kind: outcome, response, error } = await send(kind, options);
  const answer = outcome === 'response' ? response : error.message;
  const line = JSON.stringify({ name, kind, decision: decisions.pop(), answer });
  console.log(line.replaceAll(issuer, 'http://issuer/'));
}

/** Waits for the next time that the authorizer may ask for keys. */
async function untilAllowed(kind, options) {
  for (let tries = 0; tries < 10 * COOLDOWN; tries += 1) {
    await send(kind, options);
    if (decisions.pop().decision === 'allow') return;
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
}

for (const kind of ['rest-request', 'http-api-2.0']) {
  authorizer = newAuthorizer({ logger });
  published = [first];
  await show('allows a good token', kind, { token: token(first) });
  await show('allows it again, from memory', kind, { token: token(first) });
  await show('denies a route that needs another scope', kind, { token: token(first), method: 'DELETE' });
  await show('denies a request without a token', kind, {});
  await show('denies a token of another key', kind, { token: token(stranger) });
  await show('denies an expired token', kind, { token: token(first, { exp: 1 }) });
  await show('denies a token for another API', kind, { token: token(first, { aud: 'https://other/' }) });
  published = [second, first];
  await untilAllowed(kind, { token: token(second) });
  await show('allows a token of a new key, after a rotation', kind, { token: token(second) });
  isUp = false;
  authorizer = newAuthorizer({ logger });
  await show('fails without keys', kind, { token: token(first) });
  isUp = true;
}
server.close();
