import { expect } from 'chai';
import { importKeys } from '../../lib/jwks/import-keys.ts';
import { parseJson, readJwks } from '../../lib/jwks/jwks-document.ts';
import { JwksError } from '../../lib/jwks/jwks-error.ts';
import { shownUri } from '../../lib/jwks/shown-uri.ts';

describe('readJwks', () => {
  const errorOf = (action: () => unknown): JwksError => {
    try {
      action();
    } catch (error) {
      if (error instanceof JwksError) return error;
    }
    throw new Error('no error');
  };

  it('says that a text is no JSON, and quotes nothing of it', () => {
    for (const read of [
      () => readJwks('secret', 'the source', importKeys),
      () => parseJson('secret', 'the source'),
    ]) {
      expect(errorOf(read)).to.include({ code: 'jwks_invalid', message: 'the source did not send JSON' });
    }
  });

  it('refuses JSON without a list of keys', () => {
    for (const text of ['null', '[]', '"keys"', '{"keys":{}}', '{"Keys":[]}']) {
      expect(errorOf(() => readJwks(text, 'the source', importKeys)).code).to.equal('jwks_invalid');
    }
  });

  it('names the keys that it cannot use if there are no others', () => {
    const error = errorOf(() => readJwks('{"keys":[null]}', 'the source', importKeys));
    expect(error.code).to.equal('jwks_no_usable_key');
    expect(error.ignored).to.deep.equal([{ index: 0, kid: null, flaw: 'not an object' }]);
  });
});

describe('shownUri', () => {
  it('leaves out the query, and shows that there is one', () => {
    expect(shownUri('https://a.example/keys')).to.equal('https://a.example/keys');
    expect(shownUri('https://a.example/keys?secret=1')).to.equal('https://a.example/keys?...');
  });
});
