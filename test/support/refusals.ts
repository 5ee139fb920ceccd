import { expect } from 'chai';
import type { RefusalCode } from '../../lib/decision/codes.ts';
import { Refused } from '../../lib/decision/errors.ts';

/** The refusal that a call throws or rejects with. Fails if there is none. */
export async function refusalOf(call: () => unknown): Promise<Refused> {
  try {
    await call();
  } catch (error) {
    if (error instanceof Refused) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

export async function expectRefusal(
  call: () => unknown,
  code: RefusalCode,
  detail?: string | undefined,
): Promise<void> {
  const { refusal } = await refusalOf(call);
  expect(refusal).to.deep.equal(detail === undefined ? { code } : { code, detail });
}
