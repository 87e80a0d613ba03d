/** The names of Linux's capabilities, of which a container can be given more or less (moby's oci/caps). */

const NAMES: readonly string[] = `
  AUDIT_CONTROL AUDIT_READ AUDIT_WRITE BLOCK_SUSPEND BPF CHECKPOINT_RESTORE CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER
  FSETID IPC_LOCK IPC_OWNER KILL LEASE LINUX_IMMUTABLE MAC_ADMIN MAC_OVERRIDE MKNOD NET_ADMIN NET_BIND_SERVICE
  NET_BROADCAST NET_RAW PERFMON SETFCAP SETGID SETPCAP SETUID SYSLOG SYS_ADMIN SYS_BOOT SYS_CHROOT SYS_MODULE SYS_NICE
  SYS_PACCT SYS_PTRACE SYS_RAWIO SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG WAKE_ALARM`
  .trim()
  .split(/\s+/);

/** Without them programs for networks fail. */
const FOR_NETWORKS: readonly string[] = ['ALL', 'NET_ADMIN', 'NET_BIND_SERVICE', 'NET_RAW'];

/** What the daemon says of a name that is none. */
export function capabilityFault(option: 'CapAdd' | 'CapDrop', names: readonly string[]): string | undefined {
  const unknown = names.map(plainName).find((name) => name !== 'ALL' && !NAMES.includes(name));
  return unknown && `invalid ${option}: unknown capability: "CAP_${unknown}"`;
}

/** Whether somebody on a network would miss it. */
export function isForNetworks(name: string): boolean {
  return FOR_NETWORKS.includes(plainName(name));
}

function plainName(name: string): string {
  return name.toUpperCase().replace(/^CAP_/, '');
}
