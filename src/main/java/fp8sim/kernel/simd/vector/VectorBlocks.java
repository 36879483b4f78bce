package fp8sim.kernel.simd.vector;

import static fp8sim.kernel.simd.vector.Memory.LANES;
import static fp8sim.kernel.simd.vector.Memory.SPECIES;
import static fp8sim.kernel.simd.vector.Memory.VECTOR;

import fp8sim.format.BlockQuantizer;
import fp8sim.format.BlockScale;
import fp8sim.format.FloatQuantizer;
import fp8sim.format.IntegerQuantizer;
import fp8sim.format.Rounder;
import fp8sim.format.ScalarQuantizer;
import fp8sim.format.Subnormals;
import fp8sim.format.TableQuantizer;
import fp8sim.kernel.InPhase;
import fp8sim.kernel.Parallel;
import fp8sim.kernel.Phase;
import fp8sim.quant.BlockLayout;
import fp8sim.quant.QuantizerState;
import jdk.incubator.vector.FloatVector;
import org.jspecify.annotations.Nullable;

/**
 * The vector form of a block quantizer. Blocks lie side by side, a lane each, or one behind the
 * other along the vectors; in both the largest magnitudes of some dozen blocks come first, then
 * their scales, then elements are rounded by addition ({@link Rounder}). Blocks with NaN or
 * infinities go through the scalar form, and so do all of a quantizer that does not {@link #suits
 * suit}.
 *
 * <p>What is quantized already can be taken apart into elements and scales.
 */
@InPhase(Phase.QUANTIZATION)
public final class VectorBlocks {
  static final int FRACTION_BITS = 23;

  /** The exponent fields of a power of two and of its inverse add up to it. */
  static final int INVERSE = 254;

  /** The float32 bits of 2^-127, the smallest scale that is a power of two. */
  static final int SMALLEST_SCALE = 0x00400000;

  private static final int INFINITY = 0x7F800000;
  private static final int SMALLEST_NORMAL = 0x00800000;

  private static final int MOST_DIVISOR = Float.floatToRawIntBits(VectorQuantizer.MAX_SCALE);

  /** Groups whose scales are found together; what they need stays in the first-level cache. */
  private static final int GROUPS = 32;

  /** How far a number may be beyond what the largest scale reaches for a fast quotient. */
  private static final double BEYOND_TOP = 0x1p20;

  private static final long ARRAY = (long) GROUPS * VECTOR;

  /** Maxima, scales and factors of groups one by one, then as vectors, and a vector of ones. */
  private static final long WORK = 5 * ARRAY + VECTOR;

  private final BlockQuantizer scalar;

  /** Counts special numbers; null if they are counted already. */
  private final @Nullable QuantizerState live;

  private final boolean vectorized;
  private final boolean powersOfTwo;
  private final boolean real;
  private final int topExponent;
  private final float top;
  private final BlockRounding.Elements values;
  private final BlockRounding.Elements elements;
  private final int leastDivisor;

  /** Bits of a number beyond which quotients by the largest scale might overflow. */
  private final int mostDivided;

  private final BlockScales scales;

  /**
   * The vector form of a quantizer.
   *
   * @param live counts special numbers, if they are to be counted
   */
  public VectorBlocks(BlockQuantizer scalar, @Nullable QuantizerState live) {
    this.scalar = scalar;
    this.live = live;
    powersOfTwo = scalar.format().scale() instanceof BlockScale.PowerOfTwo;
    vectorized = suits(scalar);
    real = scalar.format().scale() instanceof BlockScale.Real;
    top = (float) scalar.format().largestElement();
    topExponent = Math.getExponent(top);
    int mantissaBits = mantissaBits(scalar.element());
    int bias = scalar.element() instanceof FloatQuantizer minifloat ? minifloat.bias() : 0;
    int smallestStep = 1 - bias - mantissaBits;
    leastDivisor = Float.floatToRawIntBits(VectorQuantizer.leastDivisor(smallestStep));
    mostDivided = mostDivided(scalar);
    int rounder =
        Float.floatToRawIntBits((float) Math.scalb((double) Rounder.OF_ONE, smallestStep));
    int topBits = Float.floatToRawIntBits(top);
    int fromExponent = RowRounding.rounderFromExponent(mantissaBits);
    // Adding +0 makes +0 of -0, which an element may be but a value is not.
    values = new BlockRounding.Elements(topBits, fromExponent, rounder, 0f);
    elements = new BlockRounding.Elements(topBits, fromExponent, rounder, -0f);
    scales = new BlockScales(scalar);
  }

