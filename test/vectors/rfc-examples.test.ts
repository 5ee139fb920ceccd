import { expect } from 'chai';
import { judgeJws, openedJwe, signatureJudge } from './judge.ts';
import { type CookbookExample, cookbookExamples, type SignatureVector } from './read-vectors.ts';
import { RFC_7515, type Rfc7515Example } from './rfc7515.ts';
import { countedOf, summaryOf, Tally } from './tally.ts';

const JWS = 'RFC 7515';
const COOKBOOK = 'RFC 7520';

/** An example as a signature over its first two parts: no part is read. */
function vectorOf({ token }: Rfc7515Example): SignatureVector {
  const [header, payload, signature = ''] = token.split('.');
  const message = Buffer.from(`${header}.${payload}`).toString('base64url');
  return { id: 0, comment: '', says: 'valid', message, signature };
}

async function judgeExample(tally: Tally, example: CookbookExample): Promise<void> {
  const { section, kind, key, token, content } = example;
  if (kind === 'jws') {
    tally.add(section, 'valid', judgeJws(token, [withoutPrivate(key)]));
    return;
  }
  const opened = await openedJwe(token, key ?? {});
  if (opened instanceof Buffer) expect(opened.toString()).to.equal(content);
  tally.add(section, 'valid', typeof opened === 'string' ? opened : null);
}

/** The public half of a key. That of a symmetric one is empty. */
function withoutPrivate(jwk: unknown): object {
  const { kty, kid, alg, use, n, e, crv, x, y } = jwk as Record<string, unknown>;
  return JSON.parse(JSON.stringify({ kty, kid, alg, use, n, e, crv, x, y }));
}

describe('the examples of RFC 7515, appendix A', () => {
  const signed = RFC_7515.filter(({ section }) => ['A.2', 'A.3'].includes(section));

  it('verifies the signatures of A.2 and A.3, and none over the text or under the signature of the other', () => {
    const tally = new Tally();
    for (const example of signed) {
      const algorithm = example.section === 'A.2' ? 'RS256' : 'ES256';
      const judge = signatureJudge({ jwk: example.jwk ?? {} });
      const vector = vectorOf(example);
      tally.add(example.section, 'valid', judge(vector, algorithm));
      for (const other of signed.filter((one) => one !== example).map(vectorOf)) {
        for (const changed of [{ signature: other.signature }, { message: other.message }]) {
          expect(judge({ ...vector, ...changed }, algorithm)).to.equal('invalid_signature');
        }
      }
    }
    expect(tally.counted).to.deep.equal(countedOf(JWS, 'A.2 and A.3, as signatures'));
  });

  it(`${JWS}: ${summaryOf(JWS)}`, () => {
    const tally = new Tally();
    for (const { section, token, jwk } of RFC_7515) {
      tally.add(section, 'valid', judgeJws(token, [{ ...jwk, kid: 'named by no example' }]));
    }
    expect(tally.counted).to.deep.equal(countedOf(JWS, 'A.1 to A.5, as tokens'));
  });
});

describe('the examples of RFC 7520', () => {
  for (const [kind, set] of [
    ['jws', 'section 4, signatures'],
    ['jwe', 'section 5, encryption'],
  ] as const) {
    it(set, async () => {
      const tally = new Tally();
      const examples = cookbookExamples().filter((example) => example.kind === kind);
      for (const example of examples) await judgeExample(tally, example);
      expect(tally.counted).to.deep.equal(countedOf(COOKBOOK, set));
    });
  }

  it(`${COOKBOOK}: ${summaryOf(COOKBOOK)}`, () => {
    expect(cookbookExamples()).to.have.length(21);
  });
});
