/** All of the SDK, which uploaded modules import as `@modelcontextprotocol/server`. */
export * from '@modelcontextprotocol/server';
