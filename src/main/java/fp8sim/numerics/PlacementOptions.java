package fp8sim.numerics;

import java.util.Set;

/** Where quantizers sit. */
public record PlacementOptions(
    QuantizeAt at, Set<Extra> extras, Preset preset, BatchNorm batchNorm, Pooling pooling) {
  public static final PlacementOptions DEFAULT =
      new PlacementOptions(QuantizeAt.INPUT, Set.of(), Preset.ALL, BatchNorm.FOLD, Pooling.PASS);

  public PlacementOptions {
    extras = Set.copyOf(extras);
  }
}
