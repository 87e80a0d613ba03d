/**
 * The files of /proc/sys that hold numbers and are no interface's own, each with what it takes and its default (Linux
 * 6.18 with Debian's HZ). One line a file:
 *
 *   name  range  default[,default…]  [field of Sysctls that the data plane reads]
 *
 * A range is `min..max` (`min..` up to the greatest int), `int`, `ms`, `seconds`, `switch`, or `ro` for a file that
 * only reads. `machine:` in front of it: the machine has one, seen in its first namespace only; `shared:`: the machine
 * has one, which its other namespaces may read.
 */
export const SYSCTL_ROWS = `
kernel.pid_max machine:301..4194304 32768
net.bridge.bridge-nf-call-arptables switch 1 bridgeNfCallArptables
net.bridge.bridge-nf-call-ip6tables switch 1
net.bridge.bridge-nf-call-iptables switch 1 bridgeNfCallIptables
net.bridge.bridge-nf-filter-pppoe-tagged switch 0
net.bridge.bridge-nf-filter-vlan-tagged switch 0 bridgeNfFilterVlanTagged
net.bridge.bridge-nf-pass-vlan-input-dev switch 0 bridgeNfPassVlanInputDev
net.core.busy_poll machine:0.. 0
net.core.busy_read machine:0.. 0
net.core.dev_weight machine:1.. 64
net.core.gro_normal_batch machine:1.. 8
net.core.max_skb_frags machine:1..17 17
net.core.message_burst machine:int 10
net.core.message_cost machine:int 5
net.core.netdev_budget machine:int 300
net.core.netdev_budget_usecs machine:0.. 8000
net.core.netdev_max_backlog machine:int 1000
net.core.optmem_max 0.. 131072
net.core.rmem_default shared:2304.. 212992 rmemDefaultBytes
net.core.rmem_max shared:2304.. 4194304 rmemMaxBytes
net.core.rps_default_mask 0..3 0
net.core.rps_sock_flow_entries machine:0..536870912 0
net.core.skb_defer_max machine:0.. 64
net.core.somaxconn 0.. 4096 somaxconn
net.core.tstamp_allow_data 0..1 1
net.core.txrehash 0..1 1
net.core.warnings machine:int 0
net.core.wmem_default shared:4608.. 212992 wmemDefaultBytes
net.core.wmem_max shared:4608.. 4194304 wmemMaxBytes
net.core.xfrm_acq_expires int 30
net.core.xfrm_aevent_etime 0..4294967295 10
net.core.xfrm_aevent_rseqth 0..4294967295 2
net.core.xfrm_larval_drop int 1
net.ipv4.fib_multipath_hash_fields 1..1023 7 fibMultipathHashFields
net.ipv4.fib_multipath_hash_policy 0..3 0 fibMultipathHashPolicy
net.ipv4.fib_multipath_hash_seed 0..4294967295 0
net.ipv4.fib_multipath_use_neigh 0..1 0 fibMultipathUseNeigh
net.ipv4.fib_notify_on_flag_change 0..2 0
net.ipv4.fib_sync_mem machine:65536..67108864 524288
net.ipv4.fwmark_reflect 0..255 0 fwmarkReflect
net.ipv4.icmp_echo_enable_probe 0..1 0
net.ipv4.icmp_echo_ignore_all 0..1 0 icmpEchoIgnoreAll
net.ipv4.icmp_echo_ignore_broadcasts 0..1 1 icmpEchoIgnoreBroadcasts
net.ipv4.icmp_errors_use_inbound_ifaddr 0..1 0 icmpErrorsUseInboundIfaddr
net.ipv4.icmp_ignore_bogus_error_responses 0..1 1 icmpIgnoreBogusErrorResponses
net.ipv4.icmp_msgs_burst 0.. 50 icmpMsgsBurst
net.ipv4.icmp_msgs_per_sec 0.. 1000 icmpMsgsPerSecond
net.ipv4.icmp_ratelimit ms 1000 icmpRatelimitNs
net.ipv4.icmp_ratemask int 6168 icmpRatemask
net.ipv4.igmp_link_local_mcast_reports 0..255 1 igmpLinkLocalMcastReports
net.ipv4.igmp_max_memberships int 20 igmpMaxMemberships
net.ipv4.igmp_max_msf int 10
net.ipv4.igmp_qrv 1.. 2 igmpQrv
net.ipv4.inet_peer_maxttl machine:seconds 600
net.ipv4.inet_peer_minttl machine:seconds 120
net.ipv4.inet_peer_threshold machine:int 65664
net.ipv4.ip_autobind_reuse 0..1 0
net.ipv4.ip_default_ttl 1..255 64 ipDefaultTtl
net.ipv4.ip_dynaddr 0..255 0
net.ipv4.ip_early_demux 0..255 1
net.ipv4.ip_forward_update_priority 0..1 1 ipForwardUpdatePriority
net.ipv4.ip_forward_use_pmtu 0..255 0 ipForwardUsePmtu
net.ipv4.ip_no_pmtu_disc 0..255 0 ipNoPmtuDisc
net.ipv4.ip_nonlocal_bind 0..255 0 ipNonlocalBind
net.ipv4.ip_unprivileged_port_start 0..65535 1024 ipUnprivilegedPortStart
net.ipv4.ipfrag_max_dist 0.. 64 ipfragMaxDist
net.ipv4.ipfrag_secret_interval machine:int 0
net.ipv4.ipfrag_time seconds 30 ipfragTimeNs
net.ipv4.nexthop_compat_mode 0..1 1
net.ipv4.raw_l3mdev_accept 0..1 1
net.ipv4.route.error_burst machine:int 1250
net.ipv4.route.error_cost machine:int 250
net.ipv4.route.gc_elasticity machine:int 8
net.ipv4.route.gc_interval machine:seconds 60
net.ipv4.route.gc_min_interval machine:seconds 0
net.ipv4.route.gc_min_interval_ms machine:ms 500
net.ipv4.route.gc_thresh machine:int -1
net.ipv4.route.gc_timeout machine:seconds 300
net.ipv4.route.max_size machine:int 2147483647
net.ipv4.route.min_adv_mss int 256 rtMinAdvMss
net.ipv4.route.min_pmtu 68.. 552 rtMinPmtu
net.ipv4.route.mtu_expires seconds 600 rtMtuExpiresNs
net.ipv4.route.redirect_load machine:int 5
net.ipv4.route.redirect_number machine:int 9
net.ipv4.route.redirect_silence machine:int 5120
net.ipv4.tcp_abort_on_overflow 0..255 0
net.ipv4.tcp_adv_win_scale -31..31 1
net.ipv4.tcp_app_win 0..31 31
net.ipv4.tcp_autocorking 0..1 1
net.ipv4.tcp_backlog_ack_defer 0..1 1
net.ipv4.tcp_base_mss int 1024
net.ipv4.tcp_challenge_ack_limit int 2147483647
net.ipv4.tcp_child_ehash_entries 0..16777216 0
net.ipv4.tcp_comp_sack_delay_ns 0..9007199254740991 1000000
net.ipv4.tcp_comp_sack_nr 0..255 44
net.ipv4.tcp_comp_sack_slack_ns 0..9007199254740991 100000
net.ipv4.tcp_dsack 0..255 1
net.ipv4.tcp_early_demux 0..255 1
net.ipv4.tcp_early_retrans 0..4 3
net.ipv4.tcp_ecn 0..2 2
net.ipv4.tcp_ecn_fallback 0..1 1
net.ipv4.tcp_ecn_option 0..2 2
net.ipv4.tcp_ecn_option_beacon 0..3 3
net.ipv4.tcp_ehash_entries ro -262144
net.ipv4.tcp_fack 0..255 0
net.ipv4.tcp_fastopen int 1
net.ipv4.tcp_fastopen_blackhole_timeout_sec 0.. 0
net.ipv4.tcp_fin_timeout seconds 60
net.ipv4.tcp_frto 0..255 2
net.ipv4.tcp_fwmark_accept 0..255 0
net.ipv4.tcp_invalid_ratelimit ms 500
net.ipv4.tcp_keepalive_intvl seconds 75
net.ipv4.tcp_keepalive_probes 0..255 9
net.ipv4.tcp_keepalive_time seconds 7200
net.ipv4.tcp_l3mdev_accept 0..1 0
net.ipv4.tcp_limit_output_bytes int 4194304
net.ipv4.tcp_low_latency machine:int 0
net.ipv4.tcp_max_orphans machine:int 131072
net.ipv4.tcp_max_reordering 1.. 300
net.ipv4.tcp_max_syn_backlog int 2048
net.ipv4.tcp_max_tw_buckets int 131072
net.ipv4.tcp_mem machine:0.. 287898,383867,575796
net.ipv4.tcp_migrate_req 0..1 0
net.ipv4.tcp_min_rtt_wlen 0..86400 300
net.ipv4.tcp_min_snd_mss 48..65535 48
net.ipv4.tcp_min_tso_segs 1..255 2
net.ipv4.tcp_moderate_rcvbuf 0..255 1
net.ipv4.tcp_mtu_probe_floor 48..65535 48
net.ipv4.tcp_mtu_probing 0..255 0
net.ipv4.tcp_no_metrics_save 0..255 0
net.ipv4.tcp_no_ssthresh_metrics_save 0..1 1
net.ipv4.tcp_notsent_lowat 0..4294967295 4294967295
net.ipv4.tcp_orphan_retries 0..255 0
net.ipv4.tcp_pacing_ca_ratio 0..1000 120
net.ipv4.tcp_pacing_ss_ratio 0..1000 200
net.ipv4.tcp_pingpong_thresh 1..255 1
net.ipv4.tcp_plb_cong_thresh 0..256 128
net.ipv4.tcp_plb_enabled 0..1 0
net.ipv4.tcp_plb_idle_rehash_rounds 0..31 3
net.ipv4.tcp_plb_rehash_rounds 0..31 12
net.ipv4.tcp_plb_suspend_rto_sec 0..255 60
net.ipv4.tcp_probe_interval 0..65536 600
net.ipv4.tcp_probe_threshold int 8
net.ipv4.tcp_recovery 0..255 1
net.ipv4.tcp_reflect_tos 0..1 0
net.ipv4.tcp_reordering 1..300 3
net.ipv4.tcp_retrans_collapse 0..255 1
net.ipv4.tcp_retries1 0..255 3
net.ipv4.tcp_retries2 0..255 15
net.ipv4.tcp_rfc1337 0..255 0
net.ipv4.tcp_rto_max_ms 1000..120000 120000
net.ipv4.tcp_rto_min_us 1.. 200000
net.ipv4.tcp_sack 0..255 1
net.ipv4.tcp_shrink_window 0..1 0
net.ipv4.tcp_slow_start_after_idle 0..255 1
net.ipv4.tcp_stdurg 0..255 0
net.ipv4.tcp_syn_linear_timeouts 0..127 4
net.ipv4.tcp_syn_retries 1..127 6
net.ipv4.tcp_synack_retries 0..255 5
net.ipv4.tcp_syncookies 0..255 1
net.ipv4.tcp_thin_linear_timeouts 0..255 0
net.ipv4.tcp_timestamps 0..255 1
net.ipv4.tcp_tso_rtt_log 0..255 9
net.ipv4.tcp_tso_win_divisor 0..255 3
net.ipv4.tcp_tw_reuse 0..2 2
net.ipv4.tcp_tw_reuse_delay 1..60000 1000
net.ipv4.tcp_window_scaling 0..255 1
net.ipv4.tcp_workaround_signed_windows 0..255 0
net.ipv4.udp_child_hash_entries 0..65536 0
net.ipv4.udp_early_demux 0..255 1
net.ipv4.udp_hash_entries ro -16384
net.ipv4.udp_l3mdev_accept 0..1 0
net.ipv4.udp_mem machine:0.. 575799,767734,1151598
net.ipv4.udp_rmem_min 1.. 4096 udpRmemMinBytes
net.ipv4.udp_wmem_min 1.. 4096 udpWmemMinBytes
net.ipv4.xfrm4_gc_thresh int 32768
net.netfilter.nf_conntrack_frag6_timeout seconds 60
net.netfilter.nf_conntrack_gre_timeout seconds 30
net.netfilter.nf_conntrack_gre_timeout_stream seconds 180
net.netfilter.nf_conntrack_icmpv6_timeout seconds 30
net.netfilter.nf_conntrack_sctp_timeout_closed seconds 10
net.netfilter.nf_conntrack_sctp_timeout_cookie_echoed seconds 3
net.netfilter.nf_conntrack_sctp_timeout_cookie_wait seconds 3
net.netfilter.nf_conntrack_sctp_timeout_established seconds 210
net.netfilter.nf_conntrack_sctp_timeout_heartbeat_sent seconds 30
net.netfilter.nf_conntrack_sctp_timeout_shutdown_ack_sent seconds 3
net.netfilter.nf_conntrack_sctp_timeout_shutdown_recd seconds 3
net.netfilter.nf_conntrack_sctp_timeout_shutdown_sent seconds 3
net.netfilter.nf_hooks_lwtunnel 0..1 0
net.netfilter.nf_log_all_netns machine:0..255 0 nfLogAllNetns
net.unix.max_dgram_qlen int 10
vm.overcommit_memory machine:0..2 0
vm.swappiness machine:0..200 60
`;
