import fs from 'node:fs/promises';
import path from 'node:path';
import type { SourceDocument } from './document.ts';
import { DocumentError } from './document-error.ts';
import { jsonDocument } from './json.ts';
import { yamlDocument } from './yaml.ts';

/** Bytes of a document at most. The largest public OpenAPI documents and Terraform plans have 15 MB. */
const MAX_BYTES = { json: 64_000_000, yaml: 16_000_000 } as const;

/** Templates of a folder at most. */
const MAX_TEMPLATES = 100;

/** Other files that a document may name. */
const MAX_RELATED = 20;

/**
 * Reads the documents of a file, or of a folder that `cdk synth` wrote.
 *
 * @param name - the path as the user wrote it, which findings show
 * @throws {DocumentError} if a document cannot be read, is too large, or is neither JSON nor YAML
 */
export async function readDocuments(name: string): Promise<readonly SourceDocument[]> {
  const found = await fs.stat(name).catch((error: NodeJS.ErrnoException) => {
    throw new DocumentError(`${name} cannot be read (${error.code})`);
  });
  if (!found.isDirectory()) return [await readDocument(name)];
  const files = (await fs.readdir(name)).filter((file) => file.endsWith('.template.json')).sort();
  if (files.length === 0) {
    throw new DocumentError(
      `${name} contains no *.template.json: name the output folder of \`cdk synth\`, or a file`,
    );
  }
  if (files.length > MAX_TEMPLATES) {
    throw new DocumentError(
      `${name} contains ${files.length} templates, more than ${MAX_TEMPLATES}: name one`,
    );
  }
  return Promise.all(files.map((file) => readDocument(path.join(name, file))));
}

async function readDocument(file: string): Promise<SourceDocument> {
  const text = await readText(file, MAX_BYTES.json);
  // All JSON is YAML, but the parser of YAML is slow and optional.
  const isJson = /^\s*[[{]/.test(text);
  if (isJson && (file.endsWith('.json') || isParsable(text))) return jsonDocument(file, text);
  refuseLonger(file, Buffer.byteLength(text), MAX_BYTES.yaml);
  const document = await yamlDocument(file, text);
  return { ...document, related: await relatedFiles(file, text) };
}

async function readText(file: string, limit: number): Promise<string> {
  try {
    refuseLonger(file, (await fs.stat(file)).size, limit);
    // Some tools write a byte order mark, which JSON does not permit.
    return (await fs.readFile(file, 'utf8')).replace(/^\uFEFF/, '');
  } catch (error) {
    if (error instanceof DocumentError) throw error;
    throw new DocumentError(`${file} cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
}

function refuseLonger(file: string, bytes: number, limit: number): void {
  if (bytes > limit) throw new DocumentError(`${file} has ${bytes} bytes, more than ${limit}`);
}

function isParsable(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** The JSON files that `${file(name)}` of serverless.yml names, in the folder of the document only. */
async function relatedFiles(file: string, text: string): Promise<ReadonlyMap<string, unknown>> {
  const folder = path.dirname(path.resolve(file));
  const names = new Set(Array.from(text.matchAll(/\$\{file\(([^(){}$]+\.json)\)/g), ([, name = '']) => name));
  const related = new Map<string, unknown>();
  for (const name of [...names].slice(0, MAX_RELATED)) {
    const full = path.resolve(folder, name);
    if (!full.startsWith(folder + path.sep)) continue;
    // A file that is not there leaves the value undecided, which the findings say.
    const other = await readText(full, MAX_BYTES.yaml).catch(() => null);
    if (other !== null && isParsable(other)) related.set(name, JSON.parse(other));
  }
  return related;
}
