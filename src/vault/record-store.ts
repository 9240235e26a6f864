import type { Env } from '../env.ts';

/**
 * Where sealed records are. What is read may be up to a minute old (Workers KV): each key is therefore written with one
 * value only, so that an old read can only be "nothing", never an older record.
 */
export interface RecordStore {
  get(key: string): Promise<string | null>;
  put(key: string, text: string): Promise<void>;
  delete(key: string): Promise<void>;
}

/** The records in the KV namespace of the vault. */
export function recordStoreOf({ VAULT_KV }: Env): RecordStore {
  return {
    get: key => VAULT_KV.get(key),
    put: (key, text) => VAULT_KV.put(key, text),
    delete: key => VAULT_KV.delete(key),
  };
}
