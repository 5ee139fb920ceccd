import { expect } from 'chai';
import { readHeaders } from '../../lib/gateways/reading/headers.ts';
import { withClearHeaders } from '../../lib/rules/clear-headers.ts';
import { compileIp } from '../../lib/rules/kinds/ip.ts';
import { judge, subjectOf } from './subjects.ts';

const SOURCE = {
  header: 'X-Forwarded-For',
  trustedHops: 1,
  proof: { header: 'X-Proof', secret: 'a-secret-of-the-origin' },
};

describe('withClearHeaders', () => {
  const rule = compileIp({ deny: ['192.0.2.1'], source: SOURCE }, 'x');
  const subjectWith = (headers: Readonly<Record<string, string>>) =>
    subjectOf({ headers: readHeaders({ headers }, ['headers']) });

  it('names the rule and the header that is ambiguous', async () => {
    const headers = { 'X-Forwarded-For': '192.0.2.2', 'x-proof': SOURCE.proof.secret };
    for (const name of ['x-forwarded-for', 'x-proof']) {
      const subject = subjectWith({ ...headers, [name.toUpperCase()]: '192.0.2.1' });
      expect((await judge(withClearHeaders(rule), subject)).refusal).to.deep.equal({
        code: 'ambiguous_header',
        rule: 'ip',
        detail: `the header ${name} is in the event in two spellings or with two values`,
      });
    }
  });

  it('judges as the rule does when the headers that it reads are not ambiguous', async () => {
    const clear = { 'x-forwarded-for': '192.0.2.1', 'x-proof': SOURCE.proof.secret, 'X-A': '1', 'x-a': '2' };
    const judged = await judge(withClearHeaders(rule), subjectWith(clear));
    expect(judged).to.deep.equal(await judge(rule, subjectWith(clear)));
    expect(judged.refusal).to.have.property('code', 'ip_not_allowed');
  });

  it('returns a rule that reads no header as it is', () => {
    const byGateway = compileIp({ deny: ['192.0.2.1'] }, 'x');
    expect(withClearHeaders(byGateway)).to.equal(byGateway);
  });
});
