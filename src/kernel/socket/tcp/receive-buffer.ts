/** The bytes of the receive queue, those out of order too: a bounded ring, addressed by sequence number. */
export class ReceiveBuffer {
  readonly outOfOrderCount = 0;
}
