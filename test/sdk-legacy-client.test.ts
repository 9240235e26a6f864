import { describe } from 'vitest';
import { clientTest } from './support/contract/client-test.ts';
import { describeContract } from './support/contract/contract.ts';
import { describeSession } from './support/contract/session.ts';
import { SDK_1 } from './support/sdk-1.ts';

const it = clientTest(SDK_1, 'bob', 'eve');

describe(SDK_1.name, () => {
  describeContract(it);
  describeSession(it, SDK_1);
});
