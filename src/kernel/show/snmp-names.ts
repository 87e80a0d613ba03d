/** The counters of /proc/net/snmp, group by group, in the order of the file (Linux: net/ipv4/proc.c). */
function group(name: string, names: string): readonly [string, readonly string[]] {
  return [name, names.split(' ')];
}

export const SNMP_GROUPS: readonly (readonly [string, readonly string[]])[] = [
  group(
    'Ip',
    'Forwarding DefaultTTL InReceives InHdrErrors InAddrErrors ForwDatagrams InUnknownProtos InDiscards InDelivers ' +
      'OutRequests OutDiscards OutNoRoutes ReasmTimeout ReasmReqds ReasmOKs ReasmFails FragOKs FragFails FragCreates ' +
      'OutTransmits',
  ),
  group(
    'Icmp',
    'InMsgs InErrors InCsumErrors InDestUnreachs InTimeExcds InParmProbs InSrcQuenchs InRedirects InEchos InEchoReps ' +
      'InTimestamps InTimestampReps InAddrMasks InAddrMaskReps OutMsgs OutErrors OutRateLimitGlobal OutRateLimitHost ' +
      'OutDestUnreachs OutTimeExcds OutParmProbs OutSrcQuenchs OutRedirects OutEchos OutEchoReps OutTimestamps ' +
      'OutTimestampReps OutAddrMasks OutAddrMaskReps',
  ),
  group(
    'Tcp',
    'RtoAlgorithm RtoMin RtoMax MaxConn ActiveOpens PassiveOpens AttemptFails EstabResets CurrEstab InSegs OutSegs ' +
      'RetransSegs InErrs OutRsts InCsumErrors',
  ),
  group(
    'Udp',
    'InDatagrams NoPorts InErrors OutDatagrams RcvbufErrors SndbufErrors InCsumErrors IgnoredMulti MemErrors',
  ),
];
