import { costsTable, measuredTable } from './measured.ts';
import { comparedPolicies, compileTimesTable, exactPolicies, policiesInShort } from './measured-policies.ts';
import { openQuestionsTable } from './open-questions.ts';
import { withQuotedFiles } from './quoted.ts';
import { codesTable, logLineTable, logQueries, optionsTable, remediesTable } from './tables.ts';
import { mutationTable, testedInShort, testedTable, vectorsTable } from './tested.ts';

/** What can be generated into a Markdown file, by the name in its markers. */
const GENERATORS: Readonly<Record<string, () => string>> = {
  options: optionsTable,
  codes: codesTable,
  remedies: remediesTable,
  'log-line': logLineTable,
  queries: logQueries,
  'open-questions': openQuestionsTable,
  costs: costsTable,
  fleet: () => measuredTable('fleet.md'),
  'revocations-list': () => measuredTable('revocations.md', 'List'),
  'revocations-fleet': () => measuredTable('revocations.md', 'Fleet'),
  rules: () => measuredTable('rules.md'),
  'explore-times': () => measuredTable('explore.md'),
  'openapi-documents': () => measuredTable('openapi.md'),
  binding: () => measuredTable('binding.md'),
  'policies-absent': () => exactPolicies('absent'),
  'policies-deny': () => exactPolicies('deny'),
  'policies-compared': comparedPolicies,
  'policies-in-short': policiesInShort,
  'policy-times': compileTimesTable,
  'bench-warm': () => measuredTable('results.md', 'Warm'),
  'bench-cold': () => measuredTable('results.md', 'Cold'),
  'cold-bundled': () => measuredTable('cold.md', 'Bundled'),
  tested: testedTable,
  vectors: vectorsTable,
  mutants: mutationTable,
  'tested-in-short': testedInShort,
  'cold-packages': () => measuredTable('cold.md', 'Packages'),
};

const SECTION = /(?<open><!-- (?<name>[a-z-]+):start -->\n)[\s\S]*?(?<close>\n?<!-- \k<name>:end -->)/g;

/** Names of the generated sections of a Markdown text, in its order. */
export function sectionsOf(markdown: string): readonly string[] {
  return [...markdown.matchAll(SECTION)].map((match) => match.groups?.['name'] ?? '');
}

/** Names of all sections that can be generated. */
export function sectionNames(): readonly string[] {
  return Object.keys(GENERATORS);
}

/**
 * Regenerates everything between `<!-- NAME:start -->` and `<!-- NAME:end -->`, and the files that the text quotes.
 *
 * @throws {Error} for a marker without a generator, and for a file that does not exist
 */
export function withGeneratedSections(markdown: string): string {
  return withQuotedFiles(markdown).replace(SECTION, (_, ...rest) => {
    const { open, name, close } = rest.at(-1) as Record<'open' | 'name' | 'close', string>;
    const generate = GENERATORS[name];
    if (!generate) throw new Error(`no generator for the section "${name}"`);
    return `${open}\n${generate()}\n\n${close.trimStart()}`;
  });
}
