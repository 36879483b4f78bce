package fp8sim.kernel.tornado;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A plan in the form that a device runs: kernel calls in order, and the memory they share.
 *
 * @param constants weights, parameters and thresholds
 * @param tables products, weights' codes, and where terms of convolutions are
 * @param inputs where each input starts in the input buffer, in elements
 * @param outputs where each computed output starts in the output buffer
 * @param arenaSize elements of the memory that values lie in
 * @param codesSize codes that a step needs at once
 * @param counted the quantizer of each pair of counters in {@link DeviceState}; null for none
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
    int codesSize,
    List<@Nullable String> counted) {
  /** Bytes of device memory. */
  long bytes() {
    long words = constants.length + tables.length + (long) inputSize + outputSize;
    for (KernelCall call : calls) {
      words += call.geometry().length;
    }
    return (words + arenaSize + codesSize) * Float.BYTES;
  }

  /** Words of {@link DeviceState}. */
  int stateSize() {
    return DeviceState.counters(counted.size());
  }

  /** Bytes of the largest buffer. */
  long largestBufferBytes() {
    int largest = Math.max(arenaSize, codesSize);
    largest = Math.max(largest, Math.max(inputSize, outputSize));
    return (long) Math.max(largest, Math.max(constants.length, tables.length)) * Float.BYTES;
  }
}