  private static int mostDivided(BlockQuantizer quantizer) {
    if (!(quantizer.format().scale() instanceof BlockScale.Minifloat scale)) {
      return INFINITY;
    }
    double top = quantizer.format().largestElement() * scale.largest() * quantizer.tensorScale();
    return Float.floatToRawIntBits((float) Math.min(top * BEYOND_TOP, Float.MAX_VALUE));
  }

  /** Integers of n bits are fixed-point numbers of n - 1 bits and a sign. */
  private static int mantissaBits(ScalarQuantizer element) {
    return switch (element) {
      case FloatQuantizer minifloat -> minifloat.codeFormat().mantissaBits();
      case IntegerQuantizer integer -> integer.format().bits() - 1;
      case TableQuantizer _ -> throw new IllegalStateException("tables are no elements");
    };
  }

  /** Whether there is a vector form: elements round to nearest-even and keep subnormals. */
  public static boolean suits(BlockQuantizer quantizer) {
    return switch (quantizer.element()) {
      case IntegerQuantizer _ -> true;
      case FloatQuantizer minifloat ->
          Rounder.suits(minifloat)
              && minifloat.format().signed()
              && minifloat.conversion().subnormals() == Subnormals.KEEP;
      case TableQuantizer _ -> false;
    };
  }

  /** Where numbers are and where results go; both may be the same but for elements and scales. */
  private record Places(long from, long to, long scales) {
    /** Without scales numbers are quantized, else taken apart. */
    boolean areParts() {
      return scales != 0;
    }

    /** From a number of the tensor on. */
    Places from(int number) {
      return shifted((long) number * Float.BYTES);
    }

    Places shifted(long bytes) {
      return new Places(from + bytes, to + bytes, areParts() ? scales + bytes : 0);
    }
  }

  /**
   * Quantizes all blocks of a tensor.
   *
   * @param to address of the results, which may be that of the numbers
   */
  public void quantize(BlockLayout layout, long from, long to, Parallel parallel) {
    all(layout, new Places(from, to, 0), parallel);
  }

  /**
   * Takes the blocks of a tensor apart that are quantized, as {@link
   * BlockQuantizer#scaleOfQuantized} does.
   *
   * @param to address of the elements, as numbers
   * @param scalesTo address of as many numbers: for each element the scale of its block
   */
  public void split(BlockLayout layout, long from, long to, long scalesTo, Parallel parallel) {
    all(layout, new Places(from, to, scalesTo), parallel);
  }

  private void all(BlockLayout layout, Places places, Parallel parallel) {
    if (layout.lines() == 0) {
      return;
    }
    if (layout.stride() > 1) {
      columns(layout, places, parallel);
    } else if (layout.length() % size(layout) == 0) {
      int size = size(layout);
      Chunks.run(
          parallel,
          layout.blocks(),
          size,
          (first, end) -> rows(places.from(first * size), size, end - first));
    } else {
      Chunks.run(
          parallel,
          layout.lines(),
          layout.length(),
          (first, end) -> {
            for (int line = first; line < end; line++) {
              line(layout, places.from(line * layout.length()));
            }
          });
    }
  }

  private static int size(BlockLayout layout) {
    return Math.min(layout.size(), layout.length());
  }

  /** The blocks of a line, of which the last one is shorter. */
  private void line(BlockLayout layout, Places places) {
    int whole = layout.length() / layout.size();
    rows(places, layout.size(), whole);
    int done = whole * layout.size();
    rows(places.from(done), layout.length() - done, 1);
  }

  /** The blocks that start in one row of adjacent lines. */
  private void columns(BlockLayout layout, Places places, Parallel parallel) {
    int stride = layout.stride();
    int perLine = layout.blocksPerLine();
    Chunks.run(
        parallel,
        layout.blocks() / stride,
        stride * size(layout),
        (first, end) -> {
          for (int i = first; i < end; i++) {
            int along = i % perLine * layout.size();
            int at = (i / perLine * layout.length() + along) * stride;
            int rows = Math.min(layout.size(), layout.length() - along);
            columns(places.from(at), (long) stride * Float.BYTES, rows, stride);
          }
        });
  }

