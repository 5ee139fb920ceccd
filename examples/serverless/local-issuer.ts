import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { createTestIssuer } from 'middy-auth0-authorizer/testing';

const ISSUER = 'http://127.0.0.1:4000/';
const keys = createTestIssuer();

// In place of Auth0 on this machine: it publishes its key, and gives everybody the token that they request.
const server = createServer(async (request, response) => {
  response.setHeader('Content-Type', 'application/json');
  if (request.url === '/.well-known/jwks.json') {
    response.end(JSON.stringify(keys.jwks));
  } else if (request.url === '/oauth/token') {
    const { client_id, audience, scope } = Object.fromEntries(new URLSearchParams(await text(request)));
    const permissions = scope?.split(' ');
    const machine = { sub: `${client_id}@clients`, azp: client_id, gty: 'client-credentials' };
    const access_token = keys.token({ iss: ISSUER, aud: audience, scope, permissions, ...machine });
    response.end(JSON.stringify({ access_token, token_type: 'Bearer', expires_in: 3600 }));
  } else {
    response.writeHead(404).end('{}');
  }
});
server.listen(4000, '127.0.0.1', () => console.log(`Tokens: POST ${ISSUER}oauth/token`));
