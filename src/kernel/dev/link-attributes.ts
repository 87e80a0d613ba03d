/** What an administrator can set on an interface and no frame asks for (Linux: net_device, IFLA_*). */

/** Linux: DEFAULT_TX_QUEUE_LEN. */
const DEFAULT_TX_QUEUE_LEN = 1000;

/** Linux: TSO_MAX_SIZE, and TSO_LEGACY_MAX_SIZE of those who do not say more. */
export const TSO_MAX_SIZE = 524_280;
const TSO_LEGACY_MAX_SIZE = 65_536;

export class LinkAttributes {
  /** `ip link set alias` */
  alias = '';
  /** Further names by which tools find the interface. */
  readonly altNames: string[] = [];
  /** A number for `ip link … group`; 0 is "default". */
  group = 0;
  txQueueLen = DEFAULT_TX_QUEUE_LEN;
  numTxQueues = 1;
  numRxQueues = 1;
  /** IFF_PROMISC and IFF_ALLMULTI as an administrator set them (Linux: gflags). */
  isPromisc = false;
  isAllmulti = false;
  /** IFF_MULTICAST */
  isMulticast: boolean;
  /** IFF_NOTRAILERS, IFF_DYNAMIC: kept for those who ask. */
  noTrailers = false;
  isDynamic = false;
  /** IFF_NOARP as an administrator set it. */
  isNoArp = false;
  /** `addrgenmode`: kept, there is no IPv6. */
  addrGenMode = 'eui64';
  /** The interface was up at some time: it has a queueing discipline since. */
  hasBeenUp = false;
  /** The largest packet that the interface could cut up by itself. */
  tsoMaxSize: number;
  /** The carrier has just come and nobody has been told. */
  isCarrierNews = false;
  /** How often the carrier came or went; until it does the operational state is unknown. */
  carrierChanges = 0;

  constructor(isLoopback: boolean) {
    this.isMulticast = !isLoopback;
    this.tsoMaxSize = isLoopback ? TSO_MAX_SIZE : TSO_LEGACY_MAX_SIZE;
  }
}
