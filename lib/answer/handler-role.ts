/**
 * What an authorizer knows of its handler: whether the handler decides on callers, by refusing them or by adding to
 * answers. The handler is called for the route of the request only. If it decides, no answer that API Gateway may replay
 * opens another route.
 *
 * One object for each authorizer, and so for each execution environment. It starts with the option `handlerDecides`, and
 * learns when the handler first refuses a caller or adds something. It never unlearns. A function of the options that
 * refuses a caller counts as the handler.
 */
export class HandlerRole {
  /** The option `handlerDecides`. */
  readonly isDeclared: boolean;
  #decides: boolean;

  constructor(isDeclared: boolean) {
    this.isDeclared = isDeclared;
    this.#decides = isDeclared;
  }

  get decides(): boolean {
    return this.#decides;
  }

  /** Notes that the handler refused a caller or added something to an answer. */
  decided(): void {
    this.#decides = true;
  }
}
