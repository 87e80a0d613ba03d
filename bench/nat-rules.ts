/** The rules of workload N1, as iptables-restore reads them. */

/** What an engine of version 29 has for docker0 with one container, of which two ports of UDP are published. */
export const ENGINE_RULES = `*raw
:PREROUTING ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
-A PREROUTING -d 172.17.0.2/32 ! -i docker0 -j DROP
COMMIT
*filter
:INPUT ACCEPT [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
:DOCKER - [0:0]
:DOCKER-BRIDGE - [0:0]
:DOCKER-CT - [0:0]
:DOCKER-FORWARD - [0:0]
:DOCKER-INTERNAL - [0:0]
:DOCKER-USER - [0:0]
-A FORWARD -j DOCKER-USER
-A FORWARD -j DOCKER-FORWARD
-A DOCKER -d 172.17.0.2/32 ! -i docker0 -o docker0 -p udp -m udp --dport 9 -j ACCEPT
-A DOCKER -d 172.17.0.2/32 ! -i docker0 -o docker0 -p udp -m udp --dport 10 -j ACCEPT
-A DOCKER -d 172.17.0.2/32 ! -i docker0 -o docker0 -p udp -m udp --dport 11 -j ACCEPT
-A DOCKER -d 172.17.0.2/32 ! -i docker0 -o docker0 -p udp -m udp --dport 12 -j ACCEPT
-A DOCKER ! -i docker0 -o docker0 -j DROP
-A DOCKER-BRIDGE -o docker0 -j DOCKER
-A DOCKER-CT -o docker0 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A DOCKER-FORWARD -j DOCKER-CT
-A DOCKER-FORWARD -j DOCKER-INTERNAL
-A DOCKER-FORWARD -j DOCKER-BRIDGE
-A DOCKER-FORWARD -i docker0 -j ACCEPT
COMMIT
*nat
:PREROUTING ACCEPT [0:0]
:INPUT ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:POSTROUTING ACCEPT [0:0]
:DOCKER - [0:0]
-A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER
-A OUTPUT ! -d 127.0.0.0/8 -m addrtype --dst-type LOCAL -j DOCKER
-A POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE
-A DOCKER ! -i docker0 -p udp -m udp --dport 9 -j DNAT --to-destination 172.17.0.2:9
-A DOCKER ! -i docker0 -p udp -m udp --dport 10 -j DNAT --to-destination 172.17.0.2:10
-A DOCKER ! -i docker0 -p udp -m udp --dport 11 -j DNAT --to-destination 172.17.0.2:11
-A DOCKER ! -i docker0 -p udp -m udp --dport 12 -j DNAT --to-destination 172.17.0.2:12
COMMIT
`;

/** The table filter, and nothing in it. */
export const EMPTY_RULES = '*filter\n:FORWARD ACCEPT [0:0]\nCOMMIT\n';

/** How many rules there are in the list. */
export const LIST_LENGTH = 1000;

/** A list in which no rule is meant. */
export const LIST_RULES = `*filter\n:FORWARD ACCEPT [0:0]\n${listRules()}COMMIT\n`;

function listRules(): string {
  const rule = (_: unknown, i: number): string => {
    return `-A FORWARD -s 10.${i >> 8}.${i & 255}.0/24 -p udp -m udp --dport ${1000 + i} -j DROP\n`;
  };
  return Array.from({ length: LIST_LENGTH }, rule).join('');
}
