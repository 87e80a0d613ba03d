/**
 * Security associations: how datagrams between two hosts are encrypted in one direction (RFC 4301 4.4.2; Linux: struct
 * xfrm_state, net/xfrm/xfrm_state.c).
 */
import type { Ip4 } from '../../base/addr.ts';
import { AesGcm } from '../../base/crypto.ts';
import type { Errno } from '../errno.ts';
import type { Limits, Lifetime } from './lifetime.ts';
import { hasTimedOut } from './lifetime.ts';
import { Replay } from './replay.ts';
import type { Selector, XfrmFlow, XfrmMark } from './selector.ts';
import { markMatches, selectorMatches } from './selector.ts';

/** The only cipher that there is, by the name that Linux has for it (RFC 4106). */
export const RFC4106_GCM_AES = 'rfc4106(gcm(aes))';
/** What stands at a key's end: the first bytes of each nonce. */
export const SALT_BYTES = 4;

/** Keys and their use, as they were given. */
export interface Aead {
  readonly name: string;
  /** With the salt behind it. */
  readonly key: Uint8Array;
  readonly icvBits: number;
}

/** What names an association. */
export interface XfrmId {
  readonly src: Ip4;
  readonly dst: Ip4;
  readonly proto: number;
  /** Unsigned. */
  readonly spi: number;
}

export interface XfrmStateSettings extends XfrmId {
  readonly reqid: number;
  readonly mark: XfrmMark;
  /** What the datagram bears from then on; a mask of 0 changes nothing. */
  readonly outputMark: XfrmMark;
  /** XFRM_STATE_… */
  readonly flags: number;
  /** XFRM_SA_XFLAG_… */
  readonly extraFlags: number;
  /** Numbers several associations that belong together (`seq`). */
  readonly sequence: number;
  readonly replayWindow: number;
  readonly replayIncoming: number;
  readonly replayOutgoing: number;
  readonly aead: Aead;
  readonly selector: Selector;
  readonly limits: Limits;
}

/** XFRM_SA_XFLAG_OSEQ_MAY_WRAP */
const OSEQ_MAY_WRAP = 2;

export class XfrmState {
  readonly id: XfrmId;
  readonly reqid: number;
  readonly mark: XfrmMark;
  outputMark: XfrmMark;
  readonly flags: number;
  readonly extraFlags: number;
  readonly sequence: number;
  readonly replay: Replay;
  readonly aead: Aead;
  selector: Selector;
  limits: Limits;
  readonly lifetime: Lifetime;
  /** How often numbers were too old, were there before, and values did not fit (struct xfrm_stats). */
  tooOld = 0;
  replayed = 0;
  integrityFailed = 0;
  /** It has carried all that it may. */
  isExpired = false;
  readonly cipher: AesGcm;
  readonly salt: Uint8Array;
  /** Each initialisation vector is this XOR the sequence number (crypto/seqiv.c). */
  private readonly ivHigh: number;
  private readonly ivLow: number;

  /** `ivHigh` and `ivLow` are of chance. */
  constructor(settings: XfrmStateSettings, addedSeconds: number, ivHigh: number, ivLow: number) {
    const { src, dst, proto, spi } = settings;
    this.id = { src, dst, proto, spi };
    this.reqid = settings.reqid;
    this.mark = settings.mark;
    this.outputMark = settings.outputMark;
    this.flags = settings.flags;
    this.extraFlags = settings.extraFlags;
    this.sequence = settings.sequence;
    this.replay = new Replay(settings.replayWindow, settings.replayIncoming, settings.replayOutgoing);
    this.aead = settings.aead;
    this.selector = settings.selector;
    this.limits = settings.limits;
    this.lifetime = { bytes: 0, packets: 0, addedSeconds, usedSeconds: 0 };
    const { key, icvBits } = settings.aead;
    this.cipher = new AesGcm(key.subarray(0, key.length - SALT_BYTES), icvBits / 8);
    this.salt = key.subarray(key.length - SALT_BYTES);
    this.ivHigh = ivHigh;
    this.ivLow = ivLow;
  }

  get mayWrap(): boolean {
    return (this.extraFlags & OSEQ_MAY_WRAP) !== 0;
  }

