import { revocationFeed } from 'middy-auth0-authorizer/revocations';
import { store } from './store.ts';

/** The lifetime of access tokens of the API in Auth0, seconds. */
const TOKEN_LIFETIME = 86_400;

export const handler = revocationFeed({ store, tokenLifetime: TOKEN_LIFETIME });
