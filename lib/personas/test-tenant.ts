import type { AuthorizerOptions } from '../authorizer/options.ts';
import { createTestIssuer, type TestIssuer } from '../testing/test-issuer.ts';
import type { DomainAudience, IssuerAudience } from '../token/verifier-options.ts';
import { defined } from '../util/defined.ts';
import type { Claims } from './personas.ts';

/** An issuer that stands in for Auth0, as long as the options expect the same of its tokens. */
export class TestTenant {
  #issuer: TestIssuer | null = null;
  #expected = '';
  #tokens = new Map<string, string>();

  /** The issuer for these options: their first domain, all audiences, the first algorithm and the profile, if they have them. */
  issuerFor({ domain, issuer, audience, algorithms, profile }: AuthorizerOptions): TestIssuer {
    const [first] = [domain ?? []].flat() as readonly (string | DomainAudience)[];
    const trusted = [domain ?? issuer ?? []].flat() as readonly (string | DomainAudience | IssuerAudience)[];
    const bound = trusted.flatMap((one) => (typeof one === 'string' ? [] : one.audience));
    const audiences = [...new Set([audience ?? [], bound].flat(2))];
    const wanted = defined({
      domain: typeof first === 'object' ? first.domain : first,
      audience: audiences.length > 0 ? audiences : undefined,
      algorithm: algorithms?.[0],
      profile: profile === 'rfc9068' ? profile : undefined,
    });
    const expected = JSON.stringify(wanted);
    if (this.#issuer === null || expected !== this.#expected) {
      this.#issuer = createTestIssuer(wanted);
      this.#expected = expected;
      this.#tokens = new Map();
    }
    return this.#issuer;
  }

  /** A token for each persona by name: the one that was issued before for the same claims, if there is one. */
  tokensFor(issuer: TestIssuer, personas: ReadonlyMap<string, Claims>): ReadonlyMap<string, string> {
    const tokens = new Map<string, string>();
    for (const [name, claims] of personas) {
      const key = JSON.stringify([name, claims]);
      const token = this.#tokens.get(key) ?? issuer.token({ sub: `auth0|${name.toLowerCase()}`, ...claims });
      this.#tokens.set(key, token);
      tokens.set(name, token);
    }
    return tokens;
  }
}
