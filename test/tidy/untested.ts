/** Files of `src` without a test of their own name, each with the reason. */
export const UNTESTED: Readonly<Record<string, string>> = {
  'src/pcap-writer/capture.ts': 'the shape of what the reader finds; every reader test compares with it',
  'src/pcap-writer/index.ts': 'names what others may import, and nothing else',
  'src/pcap-writer/pcap-format.ts': 'numbers of the format; the golden bytes of the writer pin each',
  'src/pcap-writer/pcapng-format.ts': 'numbers of the format; the golden bytes of the writer pin each',
};
