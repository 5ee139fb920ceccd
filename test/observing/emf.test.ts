import { expect } from 'chai';
import { checkedEmf, emfProblems } from '../support/emf.ts';

describe('the check of lines in the embedded metric format', () => {
  const directive = {
    Namespace: 'A',
    Dimensions: [['service']],
    Metrics: [{ Name: 'Count', Unit: 'Count' }],
  };
  const good = {
    _aws: { Timestamp: Date.now(), CloudWatchMetrics: [directive] },
    service: 'orders',
    Count: 1,
    note: { any: 'other member' },
  };
  const withDirective = (change: object) => ({
    ...good,
    _aws: { ...good._aws, CloudWatchMetrics: [{ ...directive, ...change }] },
  });

  it('accepts a good line, and lists of values', () => {
    expect(emfProblems(JSON.stringify(good))).to.deep.equal([]);
    expect(emfProblems(JSON.stringify({ ...good, Count: [1, 2.5] }))).to.deep.equal([]);
  });

  it('finds the lines in an output, and throws for one that is bad', () => {
    const log = '{"level":"INFO"}\ntext\n';
    expect(checkedEmf(`${log}${JSON.stringify(good)}\n`)).to.deep.equal([good]);
    const bad = JSON.stringify({ ...good, Count: 'one' });
    expect(() => checkedEmf(`${log}${bad}\n`)).to.throw('metric Count has no member with numbers');
  });

  const bad: Readonly<Record<string, object>> = {
    'no metadata': { service: 'orders' },
    'no time': { ...good, _aws: { CloudWatchMetrics: [directive] } },
    'a time in seconds': { ...good, _aws: { ...good._aws, Timestamp: Math.floor(Date.now() / 1000) } },
    'a time as text': { ...good, _aws: { ...good._aws, Timestamp: new Date().toISOString() } },
    'no directive': { ...good, _aws: { ...good._aws, CloudWatchMetrics: [] } },
    'a member that the format does not know': withDirective({ Unit: 'Count' }),
    'no dimensions': withDirective({ Dimensions: undefined }),
    'dimensions that are no list of lists': withDirective({ Dimensions: ['service'] }),
    'a dimension without a member': withDirective({ Dimensions: [['service', 'stage']] }),
    'a dimension that is a number': withDirective({ Dimensions: [['Count']] }),
    'a dimension twice in a set': withDirective({ Dimensions: [['service', 'service']] }),
    '31 dimensions': withDirective({ Dimensions: [Array.from({ length: 31 }, (_, n) => `d${n}`)] }),
    'an unknown unit': withDirective({ Metrics: [{ Name: 'Count', Unit: 'Times' }] }),
    'a metric without a name': withDirective({ Metrics: [{ Unit: 'Count' }] }),
    'a metric without a member': withDirective({ Metrics: [{ Name: 'Other' }] }),
    'a metric twice': withDirective({ Metrics: [{ Name: 'Count' }, { Name: 'Count' }] }),
    'a namespace of AWS': withDirective({ Namespace: 'AWS/Lambda' }),
    'a value that is a text': { ...good, Count: '1' },
    'an empty list of values': { ...good, Count: [] },
    '101 values': { ...good, Count: Array.from({ length: 101 }, () => 1) },
    'a dimension of other characters': { ...good, service: 'öffnung' },
    'more bytes than an event of CloudWatch Logs has': { ...good, note: 'a'.repeat(262_144) },
  };
  for (const [what, line] of Object.entries(bad)) {
    it(`refuses ${what}`, () => {
      expect(emfProblems(JSON.stringify(line))).not.to.deep.equal([]);
    });
  }
});
