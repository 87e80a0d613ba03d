/**
 * The rules that make encryption of an overlay network mandatory. Twins of programMangle and programInput (libnetwork:
 * drivers/overlay/encryption.go): what leaves with the network's VNI is marked for IPsec, what comes in is let in when
 * it was decrypted, and dropped when it came in plain text.
 */
import { DaemonError } from '../../errors.ts';
import type { IptablesRule, RuleAction } from '../../firewall/iptables.ts';
import { Iptables } from '../../firewall/iptables.ts';
import type { KernelDoor } from '../../kernel-door.ts';

/** What marks datagrams for encryption, and names this driver's states and policies. */
export const ENCRYPTION_MARK = 0xd0c4e3;

/** How a rule knows the VNI of a VXLAN datagram. */
type VxlanMatch = (port: number, vni: number) => string;

/** By xt_u32: the word behind the first one of the UDP payload. The shell's own characters are escaped. */
function matchVxlanWithU32(port: number, vni: number): string {
  return `-p udp --dport ${port} -m u32 --u32 0\\>\\>22\\&0x3C@12\\&0xFFFFFF00=${vni * 256}`;
}

/**
 * By xt_bpf: the IP header's length into X, the word with the VNI into A, without its last byte; equal or not.
 */
function matchVxlanWithBpf(port: number, vni: number): string {
  const program = ['177 0 0 0', '64 0 0 12', '84 0 0 4294967040', `21 1 0 ${vni * 256}`, '6 0 0 0', '6 0 0 4294967295'];
  const bytecode = `${program.length},${program.join(',')}`.replaceAll(' ', '\\ ');
  return `-p udp --dport ${port} -m bpf --bytecode ${bytecode}`;
}

/** The rules of one VNI on one machine. */
export class VxlanRules {
  private readonly iptables: Iptables;
  private readonly port: number;

  /** `port` is the swarm's data path port. */
  constructor(door: KernelDoor, port: number) {
    this.iptables = new Iptables(door);
    this.port = port;
  }

  /** Makes the rules of a network that is encrypted, or removes what another one with this VNI left. */
  program(vni: number, isEncrypted: boolean): void {
    this.programMangle(vni, isEncrypted);
    try {
      this.programInput(vni, isEncrypted);
    } catch (error) {
      if (!(error instanceof DaemonError)) throw error;
      if (!isEncrypted) return;
      this.programMangle(vni, false);
      throw error;
    }
  }

  private programMangle(vni: number, isAdded: boolean): void {
    withEitherMatch(isAdded, (match) => {
      const words = `${match(this.port, vni)} -j MARK --set-mark ${ENCRYPTION_MARK}`;
      this.act(isAdded ? '-A' : '-D', `could not ${isAdded ? 'install' : 'remove'} mangle rule: `, {
        table: 'mangle',
        chain: 'OUTPUT',
        words,
      });
    });
  }

  private programInput(vni: number, isAdded: boolean): void {
    const verb = isAdded ? 'add' : 'remove';
    withEitherMatch(isAdded, (match) => {
      const rule = (policy: string, target: string): IptablesRule => ({
        table: 'filter',
        chain: 'INPUT',
        words: `-m policy --dir in --pol ${policy} ${match(this.port, vni)} -j ${target}`,
      });
      // What an administrator says comes before the one and cannot come before the other.
      this.act(isAdded ? '-A' : '-D', `could not ${verb} input accept rule: `, rule('ipsec', 'ACCEPT'));
      this.act(isAdded ? '-I' : '-D', `could not ${verb} input drop rule: `, rule('none', 'DROP'));
    });
  }

  private act(action: RuleAction, prefix: string, rule: IptablesRule): void {
    try {
      this.iptables.program(action, rule);
    } catch (error) {
      if (!(error instanceof DaemonError)) throw error;
      throw new DaemonError(prefix + error.message);
    }
  }
}

/** Makes rules with xt_u32, or xt_bpf where that is missing; removes both. Twin of programVXLANRuleFunc. */
function withEitherMatch(isAdded: boolean, programWith: (match: VxlanMatch) => void): void {
  const faults: string[] = [];
  for (const match of [matchVxlanWithU32, matchVxlanWithBpf]) {
    const fault = faultOf(() => {
      programWith(match);
    });
    if (fault === undefined && isAdded) return;
    if (fault !== undefined) faults.push(fault);
  }
  if (faults.length > 0) throw new DaemonError(multierror(faults));
}

function faultOf(action: () => void): string | undefined {
  try {
    action();
  } catch (error) {
    if (!(error instanceof DaemonError)) throw error;
    return error.message;
  }
  return undefined;
}

/** As hashicorp/go-multierror prints several errors. */
function multierror(faults: readonly string[]): string {
  const count = faults.length === 1 ? '1 error' : `${faults.length} errors`;
  return `${count} occurred:\n${faults.map((fault) => `\t* ${fault}\n`).join('')}\n`;
}