  /** Bytes of the integrity check value. */
  get icvBytes(): number {
    return this.aead.icvBits / 8;
  }

  /** Writes the initialisation vector of the datagram with this sequence number. */
  writeIv(v: DataView, o: number, sequence: number): void {
    v.setUint32(o, this.ivHigh);
    v.setUint32(o + 4, this.ivLow ^ sequence);
  }

  /** Twin of xfrm_state_check_expire: false when it has carried all that it may. */
  mayCarry(nowSeconds: number): boolean {
    if (this.isExpired) return false;
    if (this.lifetime.usedSeconds === 0) this.lifetime.usedSeconds = nowSeconds;
    const { hardBytes, hardPackets } = this.limits;
    this.isExpired = this.lifetime.bytes >= hardBytes || this.lifetime.packets >= hardPackets;
    return !this.isExpired;
  }
}

/** Why a key or a value's length will not do; '' when it does (attach_aead, esp_init_aead). */
export function aeadFlaw({ name, key, icvBits }: Aead): string {
  if (name !== RFC4106_GCM_AES || ![64, 96, 128].includes(icvBits)) return 'Requested AEAD algorithm not found';
  return [16, 24, 32].includes(key.length - SALT_BYTES)
    ? ''
    : 'Kernel was unable to initialize cryptographic operations';
}

/** The associations of a namespace, the newest first. */
export class XfrmStates {
  private all: XfrmState[] = [];
  private readonly byDstSpi = new Map<string, XfrmState[]>();

  get count(): number {
    return this.all.length;
  }

  /** Those that have not had their time; the others go. */
  list(nowSeconds: number): readonly XfrmState[] {
    const timedOut = this.all.filter(
      (state) => state.isExpired || hasTimedOut(state.limits, state.lifetime, nowSeconds),
    );
    for (const state of timedOut) this.remove(state);
    return this.all;
  }

  /** Twin of xfrm_state_add. */
  add(state: XfrmState): Errno {
    const { id, mark } = state;
    if (this.lookup(id.dst, id.spi, id.proto, mark.value & mark.mask) !== null) return 'EEXIST';
    this.all.unshift(state);
    const key = keyOf(id.dst, id.spi);
    this.byDstSpi.set(key, [state, ...(this.byDstSpi.get(key) ?? [])]);
    return '';
  }

  remove(state: XfrmState): void {
    this.all = this.all.filter((each) => each !== state);
    const key = keyOf(state.id.dst, state.id.spi);
    const left = (this.byDstSpi.get(key) ?? []).filter((each) => each !== state);
    if (left.length === 0) this.byDstSpi.delete(key);
    else this.byDstSpi.set(key, left);
  }

  /** Twin of xfrm_state_lookup: by which association a datagram comes in. */
  lookup(dst: Ip4, spi: number, proto: number, mark: number): XfrmState | null {
    const found = this.byDstSpi.get(keyOf(dst, spi));
    return found?.find((state) => state.id.proto === proto && markMatches(state.mark, mark)) ?? null;
  }

  /**
   * Twin of xfrm_state_find: by which association a datagram goes out. Of those that fit the one that was made last,
   * and among those of one second the one that was made first.
   */
  find(wanted: WantedState, flow: XfrmFlow, nowSeconds: number): XfrmState | null {
    let best: XfrmState | null = null;
    for (const state of this.all) {
      const { id } = state;
      if (id.dst !== flow.dst || id.src !== flow.src || id.proto !== wanted.proto) continue;
      if (state.reqid !== wanted.reqid || (wanted.spi !== 0 && id.spi !== wanted.spi)) continue;
      if (!markMatches(state.mark, wanted.mark) || !selectorMatches(state.selector, flow)) continue;
      if (state.isExpired || hasTimedOut(state.limits, state.lifetime, nowSeconds)) continue;
      if (best === null || best.lifetime.addedSeconds <= state.lifetime.addedSeconds) best = state;
    }
    return best;
  }
}

/** What a policy asks of an association. */
export interface WantedState {
  readonly proto: number;
  /** 0 for any. */
  readonly spi: number;
  readonly reqid: number;
  readonly mark: number;
}

function keyOf(dst: Ip4, spi: number): string {
  return `${dst}/${spi}`;
}
