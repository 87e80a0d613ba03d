/** The window of a SYN,ACK (Linux: tcp_openreq_init_rwin, tcp_select_initial_window). */
import { TSTAMP_ALIGNED_BYTES, MAX_TCP_WINDOW, TCP_MAX_WSCALE } from './tcp-states.ts';
import type { DstEntry } from '../../ip/route.ts';
import { dstMetricAdvmss, tcpMssClamp } from './tcp-mss.ts';
import type { TcpRequest } from './tcp-request.ts';
import { tcpFullSpace } from './tcp-window.ts';

const U16_MAX = 65_535;

/** Twin of tcp_openreq_init_rwin: window, clamp and scale of the request. */
export function tcpOpenreqInitRwin(req: TcpRequest, dst: DstEntry): void {
  const sk = req.listener;
  const { tcp, rmemMaxBytes } = sk.ns.sysctls;
  const metrics = dst.route === null || dst.route.metrics.length === 0 ? null : dst.route;
  const mss = tcpMssClamp(sk, dstMetricAdvmss(sk, dst)) - (req.tstampOk ? TSTAMP_ALIGNED_BYTES : 0);
  const fullSpace = tcpFullSpace(sk);
  let clamp = sk.windowClamp !== 0 ? sk.windowClamp : (metrics?.metricNumber('window') ?? 0);
  if (sk.isRcvbufLocked && (clamp > fullSpace || clamp === 0)) clamp = fullSpace;
  if (clamp === 0) clamp = U16_MAX * 2 ** TCP_MAX_WSCALE;
  let space = Math.min(Math.max(fullSpace, 0), clamp);
  if (space > mss) space -= space % mss;
  req.rcvWnd = tcp.workaroundSignedWindows === 0 ? space : Math.min(space, MAX_TCP_WINDOW);
  const initWindow = metrics?.metricNumber('initrwnd') ?? 0;
  if (initWindow !== 0) req.rcvWnd = Math.min(req.rcvWnd, initWindow * mss);
  req.rcvWscale = 0;
  if (req.wscaleOk) {
    const most = Math.min(Math.max(space, tcp.rmemBytes[2], rmemMaxBytes), clamp);
    req.rcvWscale = Math.min(Math.max(31 - Math.clz32(most) - 15, 0), TCP_MAX_WSCALE);
  }
  req.windowClamp = Math.min(U16_MAX * 2 ** req.rcvWscale, clamp);
}
