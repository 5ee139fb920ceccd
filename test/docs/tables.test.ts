import fs from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { withGeneratedSections } from '../../scripts/docs/generated.ts';
import { costsTable } from '../../scripts/docs/measured.ts';
import { quotedFiles, withoutQuotedFiles } from '../../scripts/docs/quoted.ts';
import { codesTable, logLineTable, optionsTable } from '../../scripts/docs/tables.ts';
import { firstSentence } from '../../scripts/docs/type-reader.ts';

const SAMPLE = path.join(import.meta.dirname, 'fixtures/sample-options.ts');

describe('generated tables', function () {
  this.timeout(300_000);

  it('have a row for every option path, with type, unit, default and effect', () => {
    expect(optionsTable(SAMPLE, 'SampleOptions').split('\n').slice(2)).to.deep.equal([
      '| `domain` | `string \\| string[]` | required | Where tokens come from. |',
      '| `freshFor` | `number`, seconds | 600 seconds | How long e.g. a key counts as fresh. |',
      "| `answer` | `'iam' \\| 'simple'` | `'iam'` | Kind of answer. |",
      '| `routes` | `object` | none | Judges routes. |',
      '| `routes.<route>.open` | `boolean` | required | Whether anyone may call. |',
      '| `routes.<route>.ip` | `object \\| false` |  | As `ip`. |',
      "| `others` | `object` | `'none'` at all | Judges everybody else. |",
      '| `others.ip` | `object` | that of `ip` | Addresses of others. |',
      '| `others.ip.allow` | `string[]` | required | The only ones. |',
      "| `others.ip.note` | `'a' \\| string \\| false` | no note | Told by both. |",
      '| `others.ip.ask` | `function` | required | Says who may. |',
      '| `others.ip.seen` | `URL` | required | Seen by each. |',
      '| `store` | `SampleStore` | none | Where keys are kept. |',
      "| `keys` | `object[]` | none | Somebody else's format. |",
      '| `leaves` | `number`, seconds | required | Goes away after that many seconds. |',
      '| `ip` | `object \\| false` | no check | Addresses that may call. Has the options of `others.ip`. |',
    ]);
  });

  it('refuse options without docstring or default, and name all of them', () => {
    expect(() => optionsTable(SAMPLE, 'UndocumentedOptions')).to.throw(
      /silent: no @default\nouter\.inner: no docstring/,
    );
  });

  it('report a type that does not exist', () => {
    expect(() => optionsTable(SAMPLE, 'NoSuchOptions')).to.throw('exports no NoSuchOptions');
  });

  it('list refusals with their status, and faults as 5xx', () => {
    const rows = codesTable().split('\n');
    expect(rows.some((row) => row.startsWith('| `token_expired` | 401 | '))).to.equal(true);
    expect(rows.some((row) => row.startsWith('| `keys_unavailable` | 5xx | '))).to.equal(true);
  });

  it('list the fields of the log line, with long unions shortened', () => {
    expect(logLineTable()).to.match(/^\| `refusal` \| `string` \|/m);
    expect(logLineTable()).to.match(/^\| `coldStart` \| `boolean` \|/m);
  });

  it('replace the text between their markers, and nothing else', () => {
    const text = 'before\n<!-- codes:start -->\nold\n<!-- codes:end -->\nafter\n';
    const fresh = withGeneratedSections(text);
    expect(fresh).to.equal(`before\n<!-- codes:start -->\n\n${codesTable()}\n\n<!-- codes:end -->\nafter\n`);
    expect(withGeneratedSections(fresh)).to.equal(fresh);
    expect(withGeneratedSections('<!-- codes:start -->\n<!-- codes:end -->')).to.include('token_expired');
  });

  it('summarise the costs in five rows of measured figures', () => {
    const rows = costsTable().split('\n').slice(2);
    expect(rows).to.have.length(5);
    for (const row of rows) expect(row).to.match(/^\| [^|]+(?:\| [\d.]+ ){4}\|$/);
  });

  it('refuse a marker without a generator', () => {
    expect(() => withGeneratedSections('<!-- nothing:start -->\n<!-- nothing:end -->')).to.throw('"nothing"');
  });

  it('take the first sentence, past abbreviations and dots in names', () => {
    expect(firstSentence('Reads `a.b` e.g. once.\nThen more.')).to.equal('Reads `a.b` e.g. once.');
    expect(firstSentence('No full stop')).to.equal('No full stop');
  });
});

describe('quoted files', () => {
  it('replace what is between their markers by a code block', () => {
    const file = 'test/docs/fixtures/sample-options.ts';
    const text = `before\n<!-- file ${file} -->\nold\n<!-- end of file -->\nafter\n`;
    const fresh = withGeneratedSections(text);
    expect(fresh).to.equal(
      `before\n<!-- file ${file} -->\n\n\`\`\`ts\n${fs.readFileSync(SAMPLE, 'utf8')}\`\`\`\n\n<!-- end of file -->\nafter\n`,
    );
    expect(withGeneratedSections(fresh)).to.equal(fresh);
    expect(quotedFiles(fresh)).to.deep.equal([file]);
  });

  it('must exist, and have an extension with a known language', () => {
    const quote = (file: string) => () =>
      withGeneratedSections(`<!-- file ${file} -->\n<!-- end of file -->`);
    expect(quote('examples/nothing.ts')).to.throw('ENOENT');
    expect(quote('LICENSE')).to.throw('LICENSE');
  });

  it('can be left out, with the line numbers unchanged', () => {
    const text = 'a\n<!-- file x.ts -->\n\n```ts\nold\n```\n\n<!-- end of file -->\nb\n';
    expect(withoutQuotedFiles(text)).to.equal(`a\n${'\n'.repeat(7)}b\n`);
  });
});
