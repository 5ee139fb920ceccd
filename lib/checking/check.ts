import type { AuthorizerOptions } from '../authorizer/options.ts';
import type { AuthorizerEnvironment } from '../authorizer/settings.ts';
import { OptionError } from '../decision/errors.ts';
import { type AnalysedOptions, analyseOptions } from './analyse-options.ts';
import { appSync } from './checks/appsync.ts';
import { authorizersOfApi } from './checks/authorizers.ts';
import { guards } from './checks/guards.ts';
import { identitySources } from './checks/identity-sources.ts';
import { missingRoutes } from './checks/missing-routes.ts';
import { preflights } from './checks/preflights.ts';
import { resourcePolicy } from './checks/resource-policy.ts';
import { responseFormat } from './checks/response-format.ts';
import { ttls } from './checks/ttl.ts';
import { undeclaredRoutes } from './checks/undeclared-routes.ts';
import { chosenApis } from './chosen-apis.ts';
import type { DeployedApi } from './deployed-api.ts';
import type { SourceDocument } from './documents/document.ts';
import { type Finding, undecided } from './finding.ts';
import type { DocumentFormat } from './readers/format.ts';
import type { Parameters } from './readers/intrinsics.ts';
import { readApis } from './readers/read-apis.ts';
import { type Assumptions, type Check, subjectOf } from './subject.ts';

/** One aspect each, in the order in which findings are shown. */
const CHECKS: readonly Check[] = [
  authorizersOfApi,
  undeclaredRoutes,
  missingRoutes,
  guards,
  preflights,
  responseFormat,
  identitySources,
  ttls,
  resourcePolicy,
];

/** What `check` compares. */
export interface CheckInput {
  /** The module of the options, for findings about them. */
  readonly file: string;
  readonly options: AuthorizerOptions;
  readonly environment: AuthorizerEnvironment;
  readonly documents: readonly GivenDocument[];
  /** Key of `apis` that the documents deploy. */
  readonly api?: string | undefined;
  /** Name of the API in the documents; default: all with a Lambda authorizer. */
  readonly resource?: string | undefined;
  /** Values of parameters of the template. */
  readonly parameters?: ReadonlyMap<string, string>;
  readonly assumptions: Assumptions;
}

export interface GivenDocument {
  readonly option: DocumentFormat['option'];
  readonly document: SourceDocument;
}

/** What `check` found. */
export interface CheckResult {
  readonly findings: readonly Finding[];
  /** The options for each API; empty if they make no sense. */
  readonly options: readonly AnalysedOptions[];
  /** The APIs of the documents that the options were compared with. */
  readonly checked: readonly DeployedApi[];
}

/**
 * Checks options by themselves, and against the documents that deploy them.
 *
 * @throws {DocumentError} for a document of no known format
 * @throws {OptionError} `--api` or `--resource`, if they name nothing, or are needed
 */
export function check(input: CheckInput): CheckResult {
  const { documents } = input;
  let options: readonly AnalysedOptions[];
  try {
    options = analyseOptions(input.options, input.environment);
  } catch (error) {
    if (!(error instanceof OptionError)) throw error;
    return { findings: [invalidOptions(input.file, error)], options: [], checked: [] };
  }
  if (documents.length === 0) return { findings: [], options, checked: [] };
  const own = optionsOf(options, input.api);
  const parameters: Parameters = input.parameters ?? new Map();
  const apis = documents.flatMap(({ document, option }) => readApis(document, option, parameters));
  const checked = chosenApis(apis, input.resource);
  const findings = checked.flatMap((api) => [
    ...api.open.map(undecided),
    ...findingsFor(own, api, input.assumptions),
  ]);
  return { findings: checked.length === 0 ? noApi(documents) : findings, options, checked };
}

function invalidOptions(file: string, { option, advice }: OptionError): Finding {
  return {
    code: 'invalid_options',
    severity: 'error',
    place: { file, path: option, line: null },
    problem: `The authorizer would not start: \`${option}\` ${advice}.`,
    change: `Correct \`${option}\`.`,
  };
}

/** The options for the API that the documents deploy. */
function optionsOf(all: readonly AnalysedOptions[], api: string | undefined): AnalysedOptions {
  const found = all.find((one) => one.api === (api ?? null));
  if (found !== undefined) return found;
  const keys = all.flatMap((one) => (one.api === null ? [] : [`'${one.api}'`]));
  throw new OptionError(
    '--api',
    keys.length === 0
      ? 'has no meaning for options without `apis`: leave it out'
      : `name the key of \`apis\` that the document deploys: ${keys.join(', ')}`,
  );
}

function* findingsFor(
  options: AnalysedOptions,
  api: DeployedApi,
  assumptions: Assumptions,
): Iterable<Finding> {
  if ('providers' in api) {
    yield* appSync(options, api);
    return;
  }
  const subject = subjectOf(options, api, assumptions);
  for (const one of CHECKS) yield* one(subject);
}

function noApi(documents: readonly GivenDocument[]): readonly Finding[] {
  return documents.map(({ document: { file } }) => ({
    code: 'no_api',
    severity: 'error',
    place: { file, path: '', line: null },
    problem: 'The document contains no API.',
    change: 'Name the document that makes the API, or the folder of all templates that `cdk synth` wrote.',
  }));
}
