import { Server } from 'node:net';

// Loaded before a program that would listen on every address of the machine: here it listens on loopback.
const listen = Server.prototype.listen as (...args: unknown[]) => Server;
Server.prototype.listen = function onLoopback(this: Server, ...args: unknown[]) {
  const [port, ...others] = args;
  const isPort = typeof port === 'number' || typeof port === 'string';
  return listen.apply(this, isPort ? [Number(port), '127.0.0.1', ...others] : args);
};
