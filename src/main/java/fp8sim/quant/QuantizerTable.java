package fp8sim.quant;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The quantizers of a network's computed tensors, shared by all its sessions.
 *
 * <p>Stochastic rounding also needs to know which samples a batch holds: see {@link #setSample}.
 */
public final class QuantizerTable {
  private final Map<QuantizerId, QuantizerState> quantizers = new LinkedHashMap<>();
  private final long seed;
  private volatile int sample;

  /**
   * An empty table.
   *
   * @param seed of stochastic rounding
   */
  public QuantizerTable(long seed) {
    this.seed = seed;
  }

  /** Adds a quantizer. */
  public void add(QuantizerState quantizer) {
    quantizers.put(quantizer.id(), quantizer);
  }

  /** A quantizer that the plan uses. */
  public QuantizerState get(QuantizerId id) {
    QuantizerState quantizer = quantizers.get(id);
    if (quantizer == null) {
      throw QuantizerState.withoutRange(id);
    }
    return quantizer;
  }

  public boolean contains(QuantizerId id) {
    return quantizers.containsKey(id);
  }

  /** All quantizers, in the order they were added. */
  public Collection<QuantizerState> all() {
    return Collections.unmodifiableCollection(quantizers.values());
  }

  public long seed() {
    return seed;
  }

  /** Index in the data set of the first sample of the batch that runs next. */
  public void setSample(int first) {
    sample = first;
  }

  public int sample() {
    return sample;
  }
}
