/**
 * Builds capture files as other programs write them, in either byte order, so that the reader is not judged by this
 * project's own writer alone.
 */
export class ForeignCapture {
  readonly littleEndian: boolean;
  private readonly octets: number[] = [];

  constructor(littleEndian: boolean) {
    this.littleEndian = littleEndian;
  }

  bytes(): Uint8Array {
    return Uint8Array.from(this.octets);
  }

  raw(value: Iterable<number>): this {
    for (const octet of value) this.octets.push(octet);
    return this;
  }

  u16(value: number): this {
    return this.number(BigInt(value), 2);
  }

  u32(value: number): this {
    return this.number(BigInt(value), 4);
  }

  u64(value: bigint): this {
    return this.number(BigInt.asUintN(64, value), 8);
  }

  pcapHeader(magic: number, snaplen = 65_535, linkType = 1): this {
    return this.u32(magic).u16(2).u16(4).u32(0).u32(0).u32(snaplen).u32(linkType);
  }

  pcapRecord(seconds: number, fraction: number, data: Uint8Array, originalLength = data.length): this {
    return this.u32(seconds).u32(fraction).u32(data.length).u32(originalLength).raw(data);
  }

  /** Both lengths and the padding come from what `fill` appends. */
  block(type: number, fill: (body: ForeignCapture) => void): this {
    const body = new ForeignCapture(this.littleEndian);
    fill(body);
    while (body.octets.length % 4 !== 0) body.octets.push(0);
    const length = body.octets.length + 12;
    return this.u32(type).u32(length).raw(body.octets).u32(length);
  }

  option(code: number, value: Iterable<number>): this {
    const octets = [...value];
    this.u16(code).u16(octets.length).raw(octets);
    while (this.octets.length % 4 !== 0) this.octets.push(0);
    return this;
  }

  section(): this {
    return this.block(0x0a0d0d0a, (body) => {
      body.u32(0x1a2b3c4d).u16(1).u16(0).u64(-1n);
    });
  }

  interface(options: (body: ForeignCapture) => void = () => undefined, snaplen = 0): this {
    return this.block(1, (body) => {
      body.u16(1).u16(0).u32(snaplen);
      options(body);
    });
  }

  enhancedPacket(
    interfaceId: number,
    time: bigint,
    data: Uint8Array,
    options: (body: ForeignCapture) => void = () => undefined,
  ): this {
    return this.block(6, (body) => {
      body.u32(interfaceId).u32(Number(time >> 32n));
      body.u32(Number(time & 0xffffffffn)).u32(data.length);
      body.u32(data.length).raw(data);
      while (body.octets.length % 4 !== 0) body.octets.push(0);
      options(body);
    });
  }

  private number(value: bigint, octetCount: number): this {
    const octets = Array.from({ length: octetCount }, (_, index) => Number((value >> BigInt(8 * index)) & 0xffn));
    return this.raw(this.littleEndian ? octets : octets.reverse());
  }
}

/** Text as octets, for options. */
export function text(value: string): Uint8Array {
  return new TextEncoder().encode(value);
}
