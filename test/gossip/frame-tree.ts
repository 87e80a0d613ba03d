/** The trees that truth/memberlist/frames.json tells of frames, and the project's messages of them. */
import { strict as assert } from 'node:assert';
import { compressPayload } from '../../src/gossip/compress.ts';
import { encodeCompound } from '../../src/gossip/compound.ts';
import { Keyring } from '../../src/gossip/keyring.ts';
import { encodeMessage } from '../../src/gossip/message-codec.ts';
import type { ErrResp, PacketMessage, PushNodeState, StreamMessage } from '../../src/gossip/messages.ts';
import { MESSAGE } from '../../src/gossip/messages.ts';
import { addCrc } from '../../src/gossip/packet.ts';
import { encryptedLength, encryptWithNonce } from '../../src/gossip/security.ts';
import { encodeStreamMessage, encryptHeader } from '../../src/gossip/stream.ts';
import type { SliceText } from './vectors.ts';
import { sliceOf, unhex } from './vectors.ts';

export type Fields = Readonly<Record<string, unknown>>;

/** A message, with what lies in it. */
export interface FrameTree {
  readonly type: string;
  readonly len: number;
  readonly fields: Fields;
  readonly parts?: readonly FrameTree[];
}

export interface FrameVector {
  readonly name: string;
  readonly via: 'udp' | 'tcp';
  readonly hex: string;
  readonly keys?: readonly string[];
  readonly nonce?: string;
  readonly encryptionVersion?: 0 | 1;
  readonly plain?: string;
  readonly types: string;
  readonly decoded: FrameTree;
}

const source = (f: Fields): { sourceAddr: Uint8Array | null; sourcePort: number; sourceNode: string } => ({
  sourceAddr: sliceOf((f['SourceAddr'] ?? null) as SliceText),
  sourcePort: (f['SourcePort'] ?? 0) as number,
  sourceNode: (f['SourceNode'] ?? '') as string,
});

const slice = (f: Fields, name: string): Uint8Array | null => sliceOf(f[name] as SliceText);
const text = (f: Fields, name: string): string => f[name] as string;
const number = (f: Fields, name: string): number => f[name] as number;

/** The message of those fields, whose names are Go's. */
export function messageOf(type: string, f: Fields): PacketMessage | ErrResp {
  switch (type) {
    case 'ping':
      return { type: MESSAGE.ping, seqNo: number(f, 'SeqNo'), node: text(f, 'Node'), ...source(f) };
    case 'indirectPing': {
      const asked = { target: slice(f, 'Target'), port: number(f, 'Port'), nack: f['Nack'] === true };
      return { type: MESSAGE.indirectPing, seqNo: number(f, 'SeqNo'), node: text(f, 'Node'), ...asked, ...source(f) };
    }
    case 'ackResp':
      return { type: MESSAGE.ackResp, seqNo: number(f, 'SeqNo'), payload: slice(f, 'Payload') };
    case 'nackResp':
      return { type: MESSAGE.nackResp, seqNo: number(f, 'SeqNo') };
    case 'suspect':
    case 'dead':
      return {
        type: MESSAGE[type],
        incarnation: number(f, 'Incarnation'),
        node: text(f, 'Node'),
        from: text(f, 'From'),
      };
    case 'alive': {
      const slices = { addr: slice(f, 'Addr'), meta: slice(f, 'Meta'), vsn: slice(f, 'Vsn') };
      const numbers = { incarnation: number(f, 'Incarnation'), port: number(f, 'Port') };
      return { type: MESSAGE.alive, node: text(f, 'Node'), ...numbers, ...slices };
    }
    case 'err':
      return { type: MESSAGE.err, error: text(f, 'Error') };
    default:
      return assert.fail(`no message ${type}`);
  }
}

export function nodeOf(f: Fields): PushNodeState {
  const slices = { addr: slice(f, 'Addr'), meta: slice(f, 'Meta'), vsn: slice(f, 'Vsn') };
  const numbers = { incarnation: number(f, 'Incarnation'), port: number(f, 'Port'), state: number(f, 'State') };
  return { name: text(f, 'Name'), ...numbers, ...slices };
}

/** Of a stream: the message at the bottom of the tree. */
export function streamMessageOf(tree: FrameTree): StreamMessage {
  if (tree.type === 'encrypt' || tree.type === 'compress') return streamMessageOf(tree.parts![0]!);
  const f = tree.fields;
  if (tree.type === 'user') return { type: MESSAGE.user, bytes: unhex(text(f, 'user')) };
  if (tree.type !== 'pushPull') return messageOf(tree.type, f) as StreamMessage;
  const header = f['header'] as Fields;
  const nodes = (f['nodes'] as Fields[]).map(nodeOf);
  return { type: MESSAGE.pushPull, isJoin: header['Join'] === true, nodes, userState: unhex(text(f, 'userState')) };
}

/** Of a datagram: all messages at the bottom of the tree, in order. */
export function packetMessagesOf(tree: FrameTree): PacketMessage[] {
  if (tree.type === 'user') return [{ type: MESSAGE.user, bytes: unhex(text(tree.fields, 'user')) }];
  if (tree.parts !== undefined) return tree.parts.flatMap(packetMessagesOf);
  return [messageOf(tree.type, tree.fields) as PacketMessage];
}

/** The datagram's payload that the tree tells of, put together by the project's layers. */
export function encodePacketTree(tree: FrameTree, keys: readonly string[]): Uint8Array {
  const inner = (tree.parts ?? []).map((part) => encodePacketTree(part, keys));
  switch (tree.type) {
    case 'compound':
      return encodeCompound(inner);
    case 'compress':
      return compressPayload(inner[0]!) ?? assert.fail('compression without a limit');
    case 'hasCrc':
      return addCrc(inner[0]!);
    case 'encrypted':
      return encryptTree(tree, keys, inner[0]!, new Uint8Array(0));
    default:
      return encodeMessage(packetMessagesOf(tree)[0]!);
  }
}

/** The bytes of a stream that the tree tells of. */
export function encodeStreamTree(tree: FrameTree, keys: readonly string[]): Uint8Array {
  if (tree.type === 'compress') {
    return compressPayload(encodeStreamTree(tree.parts![0]!, keys)) ?? assert.fail('compression without a limit');
  }
  if (tree.type !== 'encrypt') return encodeStreamMessage(streamMessageOf(tree));
  const inner = encodeStreamTree(tree.parts![0]!, keys);
  const header = encryptHeader(encryptedLength(tree.fields['version'] as 0 | 1, inner.length));
  return Uint8Array.from([...header, ...encryptTree(tree, keys, inner, header)]);
}

function encryptTree(tree: FrameTree, keys: readonly string[], inner: Uint8Array, aad: Uint8Array): Uint8Array {
  const keyring = new Keyring(unhex(keys[number(tree.fields, 'key')]!));
  return encryptWithNonce(tree.fields['version'] as 0 | 1, keyring, unhex(text(tree.fields, 'nonce')), inner, aad);
}

/** The keyring of whoever is to read a frame; null where it is in plain text. */
export function keyringOf(vector: FrameVector): Keyring | null {
  if (vector.keys === undefined) return null;
  const [primary, ...others] = vector.keys.map(unhex);
  return new Keyring(primary!, others);
}
