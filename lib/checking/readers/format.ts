import type { DeployedApi } from '../deployed-api.ts';
import type { Cursor } from '../documents/cursor.ts';
import type { SourceDocument } from '../documents/document.ts';
import type { Parameters } from './intrinsics.ts';

/** How the documents of one tool are recognised and read. */
export interface DocumentFormat {
  /** `a CloudFormation template`. */
  readonly name: string;
  /** The argument of the command line that takes it. */
  readonly option: '--template' | '--openapi' | '--terraform-plan';
  isOne(root: Cursor): boolean;
  /** The APIs of the document. Never throws for what it cannot decide. */
  read(document: SourceDocument, parameters: Parameters): readonly DeployedApi[];
}
