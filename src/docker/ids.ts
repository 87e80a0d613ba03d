/**
 * Ids, generated names and random addresses, where Docker draws from /dev/urandom: here from the host's generator, with
 * a fork for each kind, so that a further container does not shift the names of veths.
 */
import type { Ip4, Mac } from '../base/addr.ts';
import { macFrom } from '../base/addr.ts';
import type { Rng } from '../sim/rng.ts';
import { ADJECTIVES, SURNAMES } from './name-words.ts';

/** What `docker ps` and host names show of an id, and interface names of a network's. */
export const SHORT_ID_DIGITS = 12;
const ID_DIGITS = 64;
/** Docker tries so many names, from the second on with a digit behind them (daemon/names.go). */
const NAME_TRIES = 6;
const VETH_NAME_DIGITS = 7;
/** 02:42, the upper half of every MAC that Docker makes: unicast, locally administered. */
const DOCKER_MAC_HI = 0x0242;

/** The first 12 digits of an id. */
export function shortId(fullId: string): string {
  return fullId.slice(0, SHORT_ID_DIGITS);
}

/** The MAC of a container's interface: 02:42 and its address. Twin of libnetwork's GenerateMACFromIP. */
export function macOfAddress(address: Ip4): Mac {
  return macFrom(DOCKER_MAC_HI, address);
}

/** Six random bytes, of which the first says: unicast, locally administered. */
function randomMac(rng: Rng): Mac {
  const hi = rng.u32() & 0xffff;
  return macFrom((hi & 0xfeff) | 0x0200, rng.u32());
}

export class Ids {
  private readonly idRng: Rng;
  private readonly nameRng: Rng;
  private readonly macRng: Rng;
  private readonly endpointMacRng: Rng;
  private readonly vethRng: Rng;
  private readonly vethNames = new Set<string>();

  constructor(rng: Rng) {
    this.idRng = rng.fork('ids');
    this.nameRng = rng.fork('names');
    this.macRng = rng.fork('macs');
    this.endpointMacRng = rng.fork('endpoint macs');
    this.vethRng = rng.fork('veths');
  }

  /** A fresh id of 64 hexadecimal digits; never one whose short form is a number, which could not be a host name. */
  next(): string {
    let drawn = this.idRng.hex(ID_DIGITS);
    while (/^\d+$/.test(shortId(drawn))) drawn = this.idRng.hex(ID_DIGITS);
    return drawn;
  }

  /** A name like `brisk_hopper` that `isTaken` does not know; after six vain tries the short id. */
  containerName(containerId: string, isTaken: (name: string) => boolean): string {
    for (let i = 0; i < NAME_TRIES; i++) {
      const adjective = ADJECTIVES[this.nameRng.below(ADJECTIVES.length)]!;
      const surname = SURNAMES[this.nameRng.below(SURNAMES.length)]!;
      const name = `${adjective}_${surname}${i === 0 ? '' : this.nameRng.below(10)}`;
      if (!isTaken(name)) return name;
    }
    return shortId(containerId);
  }

  /** The MAC of a bridge: 02:42 and four random bytes. */
  bridgeMac(): Mac {
    return macFrom(DOCKER_MAC_HI, this.macRng.u32());
  }

  /** The MAC of a bridge of newer engines: random but for what makes it one host's own (GenerateRandomMAC). */
  randomBridgeMac(): Mac {
    return randomMac(this.macRng);
  }

  /** The same for an interface of a container. */
  randomEndpointMac(): Mac {
    return randomMac(this.endpointMacRng);
  }

  /** `veth` and 7 hexadecimal digits, each name once. */
  vethName(): string {
    let name = this.drawVethName();
    while (this.vethNames.has(name)) name = this.drawVethName();
    this.vethNames.add(name);
    return name;
  }

  private drawVethName(): string {
    return `veth${this.vethRng.hex(VETH_NAME_DIGITS)}`;
  }
}
