// buffer-layout 1.2.2 ships no types: the part that wire/layout.ts uses.
declare module 'buffer-layout' {
  interface Field {
    readonly span: number;
    readonly property: string | undefined;
  }
  interface Struct<T> extends Field {
    offsetOf(property: string): number | undefined;
    decode(b: Uint8Array, offset?: number): T;
    encode(src: T, b: Uint8Array, offset?: number): number;
  }
  type Ctor = (property?: string) => Field;
  const api: {
    u8: Ctor;
    u16: Ctor;
    u32: Ctor;
    u16be: Ctor;
    u24be: Ctor;
    u32be: Ctor;
    u48be: Ctor;
    s32be: Ctor;
    nu64: Ctor;
    nu64be: Ctor;
    blob(length: number, property?: string): Field;
    struct<T>(fields: readonly Field[], property?: string): Struct<T>;
  };
  export default api;
}
