/** Files of `src/gossip` without a test of their own name, each with the reason. */
export const UNTESTED_GOSSIP: Readonly<Record<string, string>> = {
  'src/gossip/memberlist/config.ts': 'settings and their profiles; the clusters of the memberlist tests run with each',
  'src/gossip/memberlist/addresses.ts':
    'memberlist/memberlist.test.ts joins and pings over the addresses that it reads and writes',
  'src/gossip/memberlist/ack-handlers.ts':
    'memberlist/memberlist.test.ts waits for acknowledgments, and counts those that nobody waits for',
  'src/gossip/memberlist/suspicion.ts': 'memberlist/timing.test.ts compares how long suspects live',
  'src/gossip/memberlist/node-state.ts': 'memberlist/memberlist.test.ts looks at each of its fields',
  'src/gossip/memberlist/node-list.ts': 'memberlist/memberlist.test.ts adds, forgets and chooses',
  'src/gossip/memberlist/counters.ts': 'memberlist/memberlist.test.ts counts what is refused',
  'src/gossip/memberlist/membership.ts': 'memberlist/memberlist.test.ts plays each change of state',
  'src/gossip/memberlist/packet-sender.ts': 'memberlist/memberlist.test.ts looks at what is sent',
  'src/gossip/memberlist/packet-receiver.ts': 'memberlist/memberlist.test.ts gives it datagrams of every kind',
  'src/gossip/memberlist/prober.ts': 'memberlist/timing.test.ts compares when it suspects',
  'src/gossip/memberlist/indirect-pings.ts': 'memberlist/memberlist.test.ts pings through others',
  'src/gossip/memberlist/exchange.ts': 'memberlist/memberlist.test.ts opens streams that answer, fail and fall silent',
  'src/gossip/memberlist/accepted-stream.ts': 'memberlist/memberlist.test.ts opens streams of every kind',
  'src/gossip/memberlist/streams.ts': 'memberlist/memberlist.test.ts opens streams of every kind',
  'src/gossip/memberlist/merge-remote-state.ts': 'memberlist/memberlist.test.ts merges clusters, and refuses to',
  'src/gossip/memberlist/verify-protocol.ts': 'memberlist/memberlist.test.ts merges clusters, and refuses to',
  'src/gossip/memberlist/waiting.ts': 'memberlist/memberlist.test.ts leaves, and waits in vain',
  'src/gossip/memberlist/ticks.ts': 'memberlist/memberlist.test.ts gossips',
  'src/gossip/networkdb/bulk-sync.ts':
    'network-db.test.ts and handlers.test.ts look at what is sent, convergence.test.ts',
  'src/gossip/networkdb/counters.ts': 'numbers; handlers.test.ts compares the reasons one by one',
  'src/gossip/networkdb/db-state.ts': 'network-db.test.ts and convergence.test.ts see every change of it',
  'src/gossip/networkdb/settings.ts': 'numbers of libnetwork; network-db.test.ts meets its times',
  'src/gossip/networkdb/upkeep.ts':
    'network-db.test.ts has each of its works happen, convergence.test.ts in all orders',
  'src/gossip/networkdb/watchers.ts': 'network-db.test.ts compares what watchers hear',
  'src/gossip/messages.ts': "numbers and types; the codec's tests read and write each of them",
  'src/gossip/serf/serf-config.ts': 'settings and types; serf.test.ts runs members by them',
  'src/gossip/serf/serf-events.ts': 'serf.test.ts sends events of both kinds among members',
  'src/gossip/serf/serf-members.ts': 'serf.test.ts lets members join, leave, fail and come back',
  'src/gossip/serf/serf-queries.ts': 'serf.test.ts asks and answers among members',
  'src/gossip/serf/serf-messages.ts': "numbers and types; the codec's tests read and write each of them",
};
