import { expect } from 'chai';
import { compileErrors } from './compile-blocks.ts';
import { PublicApi } from './examples.ts';

describe('exported functions', function () {
  this.timeout(300_000);
  const api = new PublicApi();
  const functions = api.functions();

  it('have an @example in their docstring', () => {
    expect(functions).not.to.be.empty;
    const bare = functions.filter(({ example }) => example === null);
    expect(bare.map(({ name }) => name)).to.deep.equal([]);
  });

  it('have examples that compile', () => {
    const examples = functions.flatMap(({ name, example }) => (example === null ? [] : [{ name, example }]));
    // The line tells in the error which example it is.
    const blocks = examples.map(({ example }, at) => ({
      language: 'ts',
      code: api.moduleOf(example),
      line: (at + 1) * 10_000,
    }));
    const errors = compileErrors(blocks).map((error) =>
      error.replace(/^line (?<line>\d+)/, (_, line: string) => {
        const { name } = examples[Math.floor(Number(line) / 10_000) - 1] ?? {};
        return `${name}`;
      }),
    );
    expect(errors).to.deep.equal([]);
  });
});
