import { errorStatuses } from '../errors.ts';
import type { ApiRoute } from './api-route.ts';
import { titleOf } from './problem.ts';

/** All operations and all problems of the API, for people to read: without a script, made of the same table as the description. */
export function ReferencePage({ origin, all }: { origin: string; all: readonly ApiRoute[] }) {
  return (
    <>
      <h1>API reference</h1>
      <p>
        The whole description, with every query, body and answer, is{' '}
        <a href="/api/v1/openapi.json">openapi.json</a> (OpenAPI 3.1). Tokens are issued for the resource{' '}
        {`${origin}/api`}.
      </p>
      <h2>Operations</h2>
      {all.map(route => (
        <Operation route={route} />
      ))}
      <h2>Problems</h2>
      {Object.entries(errorStatuses()).map(([code, status]) => (
        <p id={`problem-${code}`}>
          <strong>{code}</strong> · {titleOf(code)} · {status}
        </p>
      ))}
    </>
  );
}

function Operation({
  route: { name, method, path, summary, scope, roles, answer, query, isPaged },
}: {
  route: ApiRoute;
}) {
  const parameters = [...Object.keys(query?.shape ?? {}), ...(isPaged ? ['after', 'limit'] : [])];
  return (
    <section id={name}>
      <h3>{name}</h3>
      <p>
        <strong>{method}</strong> <span>{path}</span>
      </p>
      <p>{summary}</p>
      <p>
        Scope {scope}. Roles: {roles.join(', ')}.{' '}
        {parameters.length > 0 && `Query: ${parameters.join(', ')}. `}
        Answers {answer ?? 'nothing'}.
      </p>
    </section>
  );
}
