import { OptionError } from '../decision/errors.ts';
import { fetchJwks } from '../jwks/fetch-jwks.ts';
import { importKeys } from '../jwks/import-keys.ts';
import { readJwks } from '../jwks/jwks-document.ts';
import { checkJwksUri } from '../jwks/jwks-uri.ts';
import { describeIgnored } from '../jwks/key-reasons.ts';
import { publicJwks } from '../jwks/public-jwks.ts';
import { shownUri } from '../jwks/shown-uri.ts';
import { jwksUriOf } from '../token/auth0-profile.ts';
import { issuerOfDomain } from '../token/issuer-options.ts';
import { argumentsOf, exactly } from './arguments.ts';
import type { Command } from './command.ts';

const LIMITS = { timeoutMs: 10_000, maxBytes: 1_048_576 };

/** An address without a path: the user meant a domain, not the address of a JWKS. */
const BARE_ADDRESS = /^https?:\/\/([^/?#@]+)\/?$/i;

/** Prints public keys, to be pinned at deploy time. */
export const jwks: Command = {
  parameters: '<domain or JWKS address>',
  summary: 'Prints the public keys of an Auth0 domain',
  help: `Prints the public keys of an Auth0 domain as a JWKS, to be pinned at deploy time:

  npx middy-auth0-authorizer jwks tenant.eu.auth0.com > jwks.json
  import jwks from './jwks.json' with { type: 'json' };
  auth0Authorizer({ jwks: { keys: jwks, uri: 'https://tenant.eu.auth0.com/.well-known/jwks.json' } })

Without uri, a key that Auth0 adds later is refused until your next deployment.

Keys that cannot verify a token are left out. Each is named on standard error with the reason.

  --json            changes nothing: a JWKS is JSON
`,
  async run(args, out, err) {
    const [domain] = exactly(argumentsOf(args, {}).positionals, ['domain or JWKS address']);
    const uri = addressOf(domain);
    const { keys, ignored } = readJwks((await fetchJwks(uri, LIMITS)).body, shownUri(uri), importKeys);
    for (const key of ignored) err.write(`left out ${describeIgnored(key)}\n`);
    out.write(`${JSON.stringify({ keys: publicJwks(keys) }, null, 2)}\n`);
    return 0;
  },
};

/** @throws {OptionError} */
function addressOf(text: string): string {
  const bare = BARE_ADDRESS.exec(text);
  if (bare !== null) {
    throw new OptionError(
      'address',
      `has no path; for the keys of a domain write only the domain, ${bare[1]}`,
    );
  }
  return text.includes('://') ? checkJwksUri(text, 'address') : jwksUriOf(issuerOfDomain(text, 'domain'));
}
