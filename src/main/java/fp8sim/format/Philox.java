package fp8sim.format;

/**
 * Philox4x32-10, the counter-based generator of Salmon et al., "Parallel random numbers: as easy as
 * 1, 2, 3" (SC 2011). Random bits depend on the counter only, so threads, batch split and device
 * cannot change them.
 */
public final class Philox {
  public static final int ROUNDS = 10;
  public static final long MULTIPLIER_0 = 0xD2511F53L;
  public static final long MULTIPLIER_1 = 0xCD9E8D57L;

  /** Weyl increments: the golden ratio and sqrt(3) - 1. */
  public static final int WEYL_0 = 0x9E3779B9;

  public static final int WEYL_1 = 0xBB67AE85;

  private Philox() {}

  /**
   * The random bits of one element in stochastic rounding: the first output word with key = seed
   * and counter = (stream, sample, low and high word of element).
   *
   * @param stream {@link #stream} of the quantizer's name
   * @param sample index of the sample in the data set, not in its batch
   * @param element index within the sample
   */
  public static int bits(long seed, int stream, int sample, long element) {
    int[] counter = {stream, sample, (int) element, (int) (element >>> 32)};
    return generate(counter, (int) seed, (int) (seed >>> 32))[0];
  }

  /** Identifies a quantizer by its name ({@link String#hashCode}, which the JDK specifies). */
  public static int stream(String name) {
    return name.hashCode();
  }

  /** Four random words of a counter of four words; the counter is overwritten and returned. */
  static int[] generate(int[] counter, int key0, int key1) {
    int k0 = key0;
    int k1 = key1;
    for (int round = 0; round < ROUNDS; round++) {
      long p0 = MULTIPLIER_0 * Integer.toUnsignedLong(counter[0]);
      long p1 = MULTIPLIER_1 * Integer.toUnsignedLong(counter[2]);
      counter[0] = (int) (p1 >>> 32) ^ counter[1] ^ k0;
      counter[1] = (int) p1;
      counter[2] = (int) (p0 >>> 32) ^ counter[3] ^ k1;
      counter[3] = (int) p0;
      k0 += WEYL_0;
      k1 += WEYL_1;
    }
    return counter;
  }
}
