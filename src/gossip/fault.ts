/** Why bytes from the network were not understood: a reason to count and to tell, never an exception. */

export type GossipFault =
  /** Nothing there, where a message begins. */
  | 'empty'
  /** The bytes end inside a value, or a message promises more than there is. */
  | 'truncated'
  /** A message type that has no place there. */
  | 'unknownType'
  /** A value of another kind than the field, or out of its range. */
  | 'badValue'
  | 'badChecksum'
  /** A compression other than LZW. */
  | 'unknownAlgorithm'
  | 'badLzw'
  /** More than the limits allow: of a state, of a message, or of what may come out of compression. */
  | 'tooLarge'
  /** Compound and compressed messages inside each other beyond what anybody sends. */
  | 'tooDeep'
  | 'unsupportedEncryption'
  | 'tooSmallToDecrypt'
  /** Made with another key, or changed on its way. */
  | 'noKeyDecrypts'
  | 'badPadding'
  /** Of a stream: keys are set, and it came in plain text. */
  | 'notEncrypted'
  /** Of a stream: no keys are set, and it came encrypted. */
  | 'unexpectedEncryption'
  /** A label, of another cluster. */
  | 'unacceptableLabel';

const ANSWERS: Partial<Record<GossipFault, string>> = {
  notEncrypted: 'Encryption is configured but remote state is not encrypted',
  unexpectedEncryption: 'Remote state is encrypted and encryption is not configured',
  noKeyDecrypts: 'No installed keys could decrypt the message',
};

/**
 * What a member answers to a stream that it could not read, in memberlist's words (errResp); null where it closes
 * without a word.
 */
export function faultAnswer(fault: GossipFault): string | null {
  return ANSWERS[fault] ?? null;
}
