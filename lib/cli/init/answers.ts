import { createInterface } from 'node:readline/promises';
import type { Readable } from 'node:stream';
import { OptionError } from '../../decision/errors.ts';
import { issuerOfDomain } from '../../token/issuer-options.ts';
import { checked } from '../../util/option-advice.ts';
import { nonEmptyString, oneOf } from '../../util/option-checks.ts';
import { Misuse } from '../arguments.ts';
import type { Input } from '../command.ts';
import type { Output } from '../output.ts';
import type { Trust } from './project-files.ts';
import { DEPLOYERS, type Deployer, gatewaysFor, PROJECTS, type Project } from './projects.ts';

/** What the flags say; what is absent is a question on a terminal. */
export interface Flags {
  readonly deployer?: string | undefined;
  readonly gateway?: string | undefined;
  readonly domain?: string | undefined;
  readonly audience?: string | undefined;
}

/** Which project to write, and whose tokens it takes. */
export interface Answers extends Trust {
  readonly project: Project;
}

interface Question {
  readonly flag: keyof Flags;
  readonly text: string;
  /** Checks the value. @throws {OptionError} */
  check(value: string, path: string): void;
}

/**
 * Takes the answers from the flags. On a terminal it asks the user for the others, again after each wrong answer.
 *
 * @throws {OptionError} for a flag that makes no sense
 * @throws {Misuse} if a flag is missing and the input is no terminal, or ends
 */
export async function answersFrom(flags: Flags, input: Input, err: Output): Promise<Answers> {
  const lines = new Lines(input, err);
  try {
    const deployer = (await answer(deployerQuestion(), flags, lines)) as Deployer;
    const gateway = await answer(gatewayQuestion(deployer), flags, lines);
    const domain = await answer(DOMAIN, flags, lines);
    const audience = await answer(AUDIENCE, flags, lines);
    const project = PROJECTS.find((one) => one.deployer === deployer && one.gateway === gateway) as Project;
    return { project, domain, audience };
  } finally {
    lines.close();
  }
}

function deployerQuestion(): Question {
  return {
    flag: 'deployer',
    text: `Deployed with (${DEPLOYERS.join(', ')})`,
    check: (value, path) => oneOf(value, path, DEPLOYERS),
  };
}

function gatewayQuestion(deployer: Deployer): Question {
  const gateways = gatewaysFor(deployer);
  return {
    flag: 'gateway',
    text: `API (${gateways.join(', ')})`,
    check: (value, path) => oneOf(value, path, gateways),
  };
}

const DOMAIN: Question = {
  flag: 'domain',
  text: 'Auth0 domain, such as tenant.eu.auth0.com',
  check: issuerOfDomain,
};

const AUDIENCE: Question = {
  flag: 'audience',
  text: 'Audience: the identifier of the API in Auth0, such as https://api.example.com/',
  check: nonEmptyString,
};

async function answer({ flag, text, check }: Question, flags: Flags, lines: Lines): Promise<string> {
  const given = flags[flag];
  if (given !== undefined) {
    check(given, `--${flag}`);
    return given;
  }
  if (!lines.isTerminal) throw new Misuse(`--${flag} is missing: ${text}`);
  for (;;) {
    const line = await lines.ask(`${text}: `);
    if (line === null) throw new Misuse(`--${flag} is missing: ${text}`);
    const refused = checked(() => check(line, flag));
    if (!(refused instanceof OptionError)) return line;
    lines.tell(`${refused.message}\n`);
  }
}

/** Questions and answers on a terminal. */
class Lines {
  readonly isTerminal: boolean;
  readonly #err: Output;
  readonly #input: Input;
  #reader: ReturnType<typeof createInterface> | undefined;
  #lines: AsyncIterator<string> | undefined;

  constructor(input: Input, err: Output) {
    this.#input = input;
    this.#err = err;
    this.isTerminal = (input as { readonly isTTY?: boolean }).isTTY === true;
  }

  /** The answer without white space around it; `null` at the end of the input. */
  async ask(question: string): Promise<string | null> {
    this.tell(question);
    this.#reader ??= createInterface({ input: this.#input as Readable });
    this.#lines ??= this.#reader[Symbol.asyncIterator]();
    const { done, value } = await this.#lines.next();
    return done === true ? null : value.trim();
  }

  tell(text: string): void {
    this.#err.write(text);
  }

  close(): void {
    this.#reader?.close();
  }
}
