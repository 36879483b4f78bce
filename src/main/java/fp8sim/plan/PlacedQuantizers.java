package fp8sim.plan;

import fp8sim.quant.QuantizerId;
import java.util.Set;

/**
 * Which quantizers a network has: those within attention become steps only when it is planned.
 *
 * @param ids of all quantizers
 * @param observing whether runs update their ranges, that is, during calibration
 * @param blocked those that see several numbers at once, which no epilogue does
 */
public record PlacedQuantizers(Set<QuantizerId> ids, boolean observing, Set<QuantizerId> blocked) {
  /** No quantizers. */
  public static final PlacedQuantizers NONE = new PlacedQuantizers(Set.of(), false, Set.of());

  public PlacedQuantizers {
    ids = Set.copyOf(ids);
    blocked = Set.copyOf(blocked);
  }
}
