/** /proc/net/route and /proc/net/arp taken apart, as net-tools and busybox read them. */
import { formatIp4, maskLength } from '../../base/addr.ts';
import type { Process } from '../../kernel/proc/process.ts';

export interface ProcRoute {
  readonly iface: string;
  readonly destination: string;
  readonly gateway: string;
  readonly mask: string;
  readonly prefixLen: number;
  readonly flags: number;
  readonly metric: string;
  readonly mss: string;
  readonly window: string;
  readonly irtt: string;
}

/** The number of an address of that file, whose bytes stand in the order of the wire. */
function addressOf(hex: string): number {
  const value = Number.parseInt(hex, 16);
  return ((value & 255) << 24) | (((value >>> 8) & 255) << 16) | (((value >>> 16) & 255) << 8) | (value >>> 24);
}

export function readProcRoutes(proc: Process): ProcRoute[] {
  const lines = (proc.readFile('/proc/net/route') ?? '').split('\n').slice(1);
  return lines
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [iface, to, via, flags, , , metric, mask, mss, window, irtt] = line.trim().split(/\t+/);
      return {
        iface: iface!,
        destination: formatIp4(addressOf(to!)),
        gateway: formatIp4(addressOf(via!)),
        mask: formatIp4(addressOf(mask!)),
        prefixLen: maskLength(addressOf(mask!)) ?? 0,
        flags: Number.parseInt(flags!, 16),
        metric: metric!,
        mss: mss!,
        window: window!,
        irtt: irtt!,
      };
    });
}

export interface ProcArp {
  readonly ip: string;
  readonly flags: number;
  readonly mac: string;
  readonly device: string;
}

export function readProcArp(proc: Process): ProcArp[] {
  const lines = (proc.readFile('/proc/net/arp') ?? '').split('\n').slice(1);
  return lines
    .filter((line) => line !== '')
    .map((line) => {
      const [ip, , flags, mac, , device] = line.split(/ +/) as [string, string, string, string, string, string];
      return { ip, flags: Number.parseInt(flags, 16), mac, device };
    });
}

/** The name that `/etc/hosts` gives an address; undefined for none. */
export function hostNameOf(proc: Process, ip: string): string | undefined {
  for (const line of (proc.readFile('/etc/hosts') ?? '').split('\n')) {
    const [address, name] = line.replace(/#.*/, '').trim().split(/\s+/);
    if (address === ip && name !== undefined) return name;
  }
  return undefined;
}
