package fp8sim.generator;

import static fp8sim.generator.Template.fill;
import static fp8sim.generator.Template.repeatLines;

import java.util.List;
import java.util.Map;

/** Loops over rows of two vectors: a line with {@code {n}} stands for both of a row. */
final class RowRoundingSource {
  /** The number of a vector, and where it lies in its row. */
  private static final List<Map<String, String>> VECTORS =
      List.of(Map.of("n", "0", "at", ""), Map.of("n", "1", "at", " + VECTOR"));

  /** Where rows come from and go to. */
  private static final String ROWS =
      """
      long from,
      long fromStride,
      long to,
      long toStride,
      int first,
      int rows,
      """;

  /** Loads a row, and leaves it to the caller if its numbers are not finite. */
  private static final String FINITE =
      """
      FloatVector x{n} = Memory.load(from + r * fromStride{at});
      if (VectorQuantizer.areSpecial(x0, x1)) {
        return r;
      }
      """;

  /** Loads a row and divides it, or leaves it to the caller if its quotients are not finite. */
  private static final String QUOTIENTS =
      """
      FloatVector x{n} = Memory.load(from + r * fromStride{at});
      FloatVector q{n} = x{n}.mul(factor);
      if (VectorQuantizer.areSpecial(q0, q1)) {
        return r;
      }
      """;

  /** Loads a row and divides it correctly rounded; otherwise as {@link #QUOTIENTS}. */
  private static final String ROUNDED_QUOTIENTS =
      """
      FloatVector x{n} = Memory.load(from + r * fromStride{at});
      FloatVector p{n} = x{n}.mul(factor);
      FloatVector q{n} = p{n}.fma(divisor, x{n}).fma(factor, p{n});
      if (VectorQuantizer.areSpecial(q0, q1)) {
        return r;
      }
      """;

  /** What the rounder of a minifloat follows from. */
  private static final String ROUNDER =
      """
      IntVector exponents = IntVector.broadcast(INTS, EXPONENT);
      IntVector more = IntVector.broadcast(INTS, rounderFromExponent);
      IntVector least = IntVector.broadcast(INTS, rounderBits);
      """;

  /** What scaling multiplies by. */
  private static final String FACTORS =
      """
      FloatVector factor = FloatVector.broadcast(SPECIES, 1 / scale);
      FloatVector divisor = FloatVector.broadcast(SPECIES, -scale);
      FloatVector step = FloatVector.broadcast(SPECIES, scale);
      """;

