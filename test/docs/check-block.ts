import { execFile, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import ts from 'typescript-api';
import { parseAllDocuments } from 'yaml';
import { exportedType, membersOf, ROOT } from '../../scripts/docs/type-reader.ts';
import { encryptionPair } from '../support/encryption.ts';
import { npmScripts } from './compile-blocks.ts';
import { fieldsOf } from './logs-insights.ts';
import type { CodeBlock } from './markdown.ts';

/** Fields that Powertools Logger adds to each line. */
const POWERTOOLS_FIELDS = [
  ...['level', 'message', 'timestamp', 'service', 'sampling_rate', 'xray_trace_id', 'correlation_id'],
  ...['cold_start', 'function_name', 'function_arn', 'function_memory_size', 'function_request_id'],
];

/**
 * Runs a TypeScript or JavaScript block in its own process, as a module outside the repository.
 *
 * @param more - environment variables
 */
export async function runBlock(
  block: CodeBlock,
  folder: string,
  more: Readonly<Record<string, string>> = {},
): Promise<void> {
  const file = path.join(folder, `block-at-line-${block.line}.${block.language === 'js' ? 'mjs' : 'mts'}`);
  fs.writeFileSync(file, block.code);
  const { NODE_V8_COVERAGE: _, ...env } = process.env;
  const options = {
    cwd: ROOT,
    timeout: 30_000,
    env: {
      ...env,
      AUTH0_DOMAIN: 'tenant.eu.auth0.com',
      AUTH0_AUDIENCE: 'https://api.example.com/',
      // A key pair takes some tenths of a second to make.
      ...(block.code.includes('DECRYPTION_KEYS') ? { DECRYPTION_KEYS: decryptionKeys() } : {}),
      ...more,
    },
  };
  await promisify(execFile)(
    process.execPath,
    [path.join(import.meta.dirname, 'run-block.ts'), file],
    options,
  );
}

/**
 * Checks that a shell block is valid Bash, runs existing npm scripts, and spells the package's name right. After `cd` to an
 * example, its scripts exist too.
 *
 * @param known - names of the scripts. Default: those of the repository
 */
export function checkShell({ code }: CodeBlock, known: ReadonlySet<string> = npmScripts()): void {
  const bash = spawnSync('bash', ['-n'], { input: code, encoding: 'utf8' });
  expect(bash.status, bash.stderr).to.equal(0);
  const run = [...code.matchAll(/\bnpm (?:run |(?=test\b|start\b))(?<script>[\w:-]+)/g)];
  const [, example] = /^cd (examples\/[\w-]+)$/m.exec(code) ?? [];
  const scripts = new Set([...known, ...(example === undefined ? [] : npmScripts(example))]);
  for (const { groups } of run) expect(scripts).to.include(groups?.['script']);
  for (const [name] of code.matchAll(/[\w-]*auth0-authori[sz]er[\w-]*/g)) {
    expect(name).to.equal('middy-auth0-authorizer');
  }
}

/** Parses JSON, with comments in a `jsonc` block. A log line may have only fields of {@link LogLine}. */
export function checkJson({ code, language }: CodeBlock): void {
  const { config, error } = ts.parseConfigFileTextToJson('block.json', code);
  expect(error && ts.flattenDiagnosticMessageText(error.messageText, '\n')).to.equal(undefined);
  const value: unknown = language === 'json' ? JSON.parse(code) : config;
  if (isLogLine(value)) {
    expect([...logFields(), ...POWERTOOLS_FIELDS]).to.include.members(Object.keys(value));
  }
}

/** A list of one private key, as users keep it. */
function decryptionKeys(): string {
  return JSON.stringify([encryptionPair().privateKey]);
}

function isLogLine(value: unknown): value is object {
  return typeof value === 'object' && value !== null && 'decision' in value && 'durationMs' in value;
}

/** Parses YAML. Unknown tags, such as CloudFormation's `!Ref`, are accepted. */
export function checkYaml({ code }: CodeBlock): void {
  for (const document of parseAllDocuments(code)) {
    if ('errors' in document) expect(document.errors.map(String)).to.deep.equal([]);
  }
}

/** Checks HCL without a parser: brackets and quotes pair up. */
export function checkHcl({ code }: CodeBlock): void {
  const bare = code
    .replace(/"(?:[^"\\\n]|\\.)*"/g, '')
    .replace(/(?:#|\/\/).*$/gm, '')
    .replace(/\/\*[\s\S]*?\*\//g, '');
  expect(bare, 'an unpaired quote').not.to.include('"');
  const open: string[] = [];
  for (const [bracket] of bare.matchAll(/[{}[\]()]/g)) {
    if ('{[('.includes(bracket)) open.push(bracket);
    else expect(`${open.pop()}${bracket}`).to.be.oneOf(['{}', '[]', '()']);
  }
  expect(open).to.deep.equal([]);
}

/** Checks that a Logs Insights query names only fields of the log line. */
export function checkLogsInsights({ code }: CodeBlock): void {
  const fields = [...fieldsOf(code)];
  expect(fields, 'a query that names no field').not.to.be.empty;
  expect([...logFields(), ...POWERTOOLS_FIELDS]).to.include.members(fields);
}

let fields: readonly string[] | undefined;

function logFields(): readonly string[] {
  fields ??= membersOf(exportedType(path.join(ROOT, 'lib/middlewares/log-line.ts'), 'LogLine'))
    .map((member) => member.path)
    .filter((name) => !/[.[<]/.test(name));
  return fields;
}
