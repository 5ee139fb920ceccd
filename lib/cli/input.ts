import { readFile } from 'node:fs/promises';
import { OptionError } from '../decision/errors.ts';
import type { Input } from './command.ts';

/**
 * The text of a file, or of standard input for `-`.
 *
 * @param option - its name, for the error
 * @throws {OptionError} if the file cannot be read
 * @example
 * const event = JSON.parse(await readInput('--event', '-', input));
 */
export async function readInput(option: string, name: string, input: Input): Promise<string> {
  if (name !== '-') {
    return readFile(name, 'utf8').catch((error: NodeJS.ErrnoException) => {
      throw new OptionError(option, `${name} cannot be read (${error.code})`);
    });
  }
  const chunks: Buffer[] = [];
  for await (const chunk of input) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}

/**
 * The value of a JSON file, or of JSON on standard input for `-`.
 *
 * @throws {OptionError} if it cannot be read, or is not JSON; the error does not repeat the text
 */
export async function readJson(option: string, name: string, input: Input): Promise<unknown> {
  const text = await readInput(option, name, input);
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new OptionError(option, `${name === '-' ? 'standard input' : name} is not JSON`);
  }
}
