import type { Prepare } from './publisher.ts';

export const prepareCode: Prepare<'code'> = async document => ({ document, artifacts: {} });
