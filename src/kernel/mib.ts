/**
 * SNMP-like counters of a namespace, under the names of /proc/net/snmp (RFC 4293, RFC 4113). Plain fields: one
 * addition each on the hot path.
 */
export class Mib {
  ipInReceives = 0;
  ipInHdrErrors = 0;
  ipInAddrErrors = 0;
  ipInTruncatedPkts = 0;
  ipInNoRoutes = 0;
  ipForwDatagrams = 0;
  ipInUnknownProtos = 0;
  ipInDiscards = 0;
  ipInDelivers = 0;
  ipOutRequests = 0;
  ipOutDiscards = 0;
  ipOutNoRoutes = 0;
  ipReasmReqds = 0;
  ipReasmOks = 0;
  ipReasmFails = 0;
  ipReasmTimeout = 0;
  ipFragOks = 0;
  ipFragFails = 0;
  ipFragCreates = 0;
  icmpInMsgs = 0;
  icmpInErrors = 0;
  icmpInCsumErrors = 0;
  icmpOutMsgs = 0;
  icmpOutRateLimit = 0;
  udpInDatagrams = 0;
  udpNoPorts = 0;
  udpInErrors = 0;
  udpOutDatagrams = 0;
  udpRcvbufErrors = 0;
  udpInCsumErrors = 0;
}
