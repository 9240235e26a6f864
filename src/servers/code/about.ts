/** What the catalog says of a server, for modules that do not say it themselves. */
export interface About {
  readonly name: string;
  readonly title: string;
  /** The version of plain tools that state none. */
  readonly version: string;
}
