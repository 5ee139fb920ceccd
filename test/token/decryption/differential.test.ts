import { expect } from 'chai';
import fc from 'fast-check';
import { CompactEncrypt, compactDecrypt, importJWK, type JWEHeaderParameters } from 'jose';
import { decryption } from '../../../lib/decryption.ts';
import { encryptionPair } from '../../support/encryption.ts';
import { runs } from '../../support/property-runs.ts';

const pairs = [encryptionPair(), encryptionPair('encryption-2')];
const stranger = encryptionPair('encryption-3');

/** What a careful user of jose would write: the content, or `null` if the token is refused. */
async function openedByJose(token: string): Promise<string | null> {
  try {
    const { plaintext, protectedHeader } = await compactDecrypt(
      token,
      async ({ kid, alg = '' }) => {
        const pair = pairs.find((one) => one.kid === kid);
        if (pair === undefined) throw new Error('unknown key');
        return importJWK(pair.privateKey, alg);
      },
      {
        keyManagementAlgorithms: ['RSA-OAEP-256', 'RSA-OAEP-384'],
        contentEncryptionAlgorithms: ['A256GCM', 'A128GCM'],
      },
    );
    const { cty = 'JWT', zip } = protectedHeader;
    const content = new TextDecoder('latin1').decode(plaintext);
    const isNested = String(cty).toUpperCase() === 'JWT' && content.split('.').length === 3;
    return isNested && zip === undefined ? content : null;
  } catch {
    return null;
  }
}

/** jose takes parts with stray bits at their end; each text has one spelling here. */
function isCanonical(token: string): boolean {
  return token.split('.').every((part) => Buffer.from(part, 'base64url').toString('base64url') === part);
}

const maybe = <T>(common: T, ...rare: T[]) =>
  fc.oneof({ weight: 4, arbitrary: fc.constant(common) }, fc.constantFrom(...rare));

interface Recipe {
  readonly header: JWEHeaderParameters;
  readonly recipient: (typeof pairs)[number];
  readonly content: string;
}

const recipe: fc.Arbitrary<Recipe> = fc
  .record({
    alg: maybe('RSA-OAEP-256', 'RSA-OAEP-384', 'RSA-OAEP', 'RSA-OAEP-512'),
    enc: maybe('A256GCM', 'A128GCM', 'A192GCM', 'A256CBC-HS512', 'A128CBC-HS256'),
    cty: maybe<string | undefined>('JWT', undefined, 'jwt', 'text', 'JWT2'),
    typ: maybe<string | undefined>(undefined, 'JWT', 'JWE'),
    kid: maybe<string | undefined>('encryption-1', 'encryption-2', 'encryption-3', 'encryption-4'),
    recipient: maybe(encryptionPair(), ...pairs, stranger),
    content: maybe('a.b.c', 'a.b', 'a.b.c.d', '', 'h\u00f6.b.c'),
  })
  .map(({ recipient, content, ...header }) => ({
    header: Object.fromEntries(
      Object.entries(header).filter(([, value]) => value !== undefined),
    ) as JWEHeaderParameters,
    recipient,
    content,
  }));

async function encryptedByJose({ header, recipient, content }: Recipe): Promise<string> {
  const key = await importJWK(recipient.publicKey, header.alg ?? '');
  return new CompactEncrypt(new TextEncoder().encode(content))
    .setProtectedHeader(header as { alg: string; enc: string })
    .encrypt(key);
}

type Mutation = (token: string, place: number) => string;
const replaced =
  (text: string): Mutation =>
  (token, place) =>
    token.slice(0, place % token.length) + text + token.slice((place % token.length) + 1);
const withHeader =
  (change: object): Mutation =>
  (token) => {
    const [header = '', ...rest] = token.split('.');
    const members = JSON.parse(Buffer.from(header, 'base64url').toString()) as object;
    return [Buffer.from(JSON.stringify({ ...members, ...change })).toString('base64url'), ...rest].join('.');
  };

const MUTATIONS: readonly Mutation[] = [
  (token) => token,
  replaced('A'),
  replaced('z'),
  replaced('.'),
  replaced(''),
  withHeader({ alg: 'RSA-OAEP-384' }),
  withHeader({ enc: 'A128GCM' }),
  withHeader({ zip: 'DEF' }),
  withHeader({ crit: ['b64'] }),
  (token, place) =>
    token
      .split('.')
      .toSpliced(place % 5, 1, '')
      .join('.'),
];

describe('decryption beside jose', () => {
  const opener = decryption({
    keys: pairs.map(({ privateKey }) => privateKey),
    algorithms: ['RSA-OAEP-256', 'RSA-OAEP-384'],
    encryption: ['A256GCM', 'A128GCM'],
  });

  it('opens what jose opens, to the same content, and nothing else', async () => {
    const outcomes = { opened: 0, refused: 0 };
    const mutation = fc.oneof(
      { weight: 2, arbitrary: fc.constant(0) },
      fc.nat({ max: MUTATIONS.length - 1 }),
    );
    await fc.assert(
      fc.asyncProperty(recipe, mutation, fc.nat(), async (made, chosen, place) => {
        const good = await encryptedByJose(made);
        const token = (MUTATIONS[chosen] as Mutation)(good, place);
        const outcome = await opener.open(token);
        // A text that is no encrypted token is passed on, to be refused when it is read as a signed one.
        const ours = typeof outcome === 'string' && outcome !== token ? outcome : null;
        expect(ours).to.equal(isCanonical(token) ? await openedByJose(token) : null);
        outcomes[ours === null ? 'refused' : 'opened'] += 1;
      }),
      { numRuns: runs(400, 10_000) },
    );
    expect(outcomes.opened).to.be.above(runs(400, 10_000) / 20);
    expect(outcomes.refused).to.be.above(runs(400, 10_000) / 20);
  }).timeout(120_000);
});
