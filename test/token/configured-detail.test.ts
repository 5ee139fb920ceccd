import { expect } from 'chai';
import { configuredDetail } from '../../lib/token/claims.ts';

describe('configuredDetail', () => {
  it('lists what is configured, up to 200 characters', () => {
    expect(configuredDetail(['s3cret'], ['urn:a', 'urn:b'])).to.equal('configured: urn:a, urn:b');
    const longest = 'u'.repeat(200);
    expect(configuredDetail(['s3cret'], [longest])).to.equal(`configured: ${longest}`);
    const many = Array.from({ length: 100 }, (_, index) => `https://api-${index}.example/`);
    const detail = configuredDetail(['s3cret'], many);
    expect(detail).to.have.length('configured: '.length + 203);
    expect(detail).to.match(/^configured: https:\/\/api-0\.example\/, .*\.\.\.$/);
  });

  it('names a final slash, more or less', () => {
    for (const named of ['urn:a', 'urn:b/']) {
      expect(configuredDetail(['other', named], ['urn:a/', 'urn:b'])).to.match(
        /^differs .* by a final slash; /,
      );
    }
    expect(configuredDetail(['urn:a/'], ['urn:a/'])).not.to.include('differs');
  });
});
