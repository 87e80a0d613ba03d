/** The example of a scenario in the contract, word for word. */
export const CONTRACT_EXAMPLE = String.raw`
name: overlay-two-nodes            # [a-z0-9-]; default: the file's stem; js, bench, coverage are reserved
engine: "20.10"                    # or "29"; 20.10 when left out; unquoted 20.10 is accepted too
seed: 1
hosts:
  node1: { address: 192.168.50.11/24 }
  node2: { address: 192.168.50.12/24 }
  client: { address: 192.168.50.50/24, docker: false }       # a plain Linux machine
  r1:                                                        # a router between two LANs
    docker: false
    forward: true
    interfaces: { eth0: { lan: lan, address: 192.168.50.1/24 }, eth1: { lan: far, address: 10.9.0.1/24 } }
    routes: { 10.10.0.0/16: 10.9.0.2 }
lans:                              # default: one LAN with every host
  lan: { hosts: [node1, node2, client, r1], rate: 1Gbit, delay: 50us, queue: 1000, mtu: 1500 }
  far: { hosts: [r1], uplink: { to: lan2, rate: 10Gbit, delay: 1us } }   # a switch hung on another switch
capture: [ "node*/eth0", "node1/c1/*" ]                      # default: all
images:                            # what a name stands for; nginx, httpd, redis, busybox, alpine … are built in
  shop: { listen: [ { tcp: 8080, http: "hello" } ] }
steps:
  - on: node1
    run: docker swarm init --advertise-addr 192.168.50.11
  - on: node1
    run: docker swarm join-token -q worker
    save: token
  - on: node2
    run: docker swarm join --token $token 192.168.50.11:2377
  - on: node1
    run: docker network create -d overlay --attachable appnet
  - on: node1
    run: docker run -d --name c1 --network appnet nginx
  - on: node2
    run: docker run -itd --name c2 --network appnet busybox
  - on: node2
    run: docker exec c2 ping -c 4 c1
    expect: { exit: 0, stdout: ", 0% packet loss" }          # a substring, or /a regular expression/
  - fault: { cut: node2/lan }                                # cut, heal, partition, kill, start; more in the schema
    at: 60s
  - wait: 5s
  - expect: { capture: node1/eth0, filter: "udp port 4789", count: ">= 8" }
  - on: client
    script: |
      ip netns add a
      ip link add va type veth peer name eth0 netns a
      ip addr add 10.9.0.1/24 dev va && ip link set va up
flows:                             # load without a program's overhead, for benches
  - { from: node1/c1, to: node2/c2, udp: 9000, size: 64, count: 1000000, interval: 10us, start: 1s }
`.slice(1);