  private void rows(Places places, int size, int blocks) {
    int vectors = BlockRounding.vectors(size);
    long bytes = (long) size * Float.BYTES;
    for (int first = 0; first < blocks; first += GROUPS) {
      int count = Math.min(GROUPS, blocks - first);
      Places part = places.shifted(first * bytes);
      if (size % LANES == 0) {
        run(new BlockRounding.Groups(count, bytes, vectors, VECTOR), part, size, WORK);
      } else {
        padded(part, new Padding(count, bytes, bytes), size, vectors);
      }
    }
  }

  private void columns(Places places, long stride, int rows, int columns) {
    int whole = columns / LANES;
    for (int first = 0; first < whole; first += GROUPS) {
      int count = Math.min(GROUPS, whole - first);
      Places part = places.shifted((long) first * VECTOR);
      run(new BlockRounding.Groups(count, VECTOR, rows, stride), part, 0, WORK);
    }
    int rest = columns - whole * LANES;
    if (rest > 0) {
      Places part = places.shifted((long) whole * VECTOR);
      padded(part, new Padding(rows, stride, (long) rest * Float.BYTES), 0, rows);
    }
  }

  /** Runs of {@code bytes} bytes that are too short for whole vectors, a stride apart. */
  private record Padding(int count, long stride, long bytes) {}

  /**
   * Copies runs to where each has whole vectors.
   *
   * @param size numbers of a block if it lies along vectors, else 0
   * @param vectors of a group
   */
  private void padded(Places places, Padding runs, int size, int vectors) {
    long run = size > 0 ? (long) vectors * VECTOR : VECTOR;
    long all = runs.count() * run;
    long work = WORK + (places.areParts() ? 3 : 1) * all;
    long from = Scratch.current().panel(work) + WORK;
    Places copies = places.areParts() ? new Places(from, from + all, from + 2 * all) : null;
    copies = copies == null ? new Places(from, from, 0) : copies;
    for (int i = 0; i < runs.count(); i++) {
      Memory.store(from + (i + 1) * run - VECTOR, FloatVector.zero(SPECIES));
      Memory.copy(places.from() + i * runs.stride(), from + i * run, runs.bytes());
    }
    BlockRounding.Groups groups =
        size > 0
            ? new BlockRounding.Groups(runs.count(), run, vectors, VECTOR)
            : new BlockRounding.Groups(1, VECTOR, vectors, VECTOR);
    run(groups, copies, size, work);
    for (int i = 0; i < runs.count(); i++) {
      Memory.copy(copies.to() + i * run, places.to() + i * runs.stride(), runs.bytes());
      if (places.areParts()) {
        Memory.copy(copies.scales() + i * run, places.scales() + i * runs.stride(), runs.bytes());
      }
    }
  }

  /**
   * Quantizes groups, or takes them apart.
   *
   * @param size numbers of a block that lies along the vectors of a group; 0 if lanes are blocks
   * @param work bytes of this thread's memory that are in use
   */
  private void run(BlockRounding.Groups groups, Places places, int size, long work) {
    if (!vectorized) {
      for (int g = 0; g < groups.count(); g++) {
        scalarGroup(groups, places.shifted(g * groups.apart()), size);
      }
      return;
    }
    long maxima = Scratch.current().panel(work);
    long found = maxima + ARRAY;
    long factors = found + ARRAY;
    int maximaVectors = groups.count();
    if (size > 0) {
      maximaVectors = BlockRounding.vectors(groups.count());
      long last = maxima + (long) (maximaVectors - 1) * VECTOR;
      Memory.store(last, FloatVector.broadcast(SPECIES, Float.MIN_NORMAL));
      BlockRounding.groupMaxima(groups, places.from(), maxima);
    } else {
      BlockRounding.maxima(groups, places.from(), maxima);
    }
    // Below the smallest normal number, bits do not tell exponents that count.
    int least = powersOfTwo && topExponent < 0 ? SMALLEST_NORMAL : 0;
    if (BlockRounding.isAnyOutside(maximaVectors, maxima, least, INFINITY)) {
      singly(groups, places, size, work);
      return;
    }
    boolean divides = scales(maximaVectors, maxima, found, factors);
    if (size > 0) {
      BlockRounding.broadcast(groups.count(), found, factors + ARRAY);
      BlockRounding.broadcast(groups.count(), factors, factors + 2 * ARRAY);
      found = factors + ARRAY;
      factors = found + ARRAY;
    }
    round(groups, places, found, factors, divides);
    if (places.areParts()) {
      BlockRounding.spread(groups, found, places.scales());
      correct(groups, places, found, size);
    }
  }

