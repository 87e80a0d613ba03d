/** Which nodes use which networks, and which have left one not long ago. */

/** What is known of a node in a network. */
export interface Attachment {
  lTime: number;
  leaving: boolean;
  /** Of one that is leaving: how long it is still remembered. */
  reapTimeNs: number;
}

class NetworkNodes {
  readonly attachments = new Map<string, Attachment>();
  /** Names of those that use it, in the order in which they came; null until somebody asks again. */
  users: readonly string[] | null = null;
}

export class Attachments {
  private readonly networks = new Map<string, NetworkNodes>();
  private leavingCount = 0;

  /** How many are remembered of nodes that have left a network. */
  get leaving(): number {
    return this.leavingCount;
  }

  get(networkId: string, node: string): Attachment | undefined {
    return this.networks.get(networkId)?.attachments.get(node);
  }

  /** Whether a node uses a network now. */
  isUser(networkId: string, node: string): boolean {
    return this.get(networkId, node)?.leaving === false;
  }

  /** The nodes that use a network, in the order in which they came. */
  users(networkId: string): readonly string[] {
    const network = this.networks.get(networkId);
    if (network === undefined) return [];
    network.users ??= [...network.attachments].filter(([, { leaving }]) => !leaving).map(([node]) => node);
    return network.users;
  }

  /** A node uses a network. One that has left it before, or is new, comes last. */
  join(networkId: string, node: string, lTime: number): Attachment {
    let network = this.networks.get(networkId);
    if (network === undefined) this.networks.set(networkId, (network = new NetworkNodes()));
    const known = network.attachments.get(node);
    if (known?.leaving === false) {
      known.lTime = lTime;
      return known;
    }
    if (known !== undefined) this.forget(networkId, node);
    const attachment = { lTime, leaving: false, reapTimeNs: 0 };
    this.networks.set(networkId, network);
    network.attachments.set(node, attachment);
    network.users = null;
    return attachment;
  }

  /** A node that is known there has left a network. */
  leave(networkId: string, node: string, lTime: number, reapTimeNs: number): void {
    const network = this.networks.get(networkId)!;
    const attachment = network.attachments.get(node)!;
    if (!attachment.leaving) this.leavingCount++;
    attachment.lTime = lTime;
    attachment.leaving = true;
    attachment.reapTimeNs = reapTimeNs;
    network.users = null;
  }

  forget(networkId: string, node: string): void {
    const network = this.networks.get(networkId);
    const attachment = network?.attachments.get(node);
    if (network === undefined || attachment === undefined) return;
    if (attachment.leaving) this.leavingCount--;
    network.attachments.delete(node);
    network.users = null;
    if (network.attachments.size === 0) this.networks.delete(networkId);
  }

  forgetNode(node: string): void {
    for (const networkId of [...this.networks.keys()]) this.forget(networkId, node);
  }

  *all(): Generator<[string, string, Attachment]> {
    for (const [networkId, { attachments }] of this.networks) {
      for (const [node, attachment] of attachments) yield [networkId, node, attachment];
    }
  }
}
