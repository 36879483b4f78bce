package fp8sim.quant;

import java.util.List;

/**
 * The ranges of one quantizer, as a ranges file keeps them.
 *
 * @param ranges one per channel; a single one for a whole tensor
 * @param biases the integer bias of each channel, for reading by people and tools; empty if the
 *     format has none
 */
public record CalibratedRange(QuantizerKind kind, List<ValueRange> ranges, List<Integer> biases) {
  public CalibratedRange {
    ranges = List.copyOf(ranges);
    biases = List.copyOf(biases);
  }
}
