import { expect, test } from 'vitest';
import { multipartBody } from './multipart.ts';

test('a media type that would be more than one line is not said', async () => {
  const member = { arg: 'a', name: 'a', mediaType: 'text/plain\r\n\r\n;evil' };
  const { body } = multipartBody([{ member, value: 'x' }]);
  expect(await new Response(body).text()).not.toContain('evil');
});
