/**
 * The UDP sockets behind VXLAN devices (Linux: struct vxlan_sock): one for each port and set of receive flags of a
 * namespace, shared by the devices that are up, which it tells apart by VNI.
 */
import { isMulticastIp4 } from '../../base/addr.ts';
import { Int32Table } from '../../base/table.ts';
import type { Frame } from '../../link/frame.ts';
import * as udp from '../../wire/udp.ts';
import * as vxlan from '../../wire/vxlan.ts';
import type { Errno } from '../errno.ts';
import type { NetDevice } from '../netdev.ts';
import type { Netns } from '../netns.ts';
import type { UdpEncap } from '../socket/udp-socket.ts';
import { UdpSocket } from '../socket/udp-socket.ts';
import type { Vxlan } from './vxlan.ts';
import { vxlanRcv } from './vxlan-rcv.ts';

/** What a namespace knows of the VXLAN devices that were made in it (Linux: struct vxlan_net). */
export interface VxlanNet {
  /** Wherever they are by now. */
  readonly devices: Vxlan[];
  readonly socks: VxlanSock[];
}

/** The namespace's VXLAN, which comes into being here. */
export function vxlanNetOf(ns: Netns): VxlanNet {
  ns.vxlan ??= { devices: [], socks: [] };
  return ns.vxlan;
}

export class VxlanSock implements UdpEncap {
  readonly socket: UdpSocket;
  readonly port: number;
  /** VxlanConfig.receiveFlags */
  readonly flags: number;
  /** The devices that are up. */
  readonly devices: Vxlan[];
  /** VNI → position in `devices`. */
  private vnis: Int32Table;
  /** The device that a datagram was for last. */
  private last: Vxlan | null;

  constructor(socket: UdpSocket, port: number, flags: number) {
    this.socket = socket;
    this.port = port;
    this.flags = flags;
    this.devices = [];
    this.vnis = new Int32Table();
    this.last = null;
  }

  /** Twin of vxlan_vs_find_vni. */
  find(vni: number): Vxlan | null {
    const { last } = this;
    if (last !== null && last.config.vni === vni) return last;
    const position = this.vnis.get(vni);
    return position < 0 ? null : (this.last = this.devices[position]!);
  }

  add(dev: Vxlan): void {
    this.devices.push(dev);
    this.index();
  }

  remove(dev: Vxlan): void {
    this.devices.splice(this.devices.indexOf(dev), 1);
    this.index();
  }

  /** The newest of those with the same VNI is found first. */
  private index(): void {
    this.last = null;
    this.vnis = new Int32Table();
    this.devices.forEach((dev, position) => {
      this.vnis.set(dev.config.vni, position);
    });
  }

  receive(ns: Netns, dev: NetDevice, frame: Frame): void {
    vxlanRcv(this, ns, dev, frame);
  }

  /** Twin of vxlan_err_lookup. */
  hasSent(frame: Frame, quotedUdp: number): boolean {
    const header = quotedUdp + udp.HEADER_LEN;
    const v = frame.slab.view;
    if (header + vxlan.HEADER_LEN > frame.tail || (vxlan.flags(v, header) & vxlan.FLAG_VNI) === 0) return false;
    return this.find(vxlan.vni(v, header)) !== null;
  }
}

/** Twin of vxlan_find_sock. */
export function vxlanFindSock(ns: Netns, port: number, flags: number): VxlanSock | null {
  return ns.vxlan?.socks.find((sock) => sock.port === port && sock.flags === flags) ?? null;
}

/** Twin of vxlan_sock_add: the device comes up. */
export function vxlanSockAdd(dev: Vxlan): Errno {
  const ns = dev.linkNs;
  const { dstPort, receiveFlags } = dev.config;
  let sock = vxlanFindSock(ns, dstPort, receiveFlags);
  if (sock === null) {
    const socket = new UdpSocket(ns);
    const errno = socket.bind(0, dstPort);
    if (errno !== '') return errno;
    sock = new VxlanSock(socket, dstPort, receiveFlags);
    socket.encap = sock;
    vxlanNetOf(ns).socks.push(sock);
  }
  sock.add(dev);
  dev.sock = sock;
  return '';
}

/** Twin of vxlan_sock_release: the device goes down; the last one takes the socket with it. */
export function vxlanSockRelease(dev: Vxlan): void {
  const { sock } = dev;
  if (sock === null) return;
  dev.sock = null;
  sock.remove(dev);
  if (sock.devices.length > 0) return;
  sock.socket.close();
  const { socks } = vxlanNetOf(dev.linkNs);
  socks.splice(socks.indexOf(sock), 1);
}

/** Twin of vxlan_multicast_join: the socket hears the group of the device by the interface below it. */
export function vxlanMulticastJoin(dev: Vxlan): Errno {
  const { remote, ifIndex } = dev.config;
  if (!isMulticastIp4(remote) || dev.sock === null) return '';
  const errno = dev.sock.socket.joinGroup(remote, dev.linkNs.devices[ifIndex]?.name ?? '');
  return errno === 'EADDRINUSE' ? '' : errno;
}

/** Twin of vxlan_multicast_leave: unless another device of the socket is in the same group. */
export function vxlanMulticastLeave(dev: Vxlan): void {
  const { sock, config } = dev;
  if (sock === null || !isMulticastIp4(config.remote)) return;
  const isUsed = sock.devices.some(
    (other) => other !== dev && other.config.remote === config.remote && other.config.ifIndex === config.ifIndex,
  );
  if (!isUsed) sock.socket.leaveGroup(config.remote, dev.linkNs.devices[config.ifIndex]?.name ?? '');
}
