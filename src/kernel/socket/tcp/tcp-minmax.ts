/**
 * Kathleen Nichols' filter: the least value of a sliding window from three samples, the best one and the best ones of
 * what came after it (Linux: lib/win_minmax.c). `samples` are three pairs of a time and a value, times int32 that wrap.
 */

/** The filter knows nothing. */
export const NO_SAMPLE = 0x7fffffff;

/** Forgets all but this. */
export function minmaxReset(samples: Int32Array, time: number, value: number): void {
  for (let i = 0; i < 6; i += 2) setSample(samples, i, time, value);
}

/** Twin of minmax_running_min: a new sample; the answer stands in `samples[1]`. */
export function runningMin(samples: Int32Array, window: number, time: number, value: number): void {
  if (value <= samples[1]! || ((time - samples[4]!) | 0) > window) {
    minmaxReset(samples, time, value);
    return;
  }
  if (value <= samples[3]!) {
    setSample(samples, 2, time, value);
    setSample(samples, 4, time, value);
  } else if (value <= samples[5]!) {
    setSample(samples, 4, time, value);
  }
  subwindowUpdate(samples, window, time, value);
}

/** Samples that are too old make room; quarters and halves without a new one take the present as their best. */
function subwindowUpdate(samples: Int32Array, window: number, time: number, value: number): void {
  const age = (time - samples[0]!) | 0;
  if (age > window) {
    shift(samples, time, value);
    if (((time - samples[0]!) | 0) > window) shift(samples, time, value);
  } else if (samples[2] === samples[0] && age > window / 4) {
    setSample(samples, 2, time, value);
    setSample(samples, 4, time, value);
  } else if (samples[4] === samples[2] && age > window / 2) {
    setSample(samples, 4, time, value);
  }
}

function shift(samples: Int32Array, time: number, value: number): void {
  samples.copyWithin(0, 2);
  setSample(samples, 4, time, value);
}

function setSample(samples: Int32Array, at: number, time: number, value: number): void {
  samples[at] = time;
  samples[at + 1] = value;
}
