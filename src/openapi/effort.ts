import { descriptionFault } from './fault.ts';

/** How many schemas are looked at for one description, however often it refers to each: GitHub's takes a twentieth of it. */
const MAX_SCHEMAS = 250_000;

/** What has been spent on a description. One that is made to take for ever is given up. */
export class Effort {
  #left = MAX_SCHEMAS;

  /** @throws GatehouseError `server_invalid`. */
  spend(schemas: number): void {
    this.#left -= schemas;
    if (this.#left < 0) {
      throw descriptionFault(
        'The schemas of the OpenAPI description refer to each other so often that they cannot be read. Choose fewer operations by "select".',
      );
    }
  }
}
