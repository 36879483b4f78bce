package fp8sim.report;

import fp8sim.numerics.Numerics;
import java.util.Optional;

/**
 * What the page may show of a point's multiplier.
 *
 * @param isSource whether it is code of a user's, which is never run for a page: results may come
 *     from anyone
 * @param numerics of the point; empty where they cannot be had
 */
public record ShownMultiplier(boolean isSource, Optional<Numerics> numerics) {
  /** The multiplier of a point whose numerics are known. */
  public static ShownMultiplier of(Numerics numerics) {
    return numerics.product().multiplier().isSource()
        ? source()
        : new ShownMultiplier(false, Optional.of(numerics));
  }

  /** Code of a user's. */
  public static ShownMultiplier source() {
    return new ShownMultiplier(true, Optional.empty());
  }

  /** A multiplier that cannot be had here, such as a table whose file is elsewhere. */
  public static ShownMultiplier unknown() {
    return new ShownMultiplier(false, Optional.empty());
  }
}
