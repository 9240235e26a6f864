import type { Prepare } from './publisher.ts';

export const prepareRemote: Prepare<'remote'> = async document => ({ document, artifacts: {} });
