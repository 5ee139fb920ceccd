import { expect } from 'chai';
import { schemaFlaws } from './cloudformation-schema.ts';

const alarm = (Properties: unknown) => ({ A: { Type: 'AWS::CloudWatch::Alarm', Properties } });

describe('the schema of CloudFormation', () => {
  const enough = { ComparisonOperator: 'GreaterThanThreshold', EvaluationPeriods: 1 };

  it('takes what fits, and what CloudFormation fills in', async () => {
    expect(await schemaFlaws(alarm({ ...enough, AlarmActions: [{ Ref: 'Topic' }] }))).to.deep.equal([]);
  });

  it('finds properties that do not exist, are missing or have another type, at any depth', async () => {
    const wrong = { EvaluationPeriods: '1', Metrics: [{ Id: 1, Name: 'a' }, 'b', {}], AlarmActions: 'c' };
    expect(await schemaFlaws(alarm(wrong))).to.have.members([
      'A.EvaluationPeriods: no whole number',
      'A.Metrics[0].Name: no such property',
      'A.Metrics[0].Id: no string',
      'A.Metrics[1]: no object',
      'A.Metrics[2].Id: missing',
      'A.AlarmActions: no list',
    ]);
    expect(await schemaFlaws({ A: { Type: 'AWS::No::Such', Properties: {} } })).to.have.length(1);
  });
});
