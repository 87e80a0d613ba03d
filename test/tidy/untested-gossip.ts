/** Files of `src/gossip` without a test of their own name, each with the reason. */
export const UNTESTED_GOSSIP: Readonly<Record<string, string>> = {
  'src/gossip/memberlist/ack-handlers.ts':
    'memberlist/bad-input.test.ts has acknowledgments that nobody waits for, prober.test.ts those that count',
  'src/gossip/memberlist/counters.ts': 'memberlist/bad-input.test.ts counts what is refused, by its reason',
  'src/gossip/memberlist/packet-sender.ts':
    'memberlist/prober.test.ts looks at what is sent, recorded-session.test.ts how often',
  'src/gossip/memberlist/packet-receiver.ts': 'memberlist/bad-input.test.ts gives it datagrams of every kind',
  'src/gossip/memberlist/indirect-pings.ts':
    'memberlist/prober.test.ts pings through others, and hears that they heard nothing',
  'src/gossip/memberlist/exchange.ts':
    'memberlist/memberlist.test.ts opens streams that answer, are refused and fall silent',
  'src/gossip/memberlist/accepted-stream.ts': 'memberlist/bad-input.test.ts opens streams of every kind',
  'src/gossip/memberlist/streams.ts': 'memberlist/bad-input.test.ts opens streams of every kind',
  'src/gossip/memberlist/merge-remote-state.ts':
    'memberlist/bad-input.test.ts sends states that are refused, memberlist.test.ts such that are not',
  'src/gossip/memberlist/waiting.ts': 'memberlist/memberlist.test.ts leaves, and waits in vain',
  'src/gossip/memberlist/ticks.ts': 'memberlist/recorded-session.test.ts compares what is gossiped, and when',
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
