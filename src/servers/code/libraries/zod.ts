/** All of zod but its other languages, which uploaded modules import as `zod`. */
export * from 'zod';
export { default } from 'zod';
