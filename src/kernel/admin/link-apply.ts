/** Sets on an interface what `ip link` was told, in the kernel's order (Linux: do_setlink). */
import type { NetDevice } from '../netdev.ts';
import type { Netns } from '../netns.ts';
import {
  devChangeName,
  devChangeNetns,
  devClose,
  devOpen,
  devSetAllmulti,
  devSetMac,
  devSetMaster,
  devSetMtu,
  devSetPromiscuity,
  leaveMaster,
  mayChangeNetns,
  MTU_MIN,
  mtuMax,
  notifyLink,
} from '../dev/dev-ops.ts';
import type { LinkFlag, LinkWords } from './link-words.ts';
import type { AdminResult } from './result.ts';
import { DONE, failure, netlinkResult } from './result.ts';

/** Up to the first that is refused; what was set before stays. */
export function applyLink(dev: NetDevice, link: LinkWords): AdminResult {
  for (const step of [applyNetns, applyAddress, applyNames, applyMaster, applyFlags, applyRest]) {
    const result = step(dev, link);
    if (result.exit !== 0) return result;
  }
  return DONE;
}

/** What the kernel says of an MTU; null when it takes it. */
export function mtuFlaw(mtu: number, max: number): AdminResult | null {
  if (mtu < MTU_MIN) return failure(2, 'Error: mtu less than device minimum.');
  return mtu > max ? failure(2, 'Error: mtu greater than device maximum.') : null;
}

function applyNetns(dev: NetDevice, link: LinkWords): AdminResult {
  if (link.netns === undefined) return DONE;
  return link.netns === 'ESRCH' ? netlinkResult('ESRCH') : setNetns(dev, link.netns, link);
}

function setNetns(dev: NetDevice, target: Netns, link: LinkWords): AdminResult {
  if (!mayChangeNetns(dev)) return failure(2, 'Error: The interface netns is immutable.');
  const errno = devChangeNetns(dev, target, link.name, link.index);
  if (errno === 'EEXIST') return failure(2, 'Error: An interface with the same name exists in the target netns.');
  return netlinkResult(errno);
}

function applyAddress(dev: NetDevice, link: LinkWords): AdminResult {
  if (link.address !== undefined) {
    const errno = devSetMac(dev, link.address.mac);
    if (errno !== '') return netlinkResult(errno);
  }
  if (link.mtu === undefined) return DONE;
  const flaw = mtuFlaw(link.mtu, mtuMax(dev));
  return flaw ?? netlinkResult(devSetMtu(dev, link.mtu));
}

function applyNames(dev: NetDevice, link: LinkWords): AdminResult {
  const { attributes } = dev;
  if (link.group !== undefined) attributes.group = link.group;
  if (link.name !== '') {
    const errno = devChangeName(dev, link.name);
    if (errno !== '') return netlinkResult(errno);
  }
  if (link.alias !== undefined) attributes.alias = link.alias;
  return DONE;
}

function applyMaster(dev: NetDevice, link: LinkWords): AdminResult {
  if (link.master === null) leaveMaster(dev);
  if (link.master === null || link.master === undefined) return DONE;
  const errno = devSetMaster(dev, link.master);
  return errno === 'ELOOP' ? failure(2, 'Error: Can not enslave a bridge to a bridge.') : netlinkResult(errno);
}

function applyFlags(dev: NetDevice, link: LinkWords): AdminResult {
  const wasUp = dev.isUp;
  for (const [flag, isOn] of link.flags) setFlag(dev, flag, isOn);
  if (link.flags.size > 0 && (link.isUp ?? wasUp) === wasUp) notifyLink(dev);
  if (link.isUp === true) return netlinkResult(devOpen(dev));
  if (link.isUp === false) devClose(dev);
  return DONE;
}

/** Twin of __dev_change_flags for what is not IFF_UP. */
export function setFlag(dev: NetDevice, flag: LinkFlag, isOn: boolean): void {
  const { attributes } = dev;
  switch (flag) {
    case 'multicast':
      attributes.isMulticast = isOn;
      break;
    case 'allmulticast':
      if (isOn !== attributes.isAllmulti) devSetAllmulti(dev, isOn ? 1 : -1);
      attributes.isAllmulti = isOn;
      break;
    case 'promisc':
      if (isOn !== attributes.isPromisc) devSetPromiscuity(dev, isOn ? 1 : -1);
      attributes.isPromisc = isOn;
      break;
    case 'trailers':
      attributes.noTrailers = !isOn;
      break;
    case 'arp':
      attributes.isNoArp = !isOn;
      dev.noArp = dev.isLoopback || !isOn;
      dev.ns.neighbours.flushDevice(dev);
      dev.ns.routes.flush();
      break;
    case 'dynamic':
      attributes.isDynamic = isOn;
      break;
  }
}

function applyRest(dev: NetDevice, link: LinkWords): AdminResult {
  const { attributes } = dev;
  if (link.hasCarrier) return netlinkResult('EOPNOTSUPP');
  if (link.txQueueLen !== undefined && link.txQueueLen !== attributes.txQueueLen) {
    attributes.txQueueLen = link.txQueueLen;
    notifyLink(dev);
  }
  if (link.addrGenMode === 'stable_secret') return netlinkResult('EINVAL');
  if (link.addrGenMode !== undefined) attributes.addrGenMode = link.addrGenMode;
  if (link.hasProtodown) return failure(2, 'Error: Protodown not supported by device.');
  // Of these the kernel tells only while the interface is up (netdev_state_change).
  if ((link.alias !== undefined || link.group !== undefined || link.txQueueLen !== undefined) && dev.isUp) {
    if (link.txQueueLen === undefined) notifyLink(dev);
  }
  return DONE;
}
