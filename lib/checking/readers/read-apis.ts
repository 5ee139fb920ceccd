import type { DeployedApi } from '../deployed-api.ts';
import { Cursor } from '../documents/cursor.ts';
import type { SourceDocument } from '../documents/document.ts';
import { DocumentError } from '../documents/document-error.ts';
import { cloudFormationFormat } from './cloudformation.ts';
import type { DocumentFormat } from './format.ts';
import type { Parameters } from './intrinsics.ts';
import { openApiFormat } from './openapi.ts';
import { serverlessFormat } from './serverless.ts';
import { terraformFormat } from './terraform.ts';

/** The formats, one line each. The first one that fits is taken. */
const FORMATS: readonly DocumentFormat[] = [
  openApiFormat,
  terraformFormat,
  serverlessFormat,
  cloudFormationFormat,
];

/**
 * The APIs in a document of any format.
 *
 * @param option - the argument that names the document: a document that belongs to another one is refused
 * @throws {DocumentError} for a document of no known format, or for another argument
 */
export function readApis(
  document: SourceDocument,
  option: DocumentFormat['option'],
  parameters: Parameters,
): readonly DeployedApi[] {
  const root = Cursor.at(document);
  const format = FORMATS.find((one) => one.isOne(root));
  if (format === undefined) {
    throw new DocumentError(
      `${document.file} is not a document that can be checked: it must be ${FORMATS.map(({ name }) => name).join(', or ')}`,
    );
  }
  if (format.option !== option) {
    throw new DocumentError(
      `${document.file} is ${format.name}: name it with ${format.option}, not with ${option}`,
    );
  }
  return format.read(document, parameters);
}
