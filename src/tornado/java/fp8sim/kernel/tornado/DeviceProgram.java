package fp8sim.kernel.tornado;

import java.util.List;
import java.util.Map;

/**
 * A plan in the form that a device runs: kernel calls in order, and the memory they share.
 *
 * @param constants weights, parameters and thresholds
 * @param tables products, weights' codes, and where terms of convolutions are
 * @param inputs where each input starts in the input buffer, in elements
 * @param outputs where each computed output starts in the output buffer
 * @param arenaSize elements of the memory that values lie in
 * @param codesSize codes that a step needs at once
 */
record DeviceProgram(
    List<KernelCall> calls,
    float[] constants,
    int[] tables,
    Map<String, Integer> inputs,
    Map<String, Integer> outputs,
    int inputSize,
    int outputSize,
    int arenaSize,
    int codesSize) {
  /** Bytes of device memory. */
  long bytes() {
    long words = constants.length + tables.length + (long) inputSize + outputSize;
    for (KernelCall call : calls) {
      words += call.geometry().length;
    }
    return (words + arenaSize + codesSize) * Float.BYTES;
  }
}
