import { describe, expect } from 'vitest';
import { clientTest } from './support/contract/client-test.ts';
import { describeContract } from './support/contract/contract.ts';
import { describeSession } from './support/contract/session.ts';
import { SDK_2, SDK_2_LEGACY } from './support/sdk-2.ts';

const modern = clientTest(SDK_2, 'eve', 'bob');
const legacy = clientTest(SDK_2_LEGACY, 'eve', 'bob');

describe(SDK_2.name, () => {
  describeContract(modern);

  modern('never has a session', ({ everything }) => {
    expect(everything.transport.sessionId).toBeUndefined();
  });
});

describe(SDK_2_LEGACY.name, () => {
  describeContract(legacy);
  describeSession(legacy, SDK_2_LEGACY);
});
