/** The line with which busybox begins each usage text: that of Debian 12, whose program the recordings come from. */
export const BUSYBOX_BANNER = 'BusyBox v1.35.0 (Debian 1:1.35.0-4+deb12u1+b1) multi-call binary.';
