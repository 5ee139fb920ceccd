/** How the resources of a format make up an API. */
export interface ApiTypes {
  /** The type of an API. */
  readonly api: string;
  /** The type of what adds routes to it. */
  readonly member: string;
  /** The property in which resources name their API. */
  readonly link: string;
}
