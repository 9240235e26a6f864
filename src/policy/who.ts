import type { Caller } from './facts.ts';
import { nameTest } from './name-pattern.ts';
import type { Who } from './rule.ts';

/** Whom a rule is about, ready to be asked. */
export function whoTest({ users, groups, roles, clients }: Who = {}): (caller: Caller) => boolean {
  const tests: ((caller: Caller) => boolean)[] = [];
  if (roles) tests.push(caller => caller.roles.some(role => roles.includes(role)));
  if (users) tests.push(by(nameTest(users), caller => caller.subject));
  if (clients) tests.push(by(nameTest(clients), caller => caller.client));
  if (groups) {
    const isGroup = nameTest(groups);
    tests.push(caller => caller.groups.some(isGroup));
  }
  return caller => tests.every(test => test(caller));
}

function by(test: (name: string) => boolean, nameOf: (caller: Caller) => string) {
  return (caller: Caller) => test(nameOf(caller));
}
