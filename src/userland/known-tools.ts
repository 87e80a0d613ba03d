import type { ProgramRegistry } from '../kernel/proc/program-registry.ts';

/**
 * Names that a real host or image has. Typed in a scenario, those that Dockwire does not have yet are not "unknown",
 * and at run time the answer is not "not found". What Dockwire has may stay in the list: its programs are asked first.
 */
const KNOWN_TOOLS: ReadonlySet<string> = new Set(
  (
    'apt apt-get arping awk bash brctl busybox chmod chown conntrack cp crictl ctr ' +
    'curl dd dhclient dig dmesg expr find free ftp gunzip gzip ' +
    'hostname host ifdown ifup ip6tables ip6tables-save iperf iperf3 iptables iptables-restore ' +
    'iptables-save iptables-apply iptables-legacy iptables-legacy-restore iptables-legacy-save iptables-translate ' +
    'iptables-restore-translate iptables-xml xtables-monitor ip6tables-apply ip6tables-legacy ' +
    'ip6tables-legacy-restore ip6tables-legacy-save ip6tables-translate ip6tables-restore-translate arptables ' +
    'ebtables ipset ipvsadm less ln ls lsof md5sum mkdir mktemp modprobe more mount mtr mv nameif ' +
    'nc ncat netcat netstat nft nginx nmap nmcli node nping nslookup ovs-vsctl perl ping6 pip ' +
    'ps python readlink rm rmdir scp sed serf service sha256sum shuf ' +
    'socat ss ssh stat strace stty su sudo sync systemctl tac tar telnet ' +
    'telnetd time top touch tracepath traceroute tshark tty tunctl udhcpc umount ' +
    'unshare uptime usleep vconfig vi vim watch weave wget which xargs xxd yes [[ ' +
    // Commands of the shell itself.
    'alias bg declare fg hash let ' +
    'source times ulimit'
  ).split(' '),
);

/** Whether the name is a tool that Dockwire may come to have, where these programs are. */
export function isKnownTool(name: string, registry: ProgramRegistry): boolean {
  return KNOWN_TOOLS.has(name) && !registry.isWithout(name);
}
