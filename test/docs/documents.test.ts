import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { sectionsOf, withGeneratedSections } from '../../scripts/docs/generated.ts';
import { exportedType, membersOf, ROOT } from '../../scripts/docs/type-reader.ts';
import {
  checkHcl,
  checkJson,
  checkLogsInsights,
  checkMermaid,
  checkShell,
  checkYaml,
  runBlock,
} from './check-block.ts';
import { compileErrors, isCdk } from './compile-blocks.ts';
import { type CodeBlock, codeBlocks } from './markdown.ts';

const CODE = ['ts', 'js'];

/** What each other language of a code block is checked for. `text` is what nobody could check. */
const CHECKS: Readonly<Record<string, (block: CodeBlock) => void>> = {
  sh: checkShell,
  json: checkJson,
  jsonc: checkJson,
  yaml: checkYaml,
  hcl: checkHcl,
  'logs-insights': checkLogsInsights,
  mermaid: checkMermaid,
  text: () => {},
};

/** The documents that show code: the README, and what it leads to. */
const DOCUMENTS = ['README.md', ...fs.readdirSync(path.join(ROOT, 'docs')).map((name) => `docs/${name}`)];

const markdownOf = (document: string) => fs.readFileSync(path.join(ROOT, document), 'utf8');

for (const document of DOCUMENTS) {
  describe(document, function () {
    this.timeout(120_000);
    const blocks = codeBlocks(markdownOf(document));
    const code = blocks.filter(({ language }) => CODE.includes(language));
    let folder: string;

    before(() => {
      folder = fs.mkdtempSync(path.join(os.tmpdir(), 'document-'));
    });
    after(() => fs.rmSync(folder, { recursive: true, force: true }));

    it('has only code blocks in languages that are checked', () => {
      expect([...CODE, ...Object.keys(CHECKS)]).to.include.members(blocks.map(({ language }) => language));
    });

    it('has TypeScript that compiles for whoever installs the package', () => {
      expect(compileErrors(code.filter(({ language }) => language === 'ts'))).to.deep.equal([]);
    });

    for (const block of code.filter((each) => !isCdk(each))) {
      it(`has code at line ${block.line} that runs, and allows nobody without a token`, async () => {
        await runBlock(block, folder);
      });
    }

    for (const block of blocks.filter(({ language }) => Object.hasOwn(CHECKS, language))) {
      it(`has a valid block of ${block.language} at line ${block.line}`, () =>
        CHECKS[block.language]?.(block));
    }
  });
}

describe('The tables of README.md', function () {
  this.timeout(120_000);
  const markdown = markdownOf('README.md');

  it('are those of all options and all codes, up to date (npm run docs)', () => {
    expect(sectionsOf(markdown)).to.include.members(['options', 'codes']);
    expect(withGeneratedSections(markdown)).to.equal(markdown);
  });

  it('name exactly the options that are known at start-up', async () => {
    const { auth0Authorizer } = (await import('../../lib/index.ts')) as {
      auth0Authorizer: (options: object) => unknown;
    };
    let known: readonly string[] = [];
    try {
      auth0Authorizer({ 'no such option': true });
    } catch (error) {
      known = /known here: (?<names>.*)$/.exec(String(error))?.groups?.['names']?.split(', ') ?? [];
    }
    const members = membersOf(
      exportedType(path.join(ROOT, 'lib/authorizer/options.ts'), 'AuthorizerOptions'),
    );
    const typed = members.map((member) => member.path).filter((name) => !/[.[<]/.test(name));
    expect(known).to.have.members(typed);
  });
});
