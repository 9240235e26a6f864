import { PersonHeader } from '../auth/pages/person-header.tsx';
import { APPROVALS_PATH } from '../auth/sign-in/own-pages.tsx';
import type { ApprovalView } from '../policy/approvals.ts';
import { askerWords, callWords, minute, stateWords } from './approval-words.ts';

/** What the list of approvals shows. */
export interface ApprovalListProps {
  /** Who is signed in. */
  readonly person: string;
  readonly approvals: readonly ApprovalView[];
  /** Whether there are more than are shown. */
  readonly isCut: boolean;
  readonly notice: string | null;
}

/** What one may decide about, and how one's own stand. */
export function ApprovalListPage({ person, approvals, isCut, notice }: ApprovalListProps) {
  const waiting = approvals.filter(({ mayDecide }) => mayDecide);
  const others = approvals.filter(({ mayDecide }) => !mayDecide);
  return (
    <>
      <PersonHeader
        title="Approvals"
        person={person}
        link={{ href: '/account', text: 'Connected apps' }}
        notice={notice}
      />
      <Section title="For you to decide" none="Nothing waits for you." approvals={waiting} />
      <Section title="Others that you may see" none="There are none." approvals={others} />
      {isCut && <p class="small quiet">There are more; the API lists all of them.</p>}
    </>
  );
}

function Section(props: { title: string; none: string; approvals: readonly ApprovalView[] }) {
  const { title, none, approvals } = props;
  return (
    <section>
      <h2>{title}</h2>
      {approvals.length === 0 ? (
        <p class="quiet">{none}</p>
      ) : (
        <ul class="apps">
          {approvals.map(approval => (
            <li>
              <Card approval={approval} />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Card({ approval }: { approval: ApprovalView }) {
  return (
    <article class="app">
      <div>
        <h2>
          <a href={`${APPROVALS_PATH}/${approval.id}`}>
            <bdi>{callWords(approval)}</bdi>
          </a>
        </h2>
        <p class="small quiet">
          <bdi>{askerWords(approval)}</bdi>
        </p>
        <p class="small">
          {stateWords(approval)} · until {minute(approval.expiresAtMs)}
        </p>
      </div>
    </article>
  );
}
