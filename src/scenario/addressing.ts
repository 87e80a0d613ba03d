/**
 * The addresses and MACs that a file leaves out, and the check that no two machines on one wire have the same.
 *
 * Addresses: LAN number k is 192.168.(50+k).0/24, hosts from .11 in the file's order, without those that the file gives
 * away itself; beyond k = 205 the second byte counts on (192.169.0.0/24 …).
 *
 * MACs: 52:54:00:00, LAN byte (0x50 + k), last address byte; beyond k = 175 the byte before the LAN's counts on. Where
 * that MAC is taken already (a subnet wider than /24, or two subnets on one LAN), the number in the second and third
 * byte (54:00) is raised by the host's number in its subnet without the last byte, and if that is taken, too, by 1, 2 …
 * until the MAC is free: 10.0.3.1/16 behind 10.0.0.1/16 is 52:54:03:00:50:01. An interface without an address takes
 * 11 and its place on the LAN for the last byte.
 */
import type { Cidr, Ip4, Mac } from '../base/addr.ts';
import { formatIp4, formatMac, macFrom, networkOf } from '../base/addr.ts';
import type { DiagnosticList } from './diagnostics.ts';
import { quote } from './suggest.ts';
import type { InterfaceDraft, LanDraft, Topology } from './topology.ts';

const FIRST_SUBNET = (192 << 24) | (168 << 16) | (50 << 8);
const FIRST_HOST = 11;
const LAST_HOST = 254;
const PREFIX_LEN = 24;

const MAC_FIRST_BYTE = 0x52;
const MAC_MIDDLE = 0x5400;
/** How often the middle can be raised before it would touch the first byte. */
const MAC_RAISES = 0x1_0000 - MAC_MIDDLE;
const LAN_BYTE = 0x50;

/** Fills in what the file leaves out, in place, and notes what is there twice. */
export function assignAddresses(diagnostics: DiagnosticList, topology: Topology): void {
  const wires = wiresOf(topology);
  for (const wire of wires) assignIp4(diagnostics, wire, topology);
  for (const wire of wires) checkUnique(diagnostics, wire);
  assignMacs(topology);
}

/** LANs whose switches hang together are one wire: what is sent to everyone reaches all of them. */
function wiresOf(topology: Topology): LanDraft[][] {
  const tops = new Map<LanDraft, LanDraft>();
  const wires = new Map<LanDraft, LanDraft[]>();
  for (const lan of topology.lans.values()) {
    const top = topOf(lan, topology, tops);
    const wire = wires.get(top);
    if (wire === undefined) wires.set(top, [lan]);
    else wire.push(lan);
  }
  return [...wires.values()];
}

/** The switch that nothing is above; in a loop (which is noted elsewhere) any of it. `tops` holds what is known. */
function topOf(lan: LanDraft, topology: Topology, tops: Map<LanDraft, LanDraft>): LanDraft {
  const way = new Set<LanDraft>();
  let top = lan;
  while (!tops.has(top) && !way.has(top)) {
    way.add(top);
    const above = top.uplink === undefined ? undefined : topology.lans.get(top.uplink.to);
    if (above === undefined) break;
    top = above;
  }
  top = tops.get(top) ?? top;
  for (const passed of way) tops.set(passed, top);
  return top;
}

function assignIp4(diagnostics: DiagnosticList, wire: readonly LanDraft[], topology: Topology): void {
  const taken = new Set<Ip4>();
  for (const lan of wire) {
    for (const member of lan.members) for (const { address } of member.addresses ?? []) taken.add(address);
  }
  const fileOrder = new Map([...topology.hosts.values()].map((host, i) => [host, i]));
  for (const lan of wire) {
    const subnet = FIRST_SUBNET + (lan.index << 8);
    const open = lan.members.filter((member) => member.addresses === undefined);
    open.sort((a, b) => fileOrder.get(a.host)! - fileOrder.get(b.host)!);
    let number = FIRST_HOST;
    for (const member of open) {
      while (taken.has(subnet + number)) number++;
      if (number > LAST_HOST) {
        const left = `LAN ${quote(lan.name)} has no address left in ${formatIp4(subnet)}/24`;
        diagnostics.add(member.host.at, `${left} for host ${quote(member.host.name)}; expected an address: for it`);
        break;
      }
      member.addresses = [{ address: subnet + number, prefixLen: PREFIX_LEN }];
      number++;
    }
  }
}

/** In the file's order, so that the later one is the one that is wrong. */
function checkUnique(diagnostics: DiagnosticList, wire: readonly LanDraft[]): void {
  const members = wire.flatMap((lan) => lan.members);
  const byAddress = new Map<Ip4, InterfaceDraft>();
  members.sort((a, b) => a.addressAt.line - b.addressAt.line || a.addressAt.col - b.addressAt.col);
  for (const member of members) {
    for (const { address } of member.addresses ?? []) {
      const other = byAddress.get(address);
      if (other === undefined) byAddress.set(address, member);
      else diagnostics.add(member.addressAt, takenMessage(formatIp4(address), other));
    }
  }
  const byMac = new Map<Mac, InterfaceDraft>();
  members.sort((a, b) => a.macAt.line - b.macAt.line || a.macAt.col - b.macAt.col);
  for (const member of members) {
    if (member.mac === undefined) continue;
    const other = byMac.get(member.mac);
    if (other === undefined) byMac.set(member.mac, member);
    else diagnostics.add(member.macAt, takenMessage(formatMac(member.mac), other));
  }
}

function takenMessage(what: string, owner: InterfaceDraft): string {
  return `${what} belongs to ${owner.name} of host ${quote(owner.host.name)} on the same LAN; expected another one`;
}

/** Given MACs first, so that none of the made ones takes theirs. */
function assignMacs(topology: Topology): void {
  const members = [...topology.lans.values()].flatMap((lan) => lan.members);
  const taken = new Set<Mac>();
  for (const { mac } of members) if (mac !== undefined) taken.add(mac);
  const nextRaise = new Map<number, number>();
  for (const lan of topology.lans.values()) {
    lan.members.forEach((member, place) => {
      member.mac ??= freeMac(taken, nextRaise, lan.index, member.addresses?.[0], place);
    });
  }
}

/** `nextRaise` remembers where the last count for the same LAN and last byte ended, so that no host is slow. */
function freeMac(
  taken: Set<Mac>,
  nextRaise: Map<number, number>,
  lanIndex: number,
  cidr: Cidr | undefined,
  place: number,
): Mac {
  const host = cidr === undefined ? FIRST_HOST + place : cidr.address - networkOf(cidr);
  const lastByte = cidr === undefined ? host & 255 : cidr.address & 255;
  const low = ((LAN_BYTE + lanIndex) << 8) | lastByte;
  let mac = macOf(0, low);
  if (taken.has(mac)) mac = macOf(host >>> 8, low);
  let raise = nextRaise.get(low) ?? 1;
  while (taken.has(mac)) mac = macOf(raise++, low);
  nextRaise.set(low, raise);
  taken.add(mac);
  return mac;
}

/** Past the raises that the middle has room for, the LAN's bytes go on. */
function macOf(raise: number, low: number): Mac {
  const middle = MAC_MIDDLE + (raise % MAC_RAISES);
  const end = (low + (Math.floor(raise / MAC_RAISES) << 8)) & 0xff_ffff;
  return macFrom((MAC_FIRST_BYTE << 8) | (middle >>> 8), ((middle & 255) << 24) | end);
}
