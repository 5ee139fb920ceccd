import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { markdownOf } from '../../scripts/docs/documents.ts';
import { folderWithPackage } from '../support/new-projects.ts';

const COMMAND_LINE = path.resolve(import.meta.dirname, '../../lib/cli/main.ts');

/** The commands run in a shell. In place of a published package, those of this checkout run. The tests of projects run elsewhere. */
const SHELL = `set -u
npx() {
  [ "$1" = middy-auth0-authorizer ] || return 127
  shift
  '${process.execPath}' '${COMMAND_LINE}' "$@"
  echo "exit code $?"
}
npm() { :; }
`;

describe('docs/01-getting-started.md', function () {
  this.timeout(60_000);

  it('has commands that write a project, check it and explain its answers as the page says', () => {
    const [, section = ''] =
      /\n## 2\. A project\n(.*?)\n### /s.exec(markdownOf('docs/01-getting-started.md')) ?? [];
    const blocks = [...section.matchAll(/```(\w+)\n(.*?)```/gs)].map(([, language, code = '']) => ({
      language,
      code,
    }));
    const commands = blocks.filter(({ language }) => language === 'sh').map(({ code }) => code);
    const folder = folderWithPackage();
    try {
      const { stdout, stderr } = spawnSync('sh', ['-c', SHELL + commands.join('')], {
        cwd: folder,
        encoding: 'utf8',
      });
      expect(stdout, stderr).to.match(/^wrote \.gitignore, app\.ts, /);
      expect(stdout).to.include('\n0 errors, 0 warnings\n');
      const shown = blocks.filter(({ language }) => language === 'text').map(({ code }) => code);
      expect(shown).to.have.lengthOf(1);
      for (const text of shown) expect(stdout).to.include(text);
      expect(stdout.match(/^exit code \d$/gm)).to.deep.equal([
        'exit code 0',
        'exit code 0',
        'exit code 0',
        'exit code 1',
      ]);
    } finally {
      fs.rmSync(folder, { recursive: true });
    }
  });
});
