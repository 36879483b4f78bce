package fp8sim.bench;

import fp8sim.common.Fp8simException;
import fp8sim.common.Interruption;
import fp8sim.npy.Npy;
import fp8sim.numerics.Numerics;
import fp8sim.numerics.NumericsOption;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * The numerics of {@code bench gemm}: those that the user wants, or one for each way of multiplying
 * codes that differs in speed.
 */
public final class GemmVariants {
  private static final int CODES = 256;
  private static final int ENTRY_BITS = 16;
  private static final String FLOAT32 = "float32";
  private static final String EXACT = "exact";
  private static final String ADDER = "adder:compensation=3";

  /** Numerics, and what they do to the left operand before it is quantized. */
  private record Kind(String name, Numerics numerics, UnaryOperator<Tensor> left) {}

  private final List<Kind> kinds = new ArrayList<>();

  private GemmVariants(Numerics wanted) {
    add(FLOAT32, wanted.withoutQuantizers());
  }

  /** Float32, and {@code wanted} if it quantizes. */
  public static GemmVariants of(Numerics wanted) {
    GemmVariants variants = new GemmVariants(wanted);
    if (wanted.quantizes()) {
      variants.add(wanted.describe(), wanted);
    }
    return variants;
  }

  /**
   * Float32, and one for each way of multiplying codes that differs in speed.
   *
   * @param plain numerics that do not quantize
   * @param changed these numerics with other values of some options
   * @throws Fp8simException (output) if the file of a table cannot be written
   */
  public static GemmVariants ofAllSpeeds(
      Numerics plain, Function<Map<NumericsOption, List<String>>, Numerics> changed) {
    GemmVariants variants = new GemmVariants(plain);
    Numerics e3m4 = changed.apply(coded("e3m4", ADDER, true, EXACT));
    variants.add("e3m4 rounded", e3m4);
    variants.kinds.add(new Kind("e3m4 rounded, left not negative", e3m4, GemmVariants::magnitudes));
    variants.add("e4m3 rounded", changed.apply(coded("e4m3", ADDER, true, EXACT)));
    variants.add("any signed table", changed.apply(coded("e3m4", randomTable(), false, EXACT)));
    for (String format : new String[] {"e3m4", "e4m3"}) {
      for (String accumulator : new String[] {EXACT, "fp32"}) {
        Numerics unrounded = changed.apply(coded(format, "study", false, accumulator));
        variants.add("%s study, %s sums".formatted(format, accumulator), unrounded);
      }
    }
    return variants;
  }

  private void add(String name, Numerics numerics) {
    kinds.add(new Kind(name, numerics, left -> left));
  }

  private static Map<NumericsOption, List<String>> coded(
      String format, String multiplier, boolean rounded, String accumulator) {
    return Map.of(
        NumericsOption.FORMAT,
        List.of(format),
        NumericsOption.MULTIPLIER,
        List.of(multiplier),
        NumericsOption.ACCUMULATOR,
        List.of(accumulator),
        NumericsOption.ROUND_PRODUCTS,
        rounded ? List.of("true") : List.of());
  }

  /** The variants with a left operand of that name. */
  List<Variant> of(String input, Tensor left) {
    return kinds.stream()
        .map(
            kind ->
                new Variant(kind.name(), kind.numerics(), Map.of(input, kind.left().apply(left))))
        .toList();
  }

  private static Tensor magnitudes(Tensor tensor) {
    float[] values = tensor.toFloats();
    for (int i = 0; i < values.length; i++) {
      values[i] = Math.abs(values[i]);
    }
    return Tensor.ofFloats(tensor.shape(), values);
  }

  /** Products of 16 bits without any order, in a file that is deleted at the end. */
  private static String randomTable() {
    SplittableRandom random = new SplittableRandom(CODES);
    float[] products = new float[CODES * CODES];
    for (int i = 0; i < products.length; i++) {
      products[i] = random.nextInt(1 << ENTRY_BITS) - (1 << (ENTRY_BITS - 1));
    }
    try {
      Path file = Files.createTempFile("fp8sim", ".npy");
      file.toFile().deleteOnExit();
      Interruption.add(() -> file.toFile().delete());
      Npy.write(file, Tensor.ofFloats(Shape.of(CODES, CODES), products));
      return "table:dialect=npy,entry=value,file=" + file;
    } catch (IOException e) {
      throw Fp8simException.output("cannot write a table of products: " + e.getMessage(), e);
    }
  }
}
