/** Ports not given to those who want any (net.ipv4.ip_local_reserved_ports; Linux: inet_is_local_reserved_port). */
import type { Sysctls } from './sysctl.ts';

const PATH = 'net/ipv4/ip_local_reserved_ports';

/** Whether `port` is kept back. */
export function isReservedPort(sysctls: Sysctls, port: number): boolean {
  const ranges = sysctls.kept.get(PATH);
  if (ranges === undefined || ranges === '') return false;
  return ranges.split(',').some((range) => {
    const [low, high = low] = range.split('-').map(Number);
    return port >= low! && port <= high!;
  });
}