  /** Finds scales and their inverses; returns whether quotients must be divisions. */
  private boolean scales(int vectors, long maxima, long found, long factors) {
    if (powersOfTwo) {
      BlockRounding.powersOfTwo(vectors, maxima, topExponent, found, factors);
      return false;
    }
    if (real) {
      BlockRounding.quotients(vectors, maxima, top, found);
    } else {
      scales.find(vectors, maxima, found);
    }
    BlockRounding.inverses(vectors, found, factors);
    return BlockRounding.isAnyOutside(vectors, found, leastDivisor, MOST_DIVISOR)
        || BlockRounding.isAnyOutside(vectors, maxima, 0, mostDivided);
  }

  private void round(
      BlockRounding.Groups groups, Places places, long found, long factors, boolean divides) {
    long multipliers = found;
    long apart = VECTOR;
    if (places.areParts()) {
      multipliers = factors + ARRAY;
      apart = 0;
      Memory.store(multipliers, FloatVector.broadcast(SPECIES, 1));
    }
    BlockRounding.Elements e = places.areParts() ? elements : values;
    if (powersOfTwo) {
      BlockRounding.byFactor(groups, places.from(), places.to(), factors, multipliers, apart, e);
    } else if (divides) {
      BlockRounding.byDivision(groups, places.from(), places.to(), found, multipliers, apart, e);
    } else {
      BlockRounding.byRemainder(
          groups, places.from(), places.to(), found, factors, multipliers, apart, e);
    }
  }

  /** Takes those groups apart again whose scale has been rounded up. */
  private void correct(BlockRounding.Groups groups, Places places, long found, int size) {
    if (powersOfTwo || real) {
      return;
    }
    int g = 0;
    while (true) {
      g = BlockRounding.firstMismatch(groups, g, places.from(), places.to(), found);
      if (g == groups.count()) {
        return;
      }
      scalarGroup(groups, places.shifted(g * groups.apart()), size);
      g++;
    }
  }

  /** Groups one by one, as some are special. */
  private void singly(BlockRounding.Groups groups, Places places, int size, long work) {
    if (groups.count() == 1) {
      scalarGroup(groups, places, size);
      return;
    }
    for (int g = 0; g < groups.count(); g++) {
      run(groups.single(), places.shifted(g * groups.apart()), size, work);
    }
  }

  private void scalarGroup(BlockRounding.Groups groups, Places places, int size) {
    if (size > 0) {
      scalarBlock(places, Float.BYTES, size);
      return;
    }
    for (int lane = 0; lane < LANES; lane++) {
      scalarBlock(places.shifted((long) lane * Float.BYTES), groups.stride(), groups.vectors());
    }
  }

  /** One block, number by number. */
  private void scalarBlock(Places places, long stride, int count) {
    float[] block = new float[count];
    int nans = 0;
    int infinities = 0;
    for (int i = 0; i < count; i++) {
      block[i] = Memory.get(places.from() + i * stride);
      nans += Float.isNaN(block[i]) ? 1 : 0;
      infinities += Float.isInfinite(block[i]) ? 1 : 0;
    }
    if (places.areParts()) {
      split(block, places, stride);
      return;
    }
    if (live != null) {
      live.count(nans, infinities);
    }
    scalar.apply(block, 0, 1, count, i -> 0);
    for (int i = 0; i < count; i++) {
      Memory.set(places.to() + i * stride, block[i]);
    }
  }

  private void split(float[] block, Places places, long stride) {
    float scale = scalar.scaleOfQuantized(block, 0, 1, block.length);
    for (int i = 0; i < block.length; i++) {
      Memory.set(places.to() + i * stride, element(block[i] / scale));
      Memory.set(places.scales() + i * stride, scale);
    }
  }

  /** The nearest element, which keeps the sign of zero. */
  private float element(float x) {
    return Math.copySign(scalar.element().apply(x), x);
  }
}
