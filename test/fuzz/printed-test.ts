import fc from 'fast-check';
import type { FoundCase } from './slice.ts';
import type { AnyTarget } from './target.ts';

/** A test as a file. */
export interface PrintedTest {
  /** From the root of the repository. */
  readonly file: string;
  readonly text: string;
}

/**
 * Writes a test that fails as long as the claim does not hold for the input: a whole module, whose input is a literal.
 *
 * @param folder - of the file, from the root of the repository; two folders deep, for the path of the import
 */
export function printedTest(
  target: AnyTarget,
  { input, seed }: FoundCase,
  folder = 'test/fuzz/found',
): PrintedTest {
  const { name, claim } = target;
  const text = `import { targetOf } from '../targets.ts';

describe('fuzz: ${name}', () => {
  it(${JSON.stringify(`${claim} (seed ${seed})`)}, async () => {
    await targetOf('${name}').check(${fc.stringify(input)});
  });
});
`;
  return { file: `${folder}/${name}-${seed < 0 ? `n${-seed}` : seed}.test.ts`, text };
}
