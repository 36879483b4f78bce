package fp8sim.kernel.tornado.device;

import fp8sim.quant.QuantizerId;
import fp8sim.quant.QuantizerTable;
import java.util.List;
import org.jspecify.annotations.Nullable;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * What changes from run to run, in one small buffer: the first sample and the seed, for stochastic
 * rounding, then the counters of each use of a quantizer.
 */
public final class DeviceState {
  /** Index in the data set of the first sample of the batch. */
  static final int SAMPLE = 0;

  /** The seed of stochastic rounding, low word first. */
  static final int SEED = 1;

  /** The first counter. */
  static final int COUNTERS = 3;

  /** Of each use of a quantizer: NaN values, infinite values. */
  static final int WORDS = 2;

  private DeviceState() {}

  /** Where the counters of a use are. */
  public static int counters(int use) {
    return COUNTERS + WORDS * use;
  }

  /** Sets it before a run. */
  public static void reset(IntArray state, QuantizerTable quantizers) {
    state.init(0);
    state.set(SAMPLE, quantizers.sample());
    state.set(SEED, (int) quantizers.seed());
    state.set(SEED + 1, (int) (quantizers.seed() >> Integer.SIZE));
  }

  /**
   * Tells quantizers what was counted.
   *
   * @param counted the quantizer of each use; null where nobody asks
   */
  public static void report(
      IntArray state, List<@Nullable QuantizerId> counted, QuantizerTable quantizers) {
    for (int use = 0; use < counted.size(); use++) {
      QuantizerId id = counted.get(use);
      if (id != null) {
        int at = counters(use);
        quantizers.get(id).count(state.get(at), state.get(at + 1));
      }
    }
  }
}
