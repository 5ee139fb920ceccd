import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import ts from 'typescript-api';
import {
  type AuthorizerOptions,
  auth0Authorizer,
  type PolicyDocument,
  REFUSALS,
  type RefusalCode,
} from '../../lib/index.ts';
import { createTestIssuer, decide, restRequestEvent, type TestAllow } from '../../lib/testing.ts';
import { documents, markdownOf, pages } from '../../scripts/docs/documents.ts';
import { sectionNames, sectionsOf, withGeneratedSections } from '../../scripts/docs/generated.ts';
import { quotedFiles, withoutQuotedFiles } from '../../scripts/docs/quoted.ts';
import { exportedType, membersOf, ROOT } from '../../scripts/docs/type-reader.ts';
import { middy } from '../support/middy.ts';
import { checkHcl, checkJson, checkLogsInsights, checkShell, checkYaml, runBlock } from './check-block.ts';
import { compileErrors, isCdk } from './compile-blocks.ts';
import { type CodeBlock, codeBlocks, linksOf } from './markdown.ts';

const CODE = ['ts', 'js'];

/** The check of each other language. `text` is for what cannot be checked. */
const CHECKS: Readonly<Record<string, (block: CodeBlock) => void>> = {
  sh: checkShell,
  json: checkJson,
  jsonc: checkJson,
  yaml: checkYaml,
  hcl: checkHcl,
  'logs-insights': checkLogsInsights,
  text: () => {},
};

for (const document of documents()) {
  describe(document, function () {
    this.timeout(120_000);
    // `npm run examples` checks the files that are quoted.
    const blocks = codeBlocks(withoutQuotedFiles(markdownOf(document)));
    const code = blocks.filter(({ language }) => CODE.includes(language));
    let folder: string;

    before(() => {
      folder = fs.mkdtempSync(path.join(os.tmpdir(), 'document-'));
    });
    after(() => fs.rmSync(folder, { recursive: true, force: true }));

    it('uses only languages with a check for its code blocks', () => {
      expect([...CODE, ...Object.keys(CHECKS)]).to.include.members(blocks.map(({ language }) => language));
    });

    it('compiles as TypeScript of a user of the package', () => {
      expect(compileErrors(code.filter(({ language }) => language === 'ts'))).to.deep.equal([]);
    });

    for (const block of code.filter((each) => !isCdk(each))) {
      it(`runs the code at line ${block.line}, which allows nobody without a token`, async () => {
        await runBlock(block, folder);
      });
    }

    for (const block of blocks.filter(({ language }) => Object.hasOwn(CHECKS, language))) {
      it(`has a valid ${block.language} block at line ${block.line}`, () => CHECKS[block.language]?.(block));
    }
  });
}

describe('generated tables in the documents', function () {
  this.timeout(120_000);

  it('are all used', () => {
    const used = documents().flatMap((document) => sectionsOf(markdownOf(document)));
    expect(used).to.have.members(sectionNames());
  });

  it('are up to date (npm run docs)', () => {
    for (const document of documents()) {
      const markdown = markdownOf(document);
      expect(withGeneratedSections(markdown), document).to.equal(markdown);
    }
  });

  it('quote files of examples/ only, which are checked by npm run examples', () => {
    const quoted = documents().flatMap((document) => quotedFiles(markdownOf(document)));
    expect(quoted).not.to.be.empty;
    expect(quoted.filter((file) => !file.startsWith('examples/'))).to.deep.equal([]);
  });

  it('name exactly the options of auth0Authorizer', async () => {
    const { auth0Authorizer } = (await import('../../lib/index.ts')) as {
      auth0Authorizer: (options: object) => unknown;
    };
    let known: readonly string[] = [];
    try {
      auth0Authorizer({ 'no such option': true });
    } catch (error) {
      known = /known options: (?<names>.*)$/.exec(String(error))?.groups?.['names']?.split(', ') ?? [];
    }
    const members = membersOf(
      exportedType(path.join(ROOT, 'lib/authorizer/options.ts'), 'AuthorizerOptions'),
    );
    const typed = members.map((member) => member.path).filter((name) => !/[.[<]/.test(name));
    expect(known).to.have.members(typed);
  });
});

describe('the pages', () => {
  it('keep the README within 200 lines', () => {
    expect(markdownOf('README.md').split('\n').length).to.be.at.most(200);
  });

  it('are numbered from 1 without gaps', () => {
    const numbers = pages().map((page) => Number(/^docs\/(?<number>\d\d)-/.exec(page)?.groups?.['number']));
    expect(numbers).to.deep.equal(pages().map((_, at) => at + 1));
  });

  it('are all listed in the README and in llms.txt', () => {
    for (const index of ['README.md', 'llms.txt']) {
      expect(linksOf(markdownOf(index)), index).to.include.members([...pages()]);
    }
  });

  it('show a log line with the advice of its code', () => {
    const lines = codeBlocks(markdownOf('docs/08-logs-and-codes.md'))
      .filter(({ language, code }) => language === 'json' && code.includes('"decision"'))
      .map(({ code }) => JSON.parse(code) as { refusal: RefusalCode; advice: string });
    expect(lines).not.to.be.empty;
    for (const { refusal, advice } of lines) expect(advice).to.equal(REFUSALS[refusal].advice);
  });

  it('show a policy that the authorizer writes for the options above it', async () => {
    const [shown] = codeBlocks(markdownOf('docs/04-caching.md'))
      .filter(({ language }) => language === 'jsonc')
      .map(({ code }) => ts.parseConfigFileTextToJson('policy.json', code).config as PolicyDocument);
    const issuer = createTestIssuer();
    const options: AuthorizerOptions = {
      routes: {
        'GET /orders': { scopes: ['read:orders'] },
        'GET /orders/{id}': { scopes: ['read:orders'] },
        'POST /orders': { scopes: ['write:orders'] },
      },
      undeclared: 'deny',
    };
    const handler = middy().use(auth0Authorizer({ ...options, ...issuer.options, logger: false }));
    const token = issuer.token({ scope: 'read:orders' });
    const { answer } = (await decide(handler, restRequestEvent({ token }))) as TestAllow;
    const [allow, deny] = (answer as { policyDocument: PolicyDocument }).policyDocument.Statement;
    expect(shown?.Statement[0]).to.deep.equal(allow);
    expect(deny).to.include({ Action: shown?.Statement[1]?.Action, Effect: 'Deny' });
    expect(deny?.Resource).to.include.members([shown?.Statement[1]?.Resource ?? ''].flat());
  });
});
