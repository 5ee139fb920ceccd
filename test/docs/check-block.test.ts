import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { checkHcl, checkJson, checkLogsInsights, checkShell, checkYaml, runBlock } from './check-block.ts';
import { compileErrors, isCdk } from './compile-blocks.ts';
import { fieldsOf } from './logs-insights.ts';
import type { CodeBlock } from './markdown.ts';

const block = (language: string, code: string): CodeBlock => ({ language, code, line: 10 });

async function failureOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(() => '', String);
}

describe('the checks of code blocks', function () {
  this.timeout(300_000);
  let folder: string;

  before(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'blocks-'));
  });
  after(() => fs.rmSync(folder, { recursive: true, force: true }));

  it('compile TypeScript strictly, with the package under its own name', () => {
    const good = block('ts', "import middy from '@middy/core';\nexport const handler = middy();\n");
    const bad = {
      ...block('ts', "import * as own from 'middy-auth0-authorizer';\nown.noSuchName;\n"),
      line: 30,
    };
    const implicit = { ...block('ts', 'export const f = (x) => x;\n'), line: 50 };
    const errors = compileErrors([good, bad, implicit]);
    expect(errors.map((error) => error.slice(0, 8))).to.deep.equal(['line 32:', 'line 51:']);
    expect(errors[0]).to.include('noSuchName');
  });

  it('compile CDK code against the real types, and report a misspelt property', () => {
    const cdk = (property: string) => `
      import { App, Duration, Stack } from 'aws-cdk-lib';
      import { HttpLambdaAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
      import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
      const handler = new NodejsFunction(new Stack(new App(), 'Api'), 'Authorizer', { entry: 'authorizer.ts' });
      new HttpLambdaAuthorizer('Auth0', handler, { ${property}: Duration.minutes(5) });
    `;
    expect(isCdk(block('ts', cdk('')))).to.equal(true);
    expect(compileErrors([block('ts', cdk('resultsCacheTtl'))])).to.deep.equal([]);
    expect(compileErrors([block('ts', cdk('cacheTtl'))])).to.have.length(1);
  });

  it('run code as an installed module, with the network off and the environment variables set', async () => {
    const good = "if (!process.env['AUTH0_DOMAIN']) throw new Error('no domain');\nawait import('jose');\n";
    expect(await failureOf(runBlock(block('ts', good), folder))).to.equal('');
    expect(await failureOf(runBlock(block('ts', "throw new Error('as written');\n"), folder))).to.include(
      'as written',
    );
    const online = "import net from 'node:net';\nnet.connect(443, 'example.com');\n";
    expect(await failureOf(runBlock(block('js', online), folder))).to.include('the network is off');
  });

  it('refuse a handler that allows a caller without a token', async () => {
    const open = 'export const handler = async () => ({ isAuthorized: true });\n';
    expect(await failureOf(runBlock(block('ts', open), folder))).to.include('without a token');
    const shut = "export const handler = async () => { throw new Error('Unauthorized'); };\n";
    expect(await failureOf(runBlock(block('ts', shut), folder))).to.equal('');
  });

  it('report unknown scripts and misspelt package names in shell blocks', () => {
    checkShell(block('sh', 'npm ci && npm test\nnpm run build\nnpm i middy-auth0-authorizer @middy/core\n'));
    expect(() => checkShell(block('sh', 'npm run no-such-script\n'))).to.throw('no-such-script');
    checkShell(block('sh', 'cd examples/cdk-rest\nnpm run synth\n'));
    expect(() => checkShell(block('sh', 'npm run synth\n'))).to.throw('synth');
    expect(() => checkShell(block('sh', 'npm i middy-auth0-authoriser\n'))).to.throw('authoriser');
    expect(() => checkShell(block('sh', 'if true; then\n'))).to.throw('syntax error');
  });

  it('parse JSON, and report unknown fields of a log line', () => {
    checkJson(
      block('json', '{ "decision": "deny", "durationMs": 1, "refusal": "token_expired", "level": "WARN" }'),
    );
    checkJson(block('jsonc', '{ "a": 1, // one\n}'));
    expect(() => checkJson(block('json', '{ "a": 1, }'))).to.throw();
    expect(() => checkJson(block('jsonc', '{ "a" 1 }'))).to.throw();
    expect(() => checkJson(block('json', '{ "decision": "deny", "durationMs": 1, "reason": "x" }'))).to.throw(
      'reason',
    );
  });

  it('parse YAML with the tags of CloudFormation', () => {
    checkYaml(block('yaml', 'Resources:\n  A:\n    Arn: !GetAtt Fn.Arn\n    Sub: !Sub "${A}"\n'));
    expect(() => checkYaml(block('yaml', 'a: [1, 2\nb: 3\n'))).to.throw();
  });

  it('report unpaired brackets and quotes in HCL', () => {
    checkHcl(block('hcl', 'resource "aws_x" "y" {\n  ttl = max(1, 2) # } not\n  s = ["a}", "\\""]\n}\n'));
    expect(() => checkHcl(block('hcl', 'resource "aws_x" "y" {\n'))).to.throw();
    expect(() => checkHcl(block('hcl', 'a = [1, 2)\n'))).to.throw();
    expect(() => checkHcl(block('hcl', 'a = "b\n'))).to.throw('unpaired quote');
  });

  it('find the fields in a Logs Insights query, and report unknown ones', () => {
    const query = `
      # why callers are refused
      fields @timestamp, refusal, error.name, concat(route, ' as text') as place
      | filter decision = "deny" and rule like /country/ and ispresent(\`clientIp\`)
      | stats count(*) as refusals, pct(durationMs, 99) by refusal, bin(5m)
      | sort refusals desc | limit 20
    `;
    expect([...fieldsOf(query)]).to.have.members([
      ...['refusal', 'error', 'route', 'decision', 'rule', 'clientIp', 'durationMs'],
    ]);
    checkLogsInsights(block('logs-insights', query));
    expect(() => checkLogsInsights(block('logs-insights', 'fields reason\n'))).to.throw('reason');
    expect(() => checkLogsInsights(block('logs-insights', 'limit 20\n'))).to.throw('names no field');
  });
});
