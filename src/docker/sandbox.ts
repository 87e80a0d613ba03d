/**
 * A sandbox: the network namespace of one container with its interfaces, routes and lo. Twin of libnetwork's
 * sandbox.go and osl/: the namespace appears when the container's process is made, after its endpoints, and each
 * endpoint's link is then moved in, renamed, addressed and only then set up.
 */
import { broadcastOf, formatCidr, formatIp4, formatMac } from '../base/addr.ts';
import { assert } from '../base/assert.ts';
import type { Endpoint } from './endpoint.ts';
import { shortId } from './ids.ts';
import type { KernelDoor } from './kernel-door.ts';
import { tryLine, typeLine } from './kernel-door.ts';

/** Interfaces inside are eth0, eth1 …, unless the network says otherwise. */
const INTERFACE_PREFIX = 'eth';
const NETNS_FOLDER = '/var/run/docker/netns';
/** What runc sets before the process starts (moby daemon/oci_linux.go): ping without privileges, and every port. */
const CONTAINER_SYSCTLS = ['net.ipv4.ip_unprivileged_port_start=0', 'net.ipv4.ping_group_range=0\\ 2147483647'];

export interface Sandbox {
  /** 64 hexadecimal digits. */
  readonly id: string;
  /** The file that holds the namespace, as `docker inspect` shows it. */
  readonly key: string;
  /** The namespace's name for `ip netns`; null when it is the host's own. */
  readonly netnsName: string | null;
  readonly endpoints: Endpoint[];
  /** Whether the namespace is there. */
  isOpen: boolean;
  /** The number of the next interface: it only grows, whatever leaves. */
  nextInterface: number;
}

export function createSandbox(sandboxId: string, isHostNamespace: boolean): Sandbox {
  const netnsName = isHostNamespace ? null : shortId(sandboxId);
  const key = `${NETNS_FOLDER}/${netnsName ?? 'default'}`;
  return { id: sandboxId, key, netnsName, endpoints: [], isOpen: false, nextInterface: 0 };
}

/** Makes the namespace with lo up and IPv6 off, and moves in what has joined. Nothing to do on the host's own. */
export function openSandbox(door: KernelDoor, sandbox: Sandbox, containerName: string): void {
  const netns = sandbox.netnsName;
  if (netns === null) return;
  typeLine(door, `ip netns add ${netns}`);
  sandbox.isOpen = true;
  door.labelNamespace(netns, containerName);
  typeLine(door, `ip netns exec ${netns} sysctl -w net.ipv6.conf.all.disable_ipv6=1`);
  typeLine(door, `ip -n ${netns} link set lo up`);
  for (const endpoint of sandbox.endpoints) populate(door, sandbox, netns, endpoint);
  for (const setting of CONTAINER_SYSCTLS) typeLine(door, `ip netns exec ${netns} sysctl -w ${setting}`);
}

/** Removes the namespace; its endpoints have left. */
export function closeSandbox(door: KernelDoor, sandbox: Sandbox): void {
  assert(sandbox.endpoints.length === 0, 'a sandbox is closed after its endpoints have left');
  if (sandbox.isOpen) tryLine(door, `ip netns del ${sandbox.netnsName ?? ''}`);
  sandbox.isOpen = false;
}

/** The endpoint that the default route leads to. */
export function gatewayEndpoint(sandbox: Sandbox): Endpoint | undefined {
  return sandbox.endpoints.find((endpoint) => endpoint.gateway !== null);
}

function populate(door: KernelDoor, sandbox: Sandbox, netns: string, endpoint: Endpoint): void {
  if (endpoint.sandboxLink === '') return;
  const name = `${INTERFACE_PREFIX}${sandbox.nextInterface++}`;
  typeLine(door, `ip link set ${endpoint.sandboxLink} netns ${netns}`);
  typeLine(door, `ip -n ${netns} link set ${endpoint.sandboxLink} name ${name}`);
  setAddresses(door, netns, name, endpoint);
  typeLine(door, `ip -n ${netns} link set ${name} up`);
  if (endpoint === gatewayEndpoint(sandbox) && endpoint.gateway !== null) {
    typeLine(door, `ip -n ${netns} route add default via ${formatIp4(endpoint.gateway)} dev ${name}`);
  }
}

function setAddresses(door: KernelDoor, netns: string, name: string, endpoint: Endpoint): void {
  const { address, mac, network } = endpoint;
  assert(address !== null && mac !== null && network.pool !== null, 'an interface has an address and a MAC');
  const own = { address, prefixLen: network.pool.subnet.prefixLen };
  typeLine(door, `ip -n ${netns} link set ${name} address ${formatMac(mac)}`);
  typeLine(door, `ip -n ${netns} addr add ${formatCidr(own)} brd ${formatIp4(broadcastOf(own))} dev ${name}`);
}
