import { expect } from 'chai';
import { Refused } from '../../lib/decision/errors.ts';
import { Steps } from '../../lib/token/steps.ts';

interface Text {
  readonly text: string;
}

interface Terms {
  readonly suffix: string;
}

const TERMS: Terms = { suffix: '!' };
const refused = new Refused({ code: 'malformed_token' });

const append = ({ text }: Text, { suffix }: Terms): Text => ({ text: text + suffix });
const appendLater = async (form: Text, terms: Terms): Promise<Text> => append(form, terms);
const measure = ({ text }: Text): { readonly length: number } => ({ length: text.length });
const never = (): never => {
  throw new Error('this step must not run');
};

describe('Steps', () => {
  const steps = Steps.from<Text, Terms>();

  it('returns the first form when there is no step', () => {
    expect(steps.run({ text: 'a' }, TERMS)).to.deep.equal({ text: 'a' });
  });

  it('hands each step the form that the step before it left, and the terms', () => {
    const measured = steps.step(append).step(append).step(measure);
    expect(measured.run({ text: 'a' }, TERMS)).to.deep.equal({ length: 3 });
    expect(steps.run({ text: 'a' }, TERMS), 'the shorter list is unchanged').to.deep.equal({ text: 'a' });
  });

  it('keeps the form after a check that passes', async () => {
    const form = { text: 'a' };
    expect(steps.check(() => null).run(form, TERMS)).to.equal(form);
    expect(await steps.check(async () => null).run(form, TERMS)).to.equal(form);
  });

  it('returns the first refusal and runs no step after it', () => {
    expect(
      steps
        .check(() => refused)
        .step(never)
        .run({ text: 'a' }, TERMS),
    ).to.equal(refused);
    expect(
      steps
        .step(() => refused)
        .check(never)
        .run({ text: 'a' }, TERMS),
    ).to.equal(refused);
  });

  it('waits for a step that returns a promise, and refuses when it resolves to a refusal', async () => {
    const pending = steps.step(append).step(appendLater).step(append).step(measure).run({ text: 'a' }, TERMS);
    expect(pending).to.be.instanceOf(Promise);
    expect(await pending).to.deep.equal({ length: 4 });
    expect(
      await steps
        .check(async () => refused)
        .step(never)
        .run({ text: 'a' }, TERMS),
    ).to.equal(refused);
  });

  it('passes on what a step throws, now or later', async () => {
    const failure = new Error('failed');
    const fail = () => {
      throw failure;
    };
    expect(() => steps.check(fail).run({ text: 'a' }, TERMS)).to.throw(failure);
    const rejection = await Promise.resolve(steps.check(async () => fail()).run({ text: 'a' }, TERMS)).catch(
      (error: unknown) => error,
    );
    expect(rejection).to.equal(failure);
  });
});
