package fp8sim.kernel.tornado.device;

import fp8sim.quant.QuantizerId;
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
 * @param sizes of what it works with
 * @param counted the quantizer of each pair of counters in {@link DeviceState}; null for none
 */
public record DeviceProgram(
    List<KernelCall> calls,
    float[] constants,
    int[] tables,
    Map<String, Integer> inputs,
    Map<String, Integer> outputs,
    Sizes sizes,
    List<@Nullable QuantizerId> counted) {
  /**
   * Elements of buffers.
   *
   * @param arena memory that values lie in
   * @param codes that a step needs at once
   */
  public record Sizes(int input, int output, int arena, int codes) {
    private long total() {
      return (long) input + output + arena + codes;
    }

    private int largest() {
      return Math.max(Math.max(input, output), Math.max(arena, codes));
    }
  }

  /** Bytes of device memory. */
  public long bytes() {
    long words = constants.length + tables.length + sizes.total();
    for (KernelCall call : calls) {
      words += call.geometry().length;
    }
    return words * Float.BYTES;
  }

  /** Words of {@link DeviceState}. */
  public int stateSize() {
    return DeviceState.counters(counted.size());
  }

  /** Bytes of the largest buffer. */
  public long largestBufferBytes() {
    int constant = Math.max(constants.length, tables.length);
    return (long) Math.max(sizes.largest(), constant) * Float.BYTES;
  }
}
