import { displayText } from '../auth/pages/display-text.ts';
import { PersonHeader } from '../auth/pages/person-header.tsx';
import { APPROVALS_PATH } from '../auth/sign-in/own-pages.tsx';
import { escapedText } from '../catalog/pins/hidden-text.ts';
import { deciders, scopeWords } from '../connectors/approving/words.ts';
import { type ApprovalView, scopesOf } from '../policy/approvals.ts';
import { askerWords, callWords, minute, stateWords } from './approval-words.ts';

/** What the page of one approval shows, and its forms post back. */
export interface ApprovalProps {
  readonly approval: ApprovalView;
  /** Who is signed in. */
  readonly person: string;
  /** What the client is registered as; null where that is not known. */
  readonly client: string | null;
  readonly mayWithdraw: boolean;
  readonly notice: string | null;
  /** The token that binds the forms to this browser. */
  readonly csrf: string;
}

/** Who wants to call what, with which arguments, by which rule it has to be approved, and the buttons that decide. */
export function ApprovalPage(props: ApprovalProps) {
  const { approval, person, notice, csrf, mayWithdraw } = props;
  return (
    <>
      <PersonHeader
        title="Approve a call"
        person={person}
        link={{ href: APPROVALS_PATH, text: 'All approvals' }}
        notice={notice}
      />
      <Facts {...props} />
      <section>
        <h2>Arguments</h2>
        {/* Left to right and in full: what is hidden in them is written out. */}
        <pre dir="ltr">{escapedText(approval.arguments)}</pre>
      </section>
      {approval.mayDecide ? <DecisionForm approval={approval} csrf={csrf} /> : <Waiting {...approval} />}
      {mayWithdraw && approval.state !== 'used' && <WithdrawForm id={approval.id} csrf={csrf} />}
    </>
  );
}

function Facts({ approval, client }: ApprovalProps) {
  const { clientName, asker, rule, decided, policyVersion, definitionHash } = approval;
  const app = client ?? clientName ?? asker.client;
  const why = rule.description === undefined ? '' : `: ${rule.description}`;
  return (
    <dl class="facts">
      <Fact name="State" value={stateWords(approval)} />
      <Fact name="Call" value={callWords(approval)} />
      <Fact name="For" value={askerWords(approval)} />
      <Fact name="By the app (a name that it chose itself)" value={displayText(app)} />
      <Fact name="Rule" value={displayText(`${rule.id} (policy version ${policyVersion})${why}`, 600)} />
      {definitionHash !== '' && <Fact name="Definition (SHA-256)" value={definitionHash} />}
      <Fact name="Asked" value={minute(approval.askedAtMs)} />
      <Fact name="Good until" value={minute(approval.expiresAtMs)} />
      {decided && (
        <Fact name="Decided" value={`${minute(decided.atMs)} by ${displayText(decided.by, 200)}`} />
      )}
      {decided && decided.reason !== '' && <Fact name="Reason" value={displayText(decided.reason, 600)} />}
    </dl>
  );
}

function Fact({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <bdi>{value}</bdi>
      </dd>
    </div>
  );
}

function DecisionForm({ approval, csrf }: Pick<ApprovalProps, 'approval' | 'csrf'>) {
  return (
    <form method="post" action={`${APPROVALS_PATH}/${approval.id}`} autocomplete="off">
      <input type="hidden" name="csrf" value={csrf} />
      <label class="field">
        Reason, for whoever asked (may be left out)
        <input type="text" name="reason" maxlength={500} />
      </label>
      {scopesOf(approval.rule).map(scope => (
        <button type="submit" name="decision" value={scope} class="button primary">
          <bdi>{displayText(scopeWords(scope, approval), 200)}</bdi>
        </button>
      ))}
      <button type="submit" name="decision" value="refuse" class="button">
        No, refuse it
      </button>
    </form>
  );
}

function Waiting({ state, rule }: ApprovalView) {
  if (state !== 'asked') return null;
  const who = rule.by === 'user' ? 'whoever it is for has' : deciders(rule.by);
  return (
    <p class="note">
      It is decided about once {displayText(who, 300)} opened this page. Send them its address: it says
      nothing by itself.
    </p>
  );
}

function WithdrawForm({ id, csrf }: { id: string; csrf: string }) {
  return (
    <form method="post" action={`${APPROVALS_PATH}/${id}`}>
      <input type="hidden" name="csrf" value={csrf} />
      <button type="submit" name="decision" value="withdraw" class="button">
        Withdraw it
      </button>
    </form>
  );
}
