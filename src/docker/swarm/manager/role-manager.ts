/**
 * The leader's hand that makes nodes managers and workers, as operators want it: who becomes a worker loses its voice
 * in the log first. Twin of swarmkit's manager/role_manager.go.
 */
import type { NodeObject } from '../objects.ts';
import type { ManagerContext } from './context.ts';

/** roleReconcileInterval. */
const RECONCILE_INTERVAL_NS = 5_000_000_000;
/** How long an heir has to take over before it is asked again. */
const TRANSFER_INTERVAL_NS = 1_000_000_000;

export class RoleManager {
  private readonly context: ManagerContext;
  private readonly stopWatching: () => void;
  private readonly cancelTimers = new Map<string, () => void>();

  constructor(context: ManagerContext) {
    this.context = context;
    this.stopWatching = context.store.watch((action) => {
      if (action.table === 'node' && action.kind === 'update') this.reconcile(action.object);
    });
    for (const node of context.store.all('node')) this.reconcile(node);
  }

  stop(): void {
    this.stopWatching();
    for (const cancel of this.cancelTimers.values()) cancel();
    this.cancelTimers.clear();
  }

  /** Twin of reconcileRole. */
  private reconcile({ id, role, spec }: NodeObject): void {
    if (role === spec.role || this.cancelTimers.has(id)) return;
    if (spec.role === 'manager') this.setRole(id);
    else this.demote(id);
  }

  private demote(id: string): void {
    const { log } = this.context;
    const member = log.members().find(({ nodeId }) => nodeId === id);
    if (member === undefined) {
      this.setRole(id);
      return;
    }
    if (member.isLeader) {
      log.transferLeadership();
      this.retry(id, TRANSFER_INTERVAL_NS);
      return;
    }
    if (!canRemoveMember(this.context, id)) {
      this.retry(id, RECONCILE_INTERVAL_NS);
      return;
    }
    this.retry(id, RECONCILE_INTERVAL_NS);
    log.changeMembers('remove', { nodeId: member.nodeId, addr: member.addr }).then(({ refusal }) => {
      if (refusal === null) this.setRole(id);
    });
  }

  private retry(id: string, delayNs: number): void {
    const cancel = this.context.host.after(delayNs, () => {
      this.cancelTimers.delete(id);
      const node = this.context.store.get('node', id);
      if (node !== undefined) this.reconcile(node);
    });
    this.cancelTimers.set(id, cancel);
  }

  private setRole(id: string): void {
    const { store, writer } = this.context;
    writer.update(() => {
      const node = store.get('node', id);
      if (node === undefined || node.role === node.spec.role) return [];
      return [{ kind: 'update', table: 'node', object: { ...node, role: node.spec.role } }];
    });
  }
}

/** Twin of CanRemoveMember: those that are left have to agree among themselves. */
export function canRemoveMember({ log }: ManagerContext, id: string): boolean {
  const members = log.members();
  const reachable = members.filter(({ isReachable, nodeId }) => isReachable && nodeId !== id).length;
  return reachable >= Math.floor((members.length - 1) / 2) + 1;
}
