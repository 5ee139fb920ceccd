import sinon from 'sinon';
import { checkedEmf } from './emf.ts';

/** Runs the work and returns the JSON lines that it writes to stdout and stderr. Those with metrics must be valid. */
export async function captureLines(work: () => Promise<unknown>): Promise<Record<string, unknown>[]> {
  const chunks: string[] = [];
  const keep = (chunk: string | Uint8Array): boolean => {
    chunks.push(String(chunk));
    return true;
  };
  const stubs = [process.stdout, process.stderr].map((stream) => sinon.stub(stream, 'write').callsFake(keep));
  try {
    await work();
  } finally {
    for (const stub of stubs) stub.restore();
  }
  const output = chunks.join('');
  checkedEmf(output);
  return output
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line));
}
