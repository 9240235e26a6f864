export { default } from '../hostile/index.ts';
