#!/usr/bin/env node
import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { AuthorizerError, OptionError } from '../decision/errors.ts';
import { fetchJwks } from '../jwks/fetch-jwks.ts';
import { importKeys } from '../jwks/import-keys.ts';
import { readJwks } from '../jwks/jwks-document.ts';
import { checkJwksUri } from '../jwks/jwks-uri.ts';
import { publicJwks } from '../jwks/public-jwks.ts';
import { jwksUriOf } from '../token/auth0-profile.ts';
import { issuerOfDomain } from '../token/issuer-options.ts';

const USAGE = `Usage: middy-auth0-authorizer jwks <domain or JWKS address>

Prints the public keys of an Auth0 domain as a JWKS, to be pinned at deploy time:

  npx middy-auth0-authorizer jwks tenant.eu.auth0.com > jwks.json
  import jwks from './jwks.json' with { type: 'json' };
  auth0Authorizer({ jwks: { keys: jwks, uri: 'https://tenant.eu.auth0.com/.well-known/jwks.json' } })

Without uri, a key that Auth0 adds later is refused until your next deployment.

Keys that cannot verify a token are left out, with a word about each.
`;

const LIMITS = { timeoutMs: 10_000, maxBytes: 1_048_576 };

/** An address without a path is a domain that was meant, and none of a JWKS. */
const BARE_ADDRESS = /^https?:\/\/([^/?#@]+)\/?$/i;

interface Output {
  write(text: string): unknown;
}

/** Runs the command; what comes back is its exit code: 0, 1 when the keys cannot be had, 2 when it was misused. */
export async function main(args: readonly string[], out: Output, err: Output): Promise<number> {
  const [command, domain, ...rest] = args;
  if (args.includes('--help') || args.includes('-h')) {
    out.write(USAGE);
    return 0;
  }
  if (command !== 'jwks' || domain === undefined || rest.length > 0) {
    err.write(USAGE);
    return 2;
  }
  const bare = BARE_ADDRESS.exec(domain);
  if (bare !== null) {
    err.write(`address: has no path; for the keys of a domain write the domain alone, ${bare[1]}\n`);
    return 2;
  }
  try {
    const uri = domain.includes('://')
      ? checkJwksUri(domain, 'address')
      : jwksUriOf(issuerOfDomain(domain, 'domain'));
    const { keys, ignored } = readJwks((await fetchJwks(uri, LIMITS)).body, uri, importKeys);
    for (const { index, kid, flaw } of ignored)
      err.write(`left out key ${index} (${kid === null ? 'no kid' : JSON.stringify(kid)}): ${flaw}\n`);
    out.write(`${JSON.stringify({ keys: publicJwks(keys) }, null, 2)}\n`);
    return 0;
  } catch (error) {
    if (!(error instanceof AuthorizerError)) throw error;
    const cause = error.cause instanceof Error ? `: ${error.cause.message}` : '';
    err.write(`${error.message}${cause}\n`);
    return error instanceof OptionError ? 2 : 1;
  }
}

const started = process.argv[1];
if (started !== undefined && realpathSync(started) === fileURLToPath(import.meta.url)) {
  process.exitCode = await main(process.argv.slice(2), process.stdout, process.stderr);
}
