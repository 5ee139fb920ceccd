import { execFile, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import ts from 'typescript-api';
import { parseAllDocuments } from 'yaml';
import { exportedType, membersOf, ROOT } from '../../scripts/docs/type-reader.ts';
import { npmScripts } from './compile-blocks.ts';
import { fieldsOf } from './logs-insights.ts';
import type { CodeBlock } from './markdown.ts';

/** Fields that Powertools Logger adds to each line. */
const POWERTOOLS_FIELDS = [
  ...['level', 'message', 'timestamp', 'service', 'sampling_rate', 'xray_trace_id', 'correlation_id'],
  ...['cold_start', 'function_name', 'function_arn', 'function_memory_size', 'function_request_id'],
];

/** Runs a block of TypeScript or JavaScript in a process of its own, as a module that lies outside of the repository. */
export async function runBlock(block: CodeBlock, folder: string): Promise<void> {
  const file = path.join(folder, `block-at-line-${block.line}.${block.language === 'js' ? 'mjs' : 'mts'}`);
  fs.writeFileSync(file, block.code);
  const { NODE_V8_COVERAGE: _, ...env } = process.env;
  const options = {
    cwd: ROOT,
    timeout: 30_000,
    env: { ...env, AUTH0_DOMAIN: 'tenant.eu.auth0.com', AUTH0_AUDIENCE: 'https://api.example.com/' },
  };
  await promisify(execFile)(
    process.execPath,
    [path.join(import.meta.dirname, 'run-block.ts'), file],
    options,
  );
}

/** A shell block is valid Bash, each npm script that it runs exists, and it spells the package's name right. */
export function checkShell({ code }: CodeBlock): void {
  const bash = spawnSync('bash', ['-n'], { input: code, encoding: 'utf8' });
  expect(bash.status, bash.stderr).to.equal(0);
  const known = npmScripts();
  const run = [...code.matchAll(/\bnpm (?:run |(?=test\b|start\b))(?<script>[\w:-]+)/g)];
  for (const { groups } of run) expect(known).to.include(groups?.['script']);
  for (const [name] of code.matchAll(/[\w-]*auth0-authori[sz]er[\w-]*/g)) {
    expect(name).to.equal('middy-auth0-authorizer');
  }
}

/** JSON, with comments in a `jsonc` block; a line of our log has only fields that our log has. */
export function checkJson({ code, language }: CodeBlock): void {
  const { config, error } = ts.parseConfigFileTextToJson('block.json', code);
  expect(error && ts.flattenDiagnosticMessageText(error.messageText, '\n')).to.equal(undefined);
  const value: unknown = language === 'json' ? JSON.parse(code) : config;
  if (isLogLine(value)) {
    expect([...logFields(), ...POWERTOOLS_FIELDS]).to.include.members(Object.keys(value));
  }
}

function isLogLine(value: unknown): value is object {
  return typeof value === 'object' && value !== null && 'decision' in value && 'durationMs' in value;
}

/** YAML; tags that the parser does not know, such as CloudFormation's `!Ref`, are let pass. */
export function checkYaml({ code }: CodeBlock): void {
  for (const document of parseAllDocuments(code)) {
    if ('errors' in document) expect(document.errors.map(String)).to.deep.equal([]);
  }
}

/** HCL as far as it can be told without a parser for it: brackets and quotes pair up. */
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

/** A Logs Insights query names only fields that the log line has. */
export function checkLogsInsights({ code }: CodeBlock): void {
  const fields = [...fieldsOf(code)];
  expect(fields, 'a query that names no field').not.to.be.empty;
  expect([...logFields(), ...POWERTOOLS_FIELDS]).to.include.members(fields);
}

/** A Mermaid block begins with a kind of diagram, and its brackets pair up line by line. */
export function checkMermaid({ code }: CodeBlock): void {
  expect(code.trim()).to.match(/^(?:flowchart|graph|sequenceDiagram|stateDiagram-v2|classDiagram)\b/);
  for (const line of code.replace(/"[^"\n]*"/g, '').split('\n')) {
    for (const pair of ['[]', '{}']) {
      const [opened, closed] = [...pair].map((bracket) => line.split(bracket).length);
      expect(opened, line).to.equal(closed);
    }
  }
}

let fields: readonly string[] | undefined;

function logFields(): readonly string[] {
  fields ??= membersOf(exportedType(path.join(ROOT, 'lib/middlewares/log-line.ts'), 'LogLine'))
    .map((member) => member.path)
    .filter((name) => !/[.[<]/.test(name));
  return fields;
}