  private static final String FILE =
      """
      /**
       * Rounds rows of two vectors to a grid, without branches.
       *
       * <p>Numbers are rounded by addition ({@link Rounder}). Above the smallest normal number of a
       * minifloat the step follows from the float32's own exponent field, below it is constant: the
       * larger of both holds. Integers have a constant step.
       *
       * <p>{@code x / scale} is one product with the rounded inverse and one correction, each with its
       * remainder by fused multiply-add, which gives the correctly rounded quotient wherever nothing
       * overflows or underflows (Markstein's method; Brisebarre, Muller and Raina, IEEE Transactions on
       * Computers 53(8), 2004). A quotient that underflows is far below half a step.
       *
       * <p>Rows lie a stride of bytes apart. What returns a number of a row stops at the first one that
       * holds NaN or an infinity, or a number whose quotient is infinite, and leaves it as it is.
       *
       * <p>The JVM's options keep these loops out of their callers: two of them in one compilation exceed
       * its limit of nodes, after which it passes vectors as objects.
       */
      @InPhase(Phase.QUANTIZATION)
      final class RowRounding {
        private static final VectorSpecies<Integer> INTS =
            VectorSpecies.of(int.class, Memory.SPECIES.vectorShape());
        private static final int FRACTION_BITS = 23;
        private static final int SIGN = 0x80000000;
        private static final int EXPONENT = 0x7F800000;

        /** The fraction of 1.5. */
        private static final int HALF = 0x400000;

        private RowRounding() {}

        /** What, added to a number's exponent field, makes its rounder. */
        static int rounderFromExponent(int mantissaBits) {
          return ((FRACTION_BITS - mantissaBits) << FRACTION_BITS) + HALF;
        }

        /**
         * Multiples of the scale.
         *
         * @param lowBits bits of the sum of the smallest multiple and the rounder
         */
        static int integers(
            {rowParameters}
            float scale,
            int lowBits,
            int highBits) {
          {factors}
          FloatVector rounder = FloatVector.broadcast(SPECIES, Rounder.OF_ONE);
          IntVector low = IntVector.broadcast(INTS, lowBits);
          IntVector high = IntVector.broadcast(INTS, highBits);
          for (int r = first; r < rows; r++) {
            {loadQuotients}
            q{n} = q{n}.fma(divisor, x{n}).fma(factor, q{n}).add(rounder);
            q{n} = q{n}.reinterpretAsInts().max(low).min(high).reinterpretAsFloats();
            FloatVector z{n} = q{n}.sub(rounder).mul(step);
            z{n}.intoMemorySegment(ALL, to + r * toStride{at} & ADDRESS, ORDER);
          }
          return rows;
        }

        /**
         * Minifloats between limits of which none is negative.
         *
         * @param lowBits float32 bits of the lower limit
         * @param rounderFromExponent see {@link #rounderFromExponent(int)}
         * @param rounderBits float32 bits of the rounder of subnormals
         */
        static int magnitudes(
            {rowParameters}
            int lowBits,
            int highBits,
            int rounderFromExponent,
            int rounderBits) {
          IntVector low = IntVector.broadcast(INTS, lowBits);
          IntVector high = IntVector.broadcast(INTS, highBits);
          {rounder}
          for (int r = first; r < rows; r++) {
            {loadFinite}
            IntVector m{n} = x{n}.reinterpretAsInts().max(low).min(high);
            FloatVector a{n} = m{n}.and(exponents).add(more).max(least).reinterpretAsFloats();
            FloatVector z{n} = m{n}.reinterpretAsFloats().add(a{n}).sub(a{n});
            z{n}.intoMemorySegment(ALL, to + r * toStride{at} & ADDRESS, ORDER);
          }
          return rows;
        }

        /** As {@link #magnitudes}, of numbers divided by a scale, which multiplies the results. */
        static int scaledMagnitudes(
            {rowParameters}
            float scale,
            int lowBits,
            int highBits,
            int rounderFromExponent,
            int rounderBits) {
          {factors}
          IntVector low = IntVector.broadcast(INTS, lowBits);
          IntVector high = IntVector.broadcast(INTS, highBits);
          {rounder}
          for (int r = first; r < rows; r++) {
            {loadRoundedQuotients}
            IntVector m{n} = q{n}.reinterpretAsInts().max(low).min(high);
            FloatVector a{n} = m{n}.and(exponents).add(more).max(least).reinterpretAsFloats();
            FloatVector y{n} = m{n}.reinterpretAsFloats().add(a{n}).sub(a{n});
            FloatVector z{n} = y{n}.mul(step);
            z{n}.intoMemorySegment(ALL, to + r * toStride{at} & ADDRESS, ORDER);
          }
          return rows;
        }

        /** As {@link #signed}, of numbers divided by a scale, which multiplies the results. */
        static int scaledSigned(
            {rowParameters}
            float scale,
            int highBits,
            int rounderFromExponent,
            int rounderBits) {
          {factors}
          IntVector high = IntVector.broadcast(INTS, highBits);
          {rounder}
          IntVector sign = IntVector.broadcast(INTS, SIGN);
          for (int r = first; r < rows; r++) {
            {loadRoundedQuotients}
            IntVector s{n} = q{n}.reinterpretAsInts().and(sign);
            IntVector m{n} = q{n}.reinterpretAsInts().sub(s{n}).min(high);
            FloatVector a{n} = m{n}.and(exponents).add(more).max(least).or(s{n}).reinterpretAsFloats();
            FloatVector y{n} = m{n}.or(s{n}).reinterpretAsFloats().add(a{n}).sub(a{n});
            FloatVector z{n} = y{n}.mul(step);
            z{n}.intoMemorySegment(ALL, to + r * toStride{at} & ADDRESS, ORDER);
          }
          return rows;
        }

        /** Minifloats of either sign, whose magnitude has a limit; otherwise as {@link #magnitudes}. */
        static int signed(
            {rowParameters}
            int highBits,
            int rounderFromExponent,
            int rounderBits) {
          IntVector high = IntVector.broadcast(INTS, highBits);
          {rounder}
          IntVector sign = IntVector.broadcast(INTS, SIGN);
          for (int r = first; r < rows; r++) {
            {loadFinite}
            IntVector s{n} = x{n}.reinterpretAsInts().and(sign);
            IntVector m{n} = x{n}.reinterpretAsInts().sub(s{n}).min(high);
            FloatVector a{n} = m{n}.and(exponents).add(more).max(least).or(s{n}).reinterpretAsFloats();
            // the sum with a rounder of the same sign minus the rounder is never -0
            FloatVector z{n} = m{n}.or(s{n}).reinterpretAsFloats().add(a{n}).sub(a{n});
            z{n}.intoMemorySegment(ALL, to + r * toStride{at} & ADDRESS, ORDER);
          }
          return rows;
        }

        static int divide(
            long from, long fromStride, long to, long toStride, int first, int rows, float scale) {
          FloatVector factor = FloatVector.broadcast(SPECIES, 1 / scale);
          FloatVector divisor = FloatVector.broadcast(SPECIES, -scale);
          for (int r = first; r < rows; r++) {
            {loadQuotients}
            FloatVector z{n} = q{n}.fma(divisor, x{n}).fma(factor, q{n});
            z{n}.intoMemorySegment(ALL, to + r * toStride{at} & ADDRESS, ORDER);
          }
          return rows;
        }

        static void multiply(long y, long stride, int first, int rows, float scale) {
          FloatVector factor = FloatVector.broadcast(SPECIES, scale);
          for (int r = first; r < rows; r++) {
            long row = y + r * stride;
            FloatVector z{n} = Memory.load(row{at}).mul(factor);
            z{n}.intoMemorySegment(ALL, row{at} & ADDRESS, ORDER);
          }
        }

        /** Subnormal results become zero. */
        static void flush(long y, long stride, int first, int rows, float minNormal) {
          FloatVector least = FloatVector.broadcast(SPECIES, minNormal);
          for (int r = first; r < rows; r++) {
            long row = y + r * stride;
            FloatVector y{n} = Memory.load(row{at});
            FloatVector z{n} = y{n}.blend(0f, y{n}.abs().compare(VectorOperators.LT, least));
            z{n}.intoMemorySegment(ALL, row{at} & ADDRESS, ORDER);
          }
        }
      }
      """;

  private RowRoundingSource() {}

  static SourceFile file() {
    Map<String, String> shared =
        Map.of(
            "rowParameters",
            ROWS,
            "rounder",
            ROUNDER,
            "loadFinite",
            repeatLines(FINITE, VECTORS),
            "factors",
            FACTORS,
            "loadQuotients",
            repeatLines(QUOTIENTS, VECTORS),
            "loadRoundedQuotients",
            repeatLines(ROUNDED_QUOTIENTS, VECTORS));
    return new SourceFile(Rooms.VECTOR, "RowRounding")
        .importMembers(Rooms.VECTOR + ".Memory", "ADDRESS", "ALL", "ORDER", "SPECIES", "VECTOR")
        .importTypes("fp8sim.format", "Rounder")
        .importTypes("fp8sim.kernel", "InPhase", "Phase")
        .importTypes("jdk.incubator.vector", "FloatVector", "IntVector")
        .importTypes("jdk.incubator.vector", "VectorOperators", "VectorSpecies")
        .text(fill(repeatLines(FILE, VECTORS), shared));
  }
}
