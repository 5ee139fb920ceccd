import { expect } from 'chai';
import { auth0Authorizer } from '../../lib/index.ts';
import { encodePart } from '../../lib/testing/sign-token.ts';
import { decide, restRequestEvent } from '../../lib/testing.ts';
import type { SignatureAlgorithm } from '../../lib/token/signature.ts';
import { AUDIENCE, userClaims } from '../support/issuer.ts';
import { type JwksServer, startJwksServer } from '../support/jwks-server.ts';
import { middy } from '../support/middy.ts';
import { IS_FULL } from '../support/property-runs.ts';
import { rewritePkcs1, rewritePss, tokenSigner } from './as-token.ts';
import { type SignatureGroup, type SignatureSet, signatureSets } from './read-vectors.ts';
import { countedOf, setsOf, summaryOf, Tally } from './tally.ts';

const TOKENS = 'Wycheproof: signatures on tokens';

const RSA = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'] as const;

/** A group whose private key is among the vectors. */
interface SignedGroup extends SignatureGroup {
  readonly algorithm: SignatureAlgorithm;
  readonly privateJwk: Readonly<Record<string, string>>;
}

const families = ['rsa-pkcs1', 'rsa-pss'] as const;
const sets = families.flatMap((family) => signatureSets(family));
const privateKeys = new Map(
  sets.flatMap(({ groups }) =>
    groups.flatMap(({ jwk, privateJwk }) => (privateJwk === undefined ? [] : [[jwk['n'], privateJwk]])),
  ),
);

function signedGroups({ groups }: SignatureSet): readonly SignedGroup[] {
  return groups.flatMap((group) => {
    const { algorithm, jwk } = group;
    const privateJwk = privateKeys.get(jwk['n']);
    return algorithm === null || privateJwk === undefined ? [] : [{ ...group, algorithm, privateJwk }];
  });
}

const kidOf = ({ algorithm, jwk }: SignedGroup) => `${algorithm} ${jwk['n']?.slice(0, 12)}`;

/** By default 2048 bits only: a signature with 4096 bits takes six times as long. */
const judged = sets.filter((set) => signedGroups(set).length > 0 && (IS_FULL || set.name.includes('_2048_')));

describe('Wycheproof signatures on tokens', () => {
  let server: JwksServer;
  let authorizer: ReturnType<typeof create>;
  const issuer = 'https://vectors.example.com/';
  const create = (uri: string) =>
    middy().use(
      auth0Authorizer({ issuer, audience: AUDIENCE, algorithms: RSA, jwks: { uri }, logger: false }),
    );

  before(async () => {
    const published = new Map(
      sets
        .flatMap(signedGroups)
        .map((group) => [kidOf(group), { ...group.jwk, kid: kidOf(group), alg: group.algorithm }]),
    );
    server = await startJwksServer([...published.values()]);
    authorizer = create(server.uri);
  });
  after(() => server.close());

  for (const set of judged) {
    it(set.name, async () => {
      const tally = new Tally();
      for (const group of signedGroups(set)) {
        const { algorithm, privateJwk } = group;
        const hash = `sha${algorithm.slice(2)}`;
        const sign = tokenSigner(privateJwk, algorithm.startsWith('PS') ? rewritePss(hash) : rewritePkcs1);
        const input = `${encodePart({ alg: algorithm, kid: kidOf(group) })}.${encodePart(userClaims(issuer))}`;
        for (const vector of group.tests) {
          const token = `${input}.${sign(vector, input)}`;
          const decision = await decide(authorizer, restRequestEvent({ token }));
          if (decision.outcome === 'fault') throw new Error(`${set.name} ${vector.id}: ${decision.code}`);
          const refusal = decision.outcome === 'deny' ? String(decision.refusal) : null;
          if (refusal !== null) expect(refusal).to.equal('invalid_signature');
          tally.add(`${set.name} ${vector.id}`, vector.says, refusal);
        }
      }
      expect(tally.counted).to.deep.equal(countedOf(TOKENS, set.name));
    });
  }

  const shorter = IS_FULL ? '' : ' (of these, 2048 bits now; the others with PROPERTY_RUNS=full)';
  it(`${TOKENS}: ${summaryOf(TOKENS)}${shorter}`, () => {
    const names = sets.filter((set) => signedGroups(set).length > 0).map(({ name }) => name);
    expect(setsOf(TOKENS)).to.have.members(names);
  });
});
