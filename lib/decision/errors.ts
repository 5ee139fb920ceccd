import { type FaultCode, REFUSALS, type RefusalCode } from './codes.ts';
import type { Refusal, VerifiedBy } from './decision.ts';

/**
 * Base of every error that this package throws. `code` is stable and meant for programs; the message is meant for people
 * and never contains a token, a claim value or a header.
 */
export abstract class AuthorizerError extends Error {
  abstract readonly code: string;
}

/** An option is invalid. Thrown at start-up; the message begins with the option's dotted path. */
export class OptionError extends AuthorizerError {
  override readonly name = 'OptionError';
  readonly code = 'invalid_option';
  /** Dotted path of the option, `rules.ip.allow[0]` for example. */
  declare readonly option: string;
  /** What is wrong and what to write instead: the message without the path. */
  declare readonly advice: string;

  /**
   * @param option - dotted path of the option
   * @param advice - what is wrong and what to write instead; reads on after the path
   */
  constructor(option: string, advice: string) {
    super(`${option}: ${advice}`);
    this.option = option;
    this.advice = advice;
  }
}

/** Marks the refusals of every copy of this package: a function may load one, and a layer or a bundle another one. */
const REFUSED = Symbol.for('middy-auth0-authorizer/refused');

/** The request is refused. The middlewares throw it, and policySerializer turns it into a denial. */
export class Refused extends AuthorizerError {
  override readonly name: string = 'Refused';
  declare readonly code: RefusalCode;
  declare readonly status: 401 | 403;
  declare readonly refusal: Refusal;
  readonly #verifiedBy: VerifiedBy | undefined;
  readonly #claims: Readonly<Record<string, unknown>> | undefined;

  constructor(refusal: Refusal, verifiedBy?: VerifiedBy, claims?: Readonly<Record<string, unknown>>) {
    super(refusal.detail === undefined ? refusal.code : `${refusal.code}: ${refusal.detail}`);
    this.code = refusal.code;
    this.status = REFUSALS[refusal.code].status;
    this.refusal = refusal;
    this.#verifiedBy = verifiedBy;
    this.#claims = claims;
    // Not enumerable, so that printing the error omits it; not a member of the class, which bundlers would then keep.
    Object.defineProperty(this, REFUSED, { value: true });
  }

  /**
   * Whose key was used for the token, if it was refused and its issuer is configured. The signature is valid unless the
   * code is `unknown_key` or `invalid_signature`. For the log line only: printing the error, or JSON of it, omits this.
   */
  get verifiedBy(): VerifiedBy | undefined {
    return this.#verifiedBy;
  }

  /** The claims of a token that was refused although its signature is valid. For the log line only, as `verifiedBy` is. */
  static claimsOf(refused: Refused): Readonly<Record<string, unknown>> | undefined {
    return refused.#claims;
  }
}

/** Whether the error is a refusal, of this copy of the package or of another one that has its code too. */
export function isRefused(error: unknown): error is Refused {
  if (error instanceof Refused) return true;
  if (typeof error !== 'object' || error === null || !(REFUSED in error)) return false;
  return 'code' in error && typeof error.code === 'string' && Object.hasOwn(REFUSALS, error.code);
}

/** Throw it in your handler to refuse a caller that you do not trust: 401 if the gateway has one. */
export class Unauthorized extends Refused {
  override readonly name = 'Unauthorized';

  /** @param detail - a text for the log line; never sent to the client */
  constructor(detail?: string) {
    super({ code: 'handler_unauthorized', ...(detail === undefined ? {} : { detail }) });
  }
}

/** Throw it in your handler to refuse a caller that may not do this: 403. */
export class Forbidden extends Refused {
  override readonly name = 'Forbidden';

  /** @param detail - a text for the log line; never sent to the client */
  constructor(detail?: string) {
    super({ code: 'handler_forbidden', ...(detail === undefined ? {} : { detail }) });
  }
}

/** The request could not be judged: a fault on our side or on Auth0's. Always a 5xx, never a 401 or an allow. */
export class AuthorizerFault extends AuthorizerError {
  override readonly name = 'AuthorizerFault';
  declare readonly code: FaultCode;
  /** The rule whose function threw, `custom.office-hours` for example; absent with every other code. */
  declare readonly rule?: string;

  constructor(code: FaultCode, message: string, options: ErrorOptions & { readonly rule?: string } = {}) {
    super(message, options);
    this.code = code;
    if (options.rule !== undefined) this.rule = options.rule;
  }
}
