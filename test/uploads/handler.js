import { createMcpHandler } from '@modelcontextprotocol/server';
import createServer from './factory.js';

/** The same server, by a handler of its own. */
export default createMcpHandler(createServer, { legacy: 'reject' });
