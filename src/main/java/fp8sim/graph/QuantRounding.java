package fp8sim.graph;

/** How QONNX's quantizing operators round, named as there. */
public enum QuantRounding {
  /** To the nearest integer, ties to even. */
  ROUND,
  CEIL,
  FLOOR,
  /** Away from zero. */
  UP,
  /** Toward zero. */
  DOWN,
  /** To the nearest integer, ties away from zero. */
  HALF_UP,
  /** To the nearest integer, ties toward zero. */
  HALF_DOWN;

  /** The integer of a number. */
  public double round(double x) {
    double magnitude = Math.abs(x);
    return switch (this) {
      case ROUND -> Math.rint(x);
      case CEIL -> Math.ceil(x);
      case FLOOR -> Math.floor(x);
      case UP -> Math.copySign(Math.ceil(magnitude), x);
      case DOWN -> Math.copySign(Math.floor(magnitude), x);
      case HALF_UP -> Math.copySign(Math.floor(magnitude + 0.5), x);
      case HALF_DOWN -> Math.copySign(Math.ceil(magnitude - 0.5), x);
    };
  }
}
