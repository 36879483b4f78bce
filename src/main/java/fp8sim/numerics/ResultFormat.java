package fp8sim.numerics;

import fp8sim.common.Fp8simException;
import fp8sim.format.Format;
import fp8sim.format.Formats;

/** The format of results: of result quantizers and of the grid of approximate products. */
public sealed interface ResultFormat {
  /** What the command line calls {@link Activations}. */
  String ACTIVATIONS = "activations";

  /**
   * The activations' format; a multiplier that knows the grid of all its products (an adder of
   * codes) has that grid.
   */
  record Automatic() implements ResultFormat {}

  /** The activations' format. */
  record Activations() implements ResultFormat {}

  /** A format that the user named. */
  record Given(Format format) implements ResultFormat {}

  /**
   * Reads {@code activations} or the name of a format.
   *
   * @throws Fp8simException if there is no such format
   */
  static ResultFormat parse(String text) {
    return text.equals(ACTIVATIONS) ? new Activations() : new Given(Formats.parse(text));
  }
}
