import type { Prepare } from './publisher.ts';

export const prepareOpenapi: Prepare<'openapi'> = async document => ({ document, artifacts: {} });
