import type { Exploration, ExploredCaller, ExploredRoute } from '../exploration.ts';
import type { PageRequest } from '../page-data.ts';
import { type FieldResult, readClaims, readHeaders } from '../request-fields.ts';
import { UNDECLARED } from '../route-list.ts';
import { element } from './dom.ts';

/** The fields of a request. On a static page only route and caller can be chosen. */
export class RequestForm {
  readonly root = element('form', { class: 'fields' });
  readonly #data: Exploration;
  readonly #route = element('select', { id: 'request-route' });
  readonly #caller = element('select', { id: 'request-caller' });
  readonly #method = element('input', { id: 'request-method', size: 8, spellcheck: 'false' });
  readonly #path = element('input', { id: 'request-path', spellcheck: 'false' });
  readonly #claims = element('textarea', { id: 'request-claims', rows: 6, spellcheck: 'false' });
  readonly #headers = element('textarea', {
    id: 'request-headers',
    rows: 2,
    spellcheck: 'false',
    placeholder: 'name: value',
  });
  readonly #address = element('input', {
    id: 'request-address',
    spellcheck: 'false',
    placeholder: 'as in the matrix',
  });
  readonly #token = element('input', { id: 'request-token', type: 'checkbox' });

  /** @param onPick - called when a route or a caller was chosen */
  constructor(data: Exploration, isStatic: boolean, onPick: () => void) {
    this.#data = data;
    for (const [index, { key }] of data.routes.entries()) {
      this.#route.append(element('option', { value: index }, key ?? UNDECLARED));
    }
    for (const [index, { name }] of data.callers.entries()) {
      this.#caller.append(element('option', { value: index }, name));
    }
    for (const select of [this.#route, this.#caller]) {
      select.addEventListener('change', () => {
        const { route, caller } = this.picked();
        this.pick(route, caller);
        onPick();
      });
    }
    this.root.append(
      field('Route', this.#route),
      field('Caller', this.#caller),
      ...(isStatic ? [] : this.#ownFields()),
    );
  }

  pick(route: number, caller: number): void {
    const { claims } = this.#data.callers[caller] as ExploredCaller;
    const { method, path } = this.#data.routes[route] as ExploredRoute;
    this.#route.value = String(route);
    this.#caller.value = String(caller);
    this.#method.value = method ?? '';
    this.#path.value = path ?? '';
    this.#token.checked = claims !== null;
    this.#claims.value = JSON.stringify(claims ?? {}, null, 2);
  }

  picked(): { readonly route: number; readonly caller: number } {
    return { route: Number(this.#route.value), caller: Number(this.#caller.value) };
  }

  /** @throws {Error} for a field that cannot be read */
  request(): PageRequest {
    const address = this.#address.value.trim();
    return {
      claims: this.#token.checked ? valueIn(readClaims(this.#claims.value)) : null,
      method: this.#method.value.trim(),
      path: this.#path.value.trim(),
      headers: valueIn(readHeaders(this.#headers.value)),
      sourceIp: address === '' ? null : address,
    };
  }

  #ownFields(): readonly HTMLElement[] {
    const hasPath = this.#data.routes.some(({ path }) => path !== null);
    const request = hasPath ? [field('Method', this.#method), field('Path', this.#path)] : [];
    return [
      ...request,
      element('label', { class: 'check' }, this.#token, ' With a token of the test issuer'),
      field('Claims of the token', this.#claims),
      field('Further headers', this.#headers),
      field('Address of the client', this.#address),
      element('button', { type: 'submit', class: 'primary' }, 'Follow the request'),
    ];
  }
}

function field(label: string, input: HTMLElement): HTMLElement {
  return element('div', { class: 'field' }, element('label', { for: input.id }, label), input);
}

function valueIn<Value>(result: FieldResult<Value>): Value {
  if (result.kind === 'problem') throw new Error(result.text);
  return result.value;
}
