/**
 * What an authorizer knows of its handler: whether the handler decides on callers, by refusing them or by adding to
 * answers. A handler that decides was not called for the other routes that a policy could cover, so a denial by a rule
 * then covers the one request.
 *
 * One object for each authorizer, and so for each execution environment. It starts with the option `handlerDecides`, and
 * learns when the handler first refuses a caller or adds something. It never unlearns.
 */
export class HandlerRole {
  #decides: boolean;

  /** @param decides - the option `handlerDecides` */
  constructor(decides: boolean) {
    this.#decides = decides;
  }

  get decides(): boolean {
    return this.#decides;
  }

  /** Notes that the handler refused a caller or added something to an answer. */
  decided(): void {
    this.#decides = true;
  }
}
