import type { Prepare } from './publisher.ts';

export const prepareHosted: Prepare<'hosted'> = async document => ({ document, artifacts: {} });
