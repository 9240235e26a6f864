import { expect, test } from 'vitest';
import {
  childTrace,
  newTrace,
  parsedTrace,
  traceMembers,
  traceOfParams,
  traceparentOf,
  withTrace,
} from './trace-context.ts';

const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';
const PARENT = `00-${TRACE_ID}-00f067aa0ba902b7-01`;

test('a context is read as it was said (W3C Trace Context, section 3.2)', () => {
  expect(parsedTrace(PARENT, 'vendor=a,other@b=c')).toEqual({
    traceId: TRACE_ID,
    spanId: '00f067aa0ba902b7',
    parentSpanId: null,
    isSampled: true,
    state: 'vendor=a,other@b=c',
  });
  expect(parsedTrace(PARENT.replace(/01$/, '00'))?.isSampled).toBe(false);
  expect(parsedTrace(PARENT.replace(/^00/, '7f').concat('-what-comes-later'))?.traceId).toBe(TRACE_ID);
});

test.each([
  ['nothing', undefined],
  ['a number', 7],
  ['an empty text', ''],
  ['capital letters', PARENT.toUpperCase()],
  ['no trace', `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`],
  ['no span', `00-${TRACE_ID}-${'0'.repeat(16)}-01`],
  ['a version that there never is', PARENT.replace(/^00/, 'ff')],
  ['more than version 00 has', `${PARENT}-more`],
  ['a short id', PARENT.replace('4736', '473')],
  ['two of them', `${PARENT},${PARENT}`],
  ['a new line', `${PARENT}\r\nx: y`],
])('what is no context is none: %s', (_what, said) => {
  expect(parsedTrace(said)).toBeNull();
});

test('a malformed state is dropped, and the parent stays', () => {
  const read = parsedTrace(PARENT, 'VENDOR=a\u0000,=,\r\nx: y');
  expect(read).toMatchObject({ traceId: TRACE_ID, state: '' });
});

test('a part of some work is in the same trace, under that work', () => {
  const parent = newTrace(1);
  const child = childTrace(parent);
  expect(child).toMatchObject({ traceId: parent.traceId, parentSpanId: parent.spanId, isSampled: true });
  expect(child.spanId).toMatch(/^[0-9a-f]{16}$/);
  expect(child.spanId).not.toBe(parent.spanId);
  expect(parsedTrace(traceparentOf(child))?.spanId).toBe(child.spanId);
});

test('of traces that begin here as many are recorded as is set', () => {
  const sampled = Array.from({ length: 2000 }, () => newTrace(0.25)).filter(({ isSampled }) => isSampled);
  expect(sampled.length).toBeGreaterThan(350);
  expect(sampled.length).toBeLessThan(650);
  expect(newTrace(0).isSampled).toBe(false);
  expect(newTrace(1).isSampled).toBe(true);
});

test('what goes on says our place, and nothing of what the client said beside it', () => {
  const context = newTrace(1);
  const said = { traceparent: PARENT, tracestate: 'a=b', baggage: 'user=alice', progressToken: 1 };
  const params = withTrace({ name: 'x', _meta: said }, context);
  expect(params).toEqual({ name: 'x', _meta: { progressToken: 1, ...traceMembers(context) } });
  expect(traceOfParams(params)?.spanId).toBe(context.spanId);
});
