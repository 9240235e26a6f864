import { expect, it } from 'vitest';
import { connect } from '../client.fake.ts';

it('shows the trace context of a request, and nothing else of its metadata', async () => {
  const client = await connect();
  const trace = { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', tracestate: 'a=b' };
  const result = await client.callTool({ name: 'show_trace', _meta: { ...trace, 'example.com/other': 1 } });
  expect(result.content).toEqual([{ type: 'text', text: JSON.stringify(trace) }]);
  expect(result._meta).toMatchObject({ 'everything/trace': trace });
  await client.close();
});
