import { OptionError } from '../decision/errors.ts';
import type { KeyStore } from '../jwks/key-store.ts';
import type { Revocation } from '../revocations/entries.ts';
import type { RevocationKind } from '../revocations/record.ts';
import { LONGEST_TOKEN_LIFETIME, revokeTokens, type TokensToRevoke } from '../revocations/revoke-tokens.ts';
import { seconds } from '../util/option-checks.ts';
import { argumentsOf, exactly, Misuse } from './arguments.ts';
import type { Command } from './command.ts';
import { entriesJson, entryLine } from './revocations/print.ts';
import { STORE_HELP, withStore } from './revocations/store-module.ts';

/** The kinds of entries by their option. */
const KINDS = { sub: 'sub', client: 'client', org: 'org_id', sid: 'sid', jti: 'jti' } as const;

/** Revokes tokens: the kill switch. */
export const revoke: Command = {
  parameters: '--sub <id> --store <module> [--issued-before <time>] [--for <seconds>] [--json]',
  summary: 'Revokes the access tokens of a user, application, organization or session',
  help: `Revokes access tokens. Authorizers with the option \`revocations\` refuse them within its
\`refreshEvery\` seconds (default: 10); what API Gateway has cached passes until the TTL of the cache.

  npx middy-auth0-authorizer revoke --sub 'auth0|507f1f77bcf86cd799439011' --store store.ts

Whose tokens, one or more of:

  --sub <id>        a user; or <client id>@clients
  --client <id>     an application (azp, client_id)
  --org <id>        an organization (org_id)
  --sid <id>        a session (sid), if your access tokens have this claim
  --jti <id>        one token (jti), if your access tokens have this claim

${STORE_HELP}  --issued-before <time>
                    only tokens issued before, 2026-11-28T10:00:00Z or epoch seconds (default: now)
  --for <seconds>   the lifetime of your longest-lived token; the entry ends after it (default: ${LONGEST_TOKEN_LIFETIME},
                    the longest that Auth0 allows)
  --json            print the entries as a JSON array, with times in epoch seconds

Tokens issued later pass: block the user in Auth0 first.
`,
  async run(args, out) {
    const values = valuesOf(args);
    const tokens = tokensIn(values);
    if (tokens.length === 0)
      throw new Misuse('whose tokens? --sub, --client, --org, --sid or --jti is missing');
    const times = timesIn(values);
    const { revocations } = await withStore(values.store, (store) =>
      revokeTokens({ store: store as KeyStore, tokens, ...times }),
    );
    const named = revocations.filter((entry) => isNamed(entry, tokens));
    if (values.json) out.write(entriesJson(named));
    else out.write(named.length === 0 ? NOTHING : named.map(entryLine).join(''));
    return 0;
  },
};

const NOTHING = 'nothing to revoke: all tokens issued before --issued-before have expired\n';

type Values = ReturnType<typeof valuesOf>;

/** @throws {Misuse} */
function valuesOf(args: readonly string[]) {
  const several = { type: 'string', multiple: true } as const;
  const one = { type: 'string' } as const;
  const options = {
    sub: several,
    client: several,
    org: several,
    sid: several,
    jti: several,
    store: one,
    'issued-before': one,
    for: one,
  };
  const { values, positionals } = argumentsOf(args, options);
  exactly(positionals, []);
  return values;
}

/** @throws {OptionError} for the name of an organization */
function tokensIn(values: Values): readonly TokensToRevoke[] {
  return Object.entries(KINDS).flatMap(([option, kind]) =>
    (values[option as keyof typeof KINDS] ?? []).map((value) => {
      if (kind === 'org_id' && !value.startsWith('org_')) {
        throw new OptionError(
          '--org',
          'must be the id of an organization, org_...: its name revokes nothing',
        );
      }
      return { [kind]: value } as { readonly [Kind in RevocationKind]: string };
    }),
  );
}

function timesIn(values: Values): { readonly issuedBefore?: number; readonly tokenLifetime?: number } {
  const { 'issued-before': time, for: life } = values;
  return {
    ...(time === undefined ? {} : { issuedBefore: timeOf(time) }),
    ...(life === undefined
      ? {}
      : { tokenLifetime: seconds(Number(life), '--for', 1, LONGEST_TOKEN_LIFETIME) }),
  };
}

/** @throws {OptionError} */
function timeOf(text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  const time = /(?:Z|[+-]\d\d:\d\d)$/.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(time)) return Math.ceil(time / 1000);
  throw new OptionError(
    '--issued-before',
    'must be a time with its zone, such as 2026-11-28T10:00:00Z, or epoch seconds',
  );
}

function isNamed({ kind, value }: Revocation, tokens: readonly TokensToRevoke[]): boolean {
  return tokens.some((one) => (one as Partial<Record<RevocationKind, string>>)[kind] === value);
}
