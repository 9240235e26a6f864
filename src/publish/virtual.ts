import type { Prepare } from './publisher.ts';

export const prepareVirtual: Prepare<'virtual'> = async document => ({ document, artifacts: {} });
