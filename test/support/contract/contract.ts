import { describeAggregate } from './aggregate.ts';
import type { ClientTest } from './client-test.ts';
import { describeConnection } from './connection.ts';
import { describeMemory } from './memory.ts';
import { describeQuestions } from './questions.ts';
import { describeResources } from './resources.ts';
import { describeTools } from './tools.ts';

/** What every client can do with the gateway, whichever SDK and revision it speaks. */
export function describeContract(it: ClientTest): void {
  describeConnection(it);
  describeTools(it);
  describeQuestions(it);
  describeResources(it);
  describeMemory(it);
  describeAggregate(it);
}
