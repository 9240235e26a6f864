import { FakeStorage } from '../../../durable-objects/storage/storage.fake.ts';
import { ApprovalRequests } from '../../../durable-objects/tenant/approval-requests.ts';
import type { AuditEntry } from '../../audit/event.ts';
import { keyRingOf } from '../../crypto/key-ring.fake.ts';
import type { KeyRing } from '../../crypto/key-ring.ts';
import type { Approvals, Approver, Asker } from '../../policy/approvals.ts';
import type { ApprovalDesk } from './approval-desk.ts';

export const ADA: Asker = { tenant: 'acme', subject: 'dev|ada', client: 'agent', installation: 'laptop' };

/** Somebody at a page of the gateway's own. */
export function approver(subject: string, more: Partial<Approver> = {}): Approver {
  return { tenant: 'acme', subject, roles: ['member'], groups: [], client: null, ...more };
}

/** Approvals as the tenant's object keeps them, over a storage in memory. */
export class FakeApprovals {
  readonly storage = new FakeStorage();
  readonly recorded: { readonly on: string; readonly entry: AuditEntry }[] = [];
  /** Nothing can be put on record. */
  isTrailFull = false;
  maxPerUser = 100;
  keyRing: KeyRing = keyRingOf('k1');
  readonly requests = new ApprovalRequests({
    storage: this.storage.storage,
    settings: () => ({
      keyRing: this.keyRing,
      APPROVAL_SESSION_SECONDS: 3600,
      INPUT_TTL_SECONDS: 600,
      MAX_APPROVALS_PER_USER: this.maxPerUser,
    }),
    record: async ({ subject }, entry) => {
      if (this.isTrailFull) throw new Error('the outbox is full');
      this.recorded.push({ on: subject, entry });
    },
    nameOf: () => null,
  });

  get kinds(): string[] {
    return this.recorded.map(({ entry }) => entry.kind);
  }

  /** As sessions reach them. */
  get approvals(): Approvals {
    const { requests } = this;
    return {
      takeApprovals: (needs, held) => requests.take(needs, held),
      askApproval: ask => requests.ask(ask),
      awaitApproval: (id, waitMs) => requests.isWaiting(id, waitMs),
      decideApproval: (by, id, verdict) => requests.decide(by, id, verdict),
      findApproval: async (viewer, id) => requests.find(viewer, id),
      listApprovals: async (viewer, query) => requests.list(viewer, query),
      withdrawApproval: (viewer, id) => requests.withdraw(viewer, id),
    };
  }

  desk(more: Partial<ApprovalDesk> = {}): ApprovalDesk {
    return {
      asker: ADA,
      session: 'session-1',
      isClientItself: false,
      approvals: this.approvals,
      link: id => `https://mcp.example/approvals/${id}`,
      inputTtlSeconds: 600,
      approvalTtlSeconds: 86_400,
      ...more,
    };
  }
}
