import { auth0Authorizer } from '../../authorizer/auth0-authorizer.ts';
import type { AuthorizerOptions } from '../../authorizer/options.ts';
import { optionsOfApi } from '../../authorizer/options-of-api.ts';
import { unproven } from '../../binding/unproven.ts';
import type { GatewayKind } from '../../gateways/gateway.ts';
import {
  type Caching,
  type LambdaFunction,
  type LocalGateway,
  startLocalGateway,
} from '../../local-gateway/local-gateway.ts';
import { personasFor } from '../../personas/personas.ts';
import { TestTenant } from '../../personas/test-tenant.ts';
import type { TestIssuer } from '../../testing/test-issuer.ts';
import { importModule, optionsIn } from '../options-module.ts';
import type { Output } from '../output.ts';
import { FreshModules } from './fresh-modules.ts';
import { localApi } from './local-api.ts';
import { noticePrinter, printDecision, printExchange } from './print.ts';
import { shellLines } from './shell-lines.ts';
import { byVariable } from './shell-variables.ts';
import { type FileWatch, watchFiles } from './watch-files.ts';

export interface DevSettings {
  /** The module that exports `options`. */
  readonly file: string;
  /** Name of the export; default: `options`, else `default`. */
  readonly exportName?: string | undefined;
  readonly gateway: GatewayKind;
  /** 0 = a free port. */
  readonly port: number;
  readonly cache: boolean;
  /** The key in `apis`; `undefined` if the options have no such option. */
  readonly api?: string | undefined;
}

/** A running local API. */
export interface DevSession {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Starts the API, and starts it again when a file of the module changes: on the same port, with the same tokens. If the
 * changed module cannot be used, the API stays as it was.
 *
 * @throws {OptionError} if the module cannot be used at first
 */
export async function startDev(settings: DevSettings, out: Output, err: Output): Promise<DevSession> {
  const session = new Session(settings, out, err);
  await session.begin();
  return session;
}

class Session implements DevSession {
  readonly #settings: DevSettings;
  readonly #out: Output;
  readonly #err: Output;
  readonly #modules = new FreshModules();
  readonly #tenant = new TestTenant();
  #gateway: LocalGateway | null = null;
  #watch: FileWatch | null = null;
  /** The latest start, in any way that it ended. */
  #started: Promise<unknown> = Promise.resolve();
  #isClosed = false;

  constructor(settings: DevSettings, out: Output, err: Output) {
    this.#settings = settings;
    this.#out = out;
    this.#err = err;
  }

  get url(): string {
    return (this.#gateway as LocalGateway).url;
  }

  async begin(): Promise<void> {
    try {
      await this.#start();
    } catch (error) {
      await this.close();
      throw error;
    }
    this.#watchModule();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#watch?.close();
    // A start that is under way opens another gateway.
    await this.#started;
    this.#modules.close();
    await this.#gateway?.close();
  }

  #watchModule(): void {
    this.#watch = watchFiles(this.#modules.files, async () => {
      this.#out.write('\nchanged\n');
      this.#started = this.#start().catch((error: Error) => {
        this.#err.write(`${error.message}\nThe API stays as it was.\n`);
      });
      await this.#started;
      if (!this.#isClosed) this.#watchModule();
    });
  }

  async #start(): Promise<void> {
    const { gateway: kind, cache, api: key } = this.#settings;
    const { options: all, personas } = await this.#loaded();
    const options = optionsOfApi(all, key);
    const issuer = this.#tenant.issuerFor(options);
    const authorizer = await this.#authorizer(options, issuer);
    const api = localApi(options, kind, cache);
    // All that can fail because of the module comes before the running API is closed.
    const tokens = this.#tenant.tokensFor(issuer, byVariable(personasFor(options, personas)));
    const port = this.#gateway === null ? this.#settings.port : Number(new URL(this.url).port);
    await this.#gateway?.close();
    this.#gateway = await startLocalGateway({
      ...api,
      port,
      authorizer,
      onExchange: (exchange) => printExchange(this.#out, exchange),
    });
    const lines = shellLines(this.url, api, options.tokenSource, tokens);
    this.#out.write(`${this.url}  ${kind}, ${cachingText(api.caching)}\n\n${lines}\n`);
  }

  /** @throws {OptionError} */
  async #loaded(): Promise<{ readonly options: AuthorizerOptions; readonly personas: unknown }> {
    const { file, exportName } = this.#settings;
    const exports = await importModule(file, 'module', (full) => this.#modules.load(full));
    return { options: optionsIn(exports, exportName), personas: exports['personas'] };
  }

  async #authorizer(options: AuthorizerOptions, issuer: TestIssuer): Promise<LambdaFunction> {
    const { default: middy } = await import('@middy/core');
    // The tokens of the local API are neither encrypted nor bound, and the mode 'required' would refuse them.
    const { decryption: _, dpop, mtls, ...others } = options;
    const chain = auth0Authorizer({
      ...others,
      ...(dpop === undefined ? {} : { dpop: unproven(dpop) }),
      ...(mtls === undefined ? {} : { mtls: unproven(mtls) }),
      ...issuer.options,
      logger: options.logger ?? noticePrinter(this.#out),
      onDecision: (decision, facts) => {
        printDecision(this.#out, decision);
        return options.onDecision?.(decision, facts);
      },
    });
    return middy(() => true).use(chain) as LambdaFunction;
  }
}

/** AppSync has no identity sources: its key is the token. */
function cachingText({ ttl, identitySources }: Caching): string {
  if (ttl === 0) return 'not cached';
  return `cached for ${ttl} s under ${identitySources.length === 0 ? 'the token' : identitySources.join(', ')}`;
}
