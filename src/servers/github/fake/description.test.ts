import { expect, test } from 'vitest';
import { OPERATIONS } from './description.fake.ts';

test.each(OPERATIONS.map(each => [each.name, each] as const))(
  "GitHub's example for %s is of the shape that it describes",
  (name, operation) => {
    const status = name.startsWith('POST') ? 201 : 200;
    expect(operation.faultOfAnswer(status, operation.example(status))).toBeNull();
  },
);
