package fp8sim.kernel.tornado.device;

import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Products of codes as integers. The codes of both operands are prepared so that their sum tells
 * all: an index in the low bits, further fields above. Runs on the device.
 */
public final class DeviceProducts {
  /**
   * The product's own code is in a table of bytes by both magnitudes; a second table decodes it.
   * Bit 24 of the sum is the sign.
   */
  public static final int CODED = 0;

  /**
   * The product of the significands (leading bit and fraction) is in a table, once for each sign;
   * bits 16 to 23 of the sum say how far it is shifted.
   */
  public static final int FACTORED = 1;

  /** The product is in a table of 64-bit numbers in global memory, high half first. */
  public static final int GENERAL = 2;

  /** Magnitudes that {@link #CODED} can have, on each side. */
  public static final int CODED_MAGNITUDES = 128;

  /** Four bytes a number; the last row is zero, for padding. */
  public static final int CODED_WORDS = (CODED_MAGNITUDES + 1) * CODED_MAGNITUDES / 4;

  /** Codes of products. */
  public static final int PRODUCT_CODES = 256;

  /** Numbers of the largest table: the decoder holds both signs. */
  public static final int LOCAL_WORDS = CODED_WORDS + 2 * PRODUCT_CODES;

  /** Set in codes of numbers that are not finite. */
  public static final int NOT_FINITE = 1 << 28;

  public static final int SHIFT = 16;
  public static final int SIGN = 24;

  private static final int INDEX = (1 << SHIFT) - 1;
  private static final int GENERAL_INDEX = (1 << SIGN) - 1;

  private DeviceProducts() {}

  /** The low bits of a sum. */
  public static int index(int sum) {
    return sum & INDEX;
  }

  /** How far a {@link #FACTORED} product is shifted. */
  public static int shift(int sum) {
    return sum >> SHIFT & 0xFF;
  }

  /** Where the word with the code of a {@link #CODED} product is in its table. */
  public static int word(int sum) {
    return (sum & INDEX) >> 2;
  }

  /** Where a {@link #CODED} product is in its table. */
  public static int decoded(int word, int sum) {
    int code = word >> ((sum & 3) * Byte.SIZE) & (PRODUCT_CODES - 1);
    return CODED_WORDS + code + (sum >> SHIFT & PRODUCT_CODES);
  }

  /**
   * A product, all tables in global memory.
   *
   * @param mode a constant in each kernel
   */
  static long global(int mode, IntArray tables, int tableAt, int sum) {
    long product = 0;
    if (mode == CODED) {
      product = tables.get(tableAt + decoded(tables.get(tableAt + word(sum)), sum));
    } else if (mode == FACTORED) {
      product = (long) tables.get(tableAt + index(sum)) << shift(sum);
    } else {
      product = general(tables, tableAt, sum);
    }
    return product;
  }

  /** A product from a table of 64-bit numbers. */
  static long general(IntArray tables, int tableAt, int sum) {
    return number(tables, tableAt + 2 * (sum & GENERAL_INDEX));
  }

  /**
   * A 64-bit number, high word first. The low word is not masked: what comes from a mask is
   * unsigned for OpenCL, and so is all that is added to it, which is then never below zero.
   */
  static long number(IntArray words, int at) {
    long low = words.get(at + 1);
    if (low < 0) {
      low = low + (1L << Integer.SIZE);
    }
    return ((long) words.get(at) << Integer.SIZE) + low;
  }

  /**
   * A sum in units of {@code unit}, a power of two, rounded once; {@code nan} if some code was not
   * one.
   */
  static float result(long sum, int seen, float unit, float nan) {
    float result = nan;
    if ((seen & NOT_FINITE) == 0) {
      result = (float) sum * unit;
    }
    return result;
  }
}
