package fp8sim.format;

/** What the scales of blocks are stored as. */
public sealed interface BlockScale {
  /** OCP's E8M0: a power of two from 2^-127 to 2^127 (OCP Microscaling Formats v1.0, 5.4.1). */
  BlockScale E8M0 = new PowerOfTwo();

  /** Float32: the scale is as good as exact. */
  BlockScale FLOAT32 = new Real();

  /** As it stands behind {@code scale=}. */
  String name();

  /** The largest power of two that lets the largest element reach its format's top binade. */
  record PowerOfTwo() implements BlockScale {
    @Override
    public String name() {
      return "e8m0";
    }
  }

  /**
   * The nearest number of a format with a fixed bias; its sign is not used.
   *
   * @param name the format's, or the one that the user knows it by
   */
  record Minifloat(String name, FloatFormat format) implements BlockScale {
    private static final int WIDEST_WITH_TENSOR_SCALE = 8;

    /** The largest scale. */
    public double largest() {
      return format.maxFinite(format.standardBias());
    }

    /** Whether the format is so narrow that a float32 scale of the tensor has to help. */
    boolean needsTensorScale() {
      return format.bits() <= WIDEST_WITH_TENSOR_SCALE;
    }
  }

  /** The nearest float32 number. */
  record Real() implements BlockScale {
    @Override
    public String name() {
      return "fp32";
    }
  }
}
