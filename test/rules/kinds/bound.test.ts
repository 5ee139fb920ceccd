import { expect } from 'chai';
import { compileBound } from '../../../lib/rules/kinds/bound.ts';
import { judge, subjectOf } from '../subjects.ts';

const KEY = { jkt: 'k' };
const CERTIFICATE = { 'x5t#S256': 'c' };

describe('the rule bound', () => {
  const cases: readonly [option: unknown, cnf: unknown, detail: string | null][] = [
    ['any', KEY, null],
    ['any', CERTIFICATE, null],
    ['any', undefined, 'neither to a key nor to a certificate'],
    ['any', {}, 'neither to a key nor to a certificate'],
    ['dpop', KEY, null],
    ['dpop', CERTIFICATE, 'not to a key'],
    ['dpop', { ...KEY, ...CERTIFICATE }, null],
    [{ to: 'mtls' }, CERTIFICATE, null],
    [{ to: 'mtls' }, KEY, 'not to a certificate'],
  ];
  for (const [option, cnf, detail] of cases) {
    it(`${JSON.stringify(option)} answers ${JSON.stringify(cnf)} with ${detail ?? 'a pass'}`, async () => {
      const { refusal } = await judge(compileBound(option, 'x'), subjectOf({}, { cnf }));
      expect(refusal).to.deep.equal(detail && { code: 'token_not_bound', rule: 'bound', detail });
    });
  }

  it('refuses an anonymous caller as missing_token', async () => {
    const { refusal } = await judge(compileBound('any', 'x'), subjectOf({}, null));
    expect(refusal).to.deep.equal({ code: 'missing_token', rule: 'bound' });
  });

  it('reads the token alone', () => {
    expect(compileBound('any', 'x')).to.deep.include({ inputs: [], claims: ['cnf'], reportOnly: false });
  });
});
