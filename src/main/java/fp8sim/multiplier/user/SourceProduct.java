package fp8sim.multiplier.user;

import fp8sim.common.Fp8simException;
import fp8sim.common.UserPath;
import fp8sim.multiplier.BoundProduct;
import fp8sim.multiplier.CostComments;
import fp8sim.multiplier.Grid;
import fp8sim.multiplier.IntegerGrid;
import fp8sim.multiplier.Multiplier;
import fp8sim.multiplier.MultiplierEntry;
import fp8sim.multiplier.MultiplierOptions;
import fp8sim.multiplier.ProductSetting;
import fp8sim.multiplier.ProductTable;
import fp8sim.multiplier.ResultCodes;
import fp8sim.multiplier.UnitCost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/**
 * A user's Java class: {@code int multiply(int codeA, int codeB)} gives a result code (with integer
 * formats: integers and their product), {@code float multiply(float a, float b)} a value. It must
 * be a function of its operands: it is called once for each pair of codes.
 *
 * <p>Reading a specification runs nothing: the class is compiled and called by {@link #check} and
 * {@link #bind}, in a process of its own ({@link SourceProcess}).
 *
 * @param file as specified
 * @param seconds how long one table of products may take, compilation included
 * @param text the source
 * @param costs as its comments name them
 */
public record SourceProduct(String file, int seconds, String text, List<UnitCost> costs)
    implements Multiplier {
  private static final int MAX_CODE_BITS = 8;
  private static final int SECONDS = 60;
  private static final int MAX_SECONDS = 100_000;

  public static final MultiplierEntry ENTRY =
      new MultiplierEntry(
          "source",
          "file=F.java,seconds=" + SECONDS,
          "a Java class with int multiply(int codeA, int codeB) or float multiply(float a, float"
              + " b), run in a process of its own",
          new MultiplierEntry.Help(
              "what the class computes", "your own file", "source:file=MyMultiplier.java"),
          SourceProduct::read);

  private static SourceProduct read(MultiplierOptions options) {
    String file = options.required("file");
    OptionalInt seconds = options.optionalInteger("seconds", "", 1, MAX_SECONDS);
    try {
      String text = Files.readString(UserPath.of("multiplier source", file));
      return new SourceProduct(
          file,
          seconds.orElse(SECONDS),
          text,
          CostComments.read("multiplier source " + file, text));
    } catch (NoSuchFileException e) {
      throw Fp8simException.input("cannot read multiplier source " + file + ": no such file", e);
    } catch (IOException e) {
      throw Fp8simException.input("cannot read multiplier source " + file + ": " + e, e);
    }
  }

  @Override
  public String name() {
    return "source:file="
        + FileNames.bracketed(file)
        + (seconds == SECONDS ? "" : ",seconds=" + seconds);
  }

  @Override
  public void check() {
    SourceProcess.of(this).multipliesCodes();
  }

  @Override
  public BoundProduct bind(ProductSetting setting) {
    if (!ProductTable.fits(setting)) {
      throw Fp8simException.usage(
          "multiplier " + name() + ": formats of more than 9 bits are too wide to tabulate it");
    }
    SourceProcess process = SourceProcess.of(this);
    boolean onCodes = process.multipliesCodes();
    if (onCodes && Math.max(setting.a().codeBits(), setting.w().codeBits()) > MAX_CODE_BITS) {
      throw Fp8simException.usage(
          "multiplier "
              + name()
              + " is defined on codes of at most 8 bits, not on "
              + setting.a().name()
              + " and "
              + setting.w().name()
              + "; use bias policy saturate or real, or 'float multiply(float a, float b)'");
    }
    int[] codesA = finiteCodes(setting.a());
    int[] codesW = finiteCodes(setting.w());
    int[] results =
        process.multiply(
            operands(setting.a(), codesA, onCodes), operands(setting.w(), codesW, onCodes));
    int bitsW = setting.w().codeBits();
    double[] products = new double[1 << (setting.a().codeBits() + bitsW)];
    for (int i = 0; i < results.length; i++) {
      int a = codesA[i / codesW.length];
      int w = codesW[i % codesW.length];
      double value = onCodes ? ofCodes(setting, results[i]) : ofValues(setting, a, w, results[i]);
      products[a << bitsW | w] = setting.rounding().round(value) + 0.0;
    }
    return new ProductTable(setting.a().codeBits(), bitsW, products);
  }

  private static int[] finiteCodes(Grid grid) {
    return IntStream.range(0, 1 << grid.codeBits()).filter(grid::isFinite).toArray();
  }

  /** What the method is called with: codes or integers, or the bits of float32 values. */
  private static int[] operands(Grid grid, int[] codes, boolean onCodes) {
    IntUnaryOperator operand =
        code -> {
          if (!onCodes) {
            return Float.floatToRawIntBits((float) grid.value(code));
          }
          return grid instanceof IntegerGrid integers ? integers.integer(code) : code;
        };
    return Arrays.stream(codes).map(operand).toArray();
  }

  private double ofCodes(ProductSetting setting, int result) {
    boolean integers = setting.a() instanceof IntegerGrid && setting.w() instanceof IntegerGrid;
    return integers
        ? result
        : ResultCodes.value(name(), setting.requireResultCodes(name()), result);
  }

  private double ofValues(ProductSetting setting, int codeA, int codeW, int bits) {
    float value = Float.intBitsToFloat(bits);
    if (!Float.isFinite(value)) {
      float a = (float) setting.a().value(codeA);
      float w = (float) setting.w().value(codeW);
      throw Fp8simException.input(
          "multiplier " + name() + ": multiply(" + a + ", " + w + ") gives " + value);
    }
    return value;
  }
}
