package fp8sim.numerics;

import java.util.List;

/**
 * Exceptions for layers, the last that matches wins.
 *
 * @param derived whether the numerics were made of others here: then an exception may find nothing
 *     to act on, which is an error in what the user wrote
 */
public record LayerOverrides(List<LayerOverride> all, boolean derived) {
  public static final LayerOverrides NONE = new LayerOverrides(List.of(), false);

  public LayerOverrides {
    all = List.copyOf(all);
  }
}
