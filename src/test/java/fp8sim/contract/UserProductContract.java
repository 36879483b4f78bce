package fp8sim.contract;

import static org.assertj.core.api.Assertions.assertThat;

import fp8sim.contract.ApproximateSteps.Round;
import fp8sim.format.IntegerFormat;
import fp8sim.graph.Op;
import fp8sim.kernel.StepRunner;
import fp8sim.kernel.reference.ReferenceKernels;
import fp8sim.multiplier.FloatGrid;
import fp8sim.multiplier.IntegerGrid;
import fp8sim.multiplier.ProductRounding;
import fp8sim.multiplier.sum.Accumulator;
import fp8sim.npy.Npy;
import fp8sim.plan.ProductArithmetic;
import fp8sim.plan.ProductOperand;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Products that a user's file defines: all pairs of codes. */
abstract class UserProductContract extends ProductContract {
  private static final int CODES = 256;

  /** Any values and codes, in files as users give them. */
  @Test
  void allPairsOfTables(@TempDir Path folder) {
    SplittableRandom numbers = new SplittableRandom(7);
    float[] values = new float[CODES * CODES];
    int[] codes = new int[CODES * CODES];
    for (int i = 0; i < codes.length; i++) {
      values[i] = numbers.nextInt(-(1 << 15), 1 << 15) / 64f;
      codes[i] = numbers.nextInt(CODES);
    }
    Path npy = folder.resolve("values.npy");
    Npy.write(npy, Tensor.ofFloats(Shape.of(CODES, CODES), values));
    allPairsOfCodes("table:dialect=npy,entry=value,file=" + npy, "e3m4", "e4m3");
    Path ints = write(folder.resolve("codes.bin"), bytes(codes));
    allPairsOfCodes("table:dialect=int32le,entry=code,file=" + ints, "e3m4", "e5m2");
  }

  /** Tables of integers, signed and unsigned. */
  @Test
  void allPairsOfIntegers(@TempDir Path folder) {
    SplittableRandom numbers = new SplittableRandom(8);
    int[] entries = numbers.ints(CODES * CODES, -(1 << 15), 1 << 15).toArray();
    Path file = write(folder.resolve("integers.bin"), bytes(entries));
    IntegerFormat int8 = new IntegerFormat(8);
    for (boolean signed : new boolean[] {false, true}) {
      String model = "table:dialect=int32le,signed=" + signed + ",file=" + file;
      for (int zeroPoint : new int[] {0, 131}) {
        ProductOperand a = new ProductOperand(new IntegerGrid(int8, false), 1, zeroPoint);
        ProductOperand w = new ProductOperand(new IntegerGrid(int8, true), 1, 0);
        allPairs(
            products.of(
                model,
                a,
                List.of(new ProductArithmetic.Channel(w, null, new ProductRounding.None())),
                null));
      }
    }
  }

  /** Integers of 12 bits, too wide for tables over all pairs of codes: the file's own entries. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1771})
  void wideIntegers(int zeroPoint, @TempDir Path folder) {
    int side = 1 << 12;
    ByteBuffer bytes = ByteBuffer.allocate(4 * side * side).order(ByteOrder.LITTLE_ENDIAN);
    for (int a = 0; a < side; a++) {
      for (int w = 0; w < side; w++) {
        bytes.putInt(wideProduct(a << 20 >> 20, w << 20 >> 20));
      }
    }
    Path file = write(folder.resolve("mul12s_X.bin"), bytes.array());
    IntegerFormat int12 = new IntegerFormat(12);
    ProductOperand a = new ProductOperand(new IntegerGrid(int12, zeroPoint == 0), 1, zeroPoint);
    ProductOperand w = new ProductOperand(new IntegerGrid(int12, true), 1, 0);
    ProductArithmetic arithmetic =
        products.of(
            "table:dialect=int32le,file=" + file,
            a,
            List.of(new ProductArithmetic.Channel(w, null, new ProductRounding.None())),
            null);
    Tensor x = products.first(arithmetic, 7, 23);
    Tensor y = products.second(arithmetic, 1, 23, 5);
    check(r -> r.withConstants(1).withArithmetic(arithmetic), PLAIN, Shape.of(7, 5), x, y);
    float[] sums =
        StepRunner.of(kernels())
            .withConstants(1)
            .withArithmetic(arithmetic)
            .run(PLAIN, Shape.of(7, 5), x, y)
            .toFloats();
    for (int o = 0; o < sums.length; o++) {
      long sum = 0;
      for (int k = 0; k < 23; k++) {
        int first = (int) x.toFloats()[o / 5 * 23 + k];
        int second = (int) y.toFloats()[k * 5 + o % 5];
        // Hardware with signed operands multiplies q - 2048 and corrects the rest.
        int moved = zeroPoint == 0 ? first : first + zeroPoint - 2048;
        sum += wideProduct(moved, second) + (long) (first - moved) * second;
      }
      assertThat(sums[o]).isEqualTo((float) sum);
    }
    Op.Conv conv = new Op.Conv(window(3, 1, 1, 1), 1);
    check(
        r -> r.withConstants(1).withArithmetic(arithmetic),
        conv,
        Shape.of(1, 4, 5, 5),
        products.first(arithmetic, 1, 3, 5, 5),
        products.second(arithmetic, 1, 4, 3, 3, 3),
        null);
  }

  private static int wideProduct(int a, int w) {
    return a * w - ((a ^ w) & 7);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        """
        public class Mine {
          public int multiply(int a, int b) {
            return (a & 127) == 0 ? 0 : (a * 31 + b * 17 >> 2 & 127) | ((a ^ b) & 128);
          }
        }
        """,
        """
        public class Mine {
          public float multiply(float a, float b) {
            return a < b ? a * b : a * b - 0.25f * a;
          }
        }
        """
      })
  void allPairsOfSources(String source, @TempDir Path folder) {
    Path file = write(folder.resolve("Mine.java"), source.getBytes(StandardCharsets.UTF_8));
    allPairsOfCodes("source:file=" + file, "e3m4", "e4m3");
  }

  /** A table of products without errors is the exact multiplier. */
  @ParameterizedTest
  @CsvSource({"e3m4, 4, 3", "e4m3, 9, 7", "e2m5, 2, 1"})
  void exactTables(String format, int first, int second, @TempDir Path folder) {
    FloatGrid a = ApproximateSteps.grid(format, first, false);
    FloatGrid w = ApproximateSteps.grid(format, second, false);
    float[] values = new float[CODES * CODES];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (a.value(i / CODES) * w.value(i % CODES));
    }
    Path file = folder.resolve("exact.npy");
    Npy.write(file, Tensor.ofFloats(Shape.of(CODES, CODES), values));
    String table = "table:dialect=npy,file=" + file;
    for (Accumulator accumulator : List.of(Accumulator.EXACT, Accumulator.FP32)) {
      assertThat(convolved(table, a, format, second, accumulator))
          .as(accumulator.name())
          .isEqualTo(convolved("exact", a, format, second, accumulator));
    }
  }

  /** The bits of the reference, which are those of these kernels. */
  private int[] convolved(
      String model, FloatGrid a, String weights, int bias, Accumulator accumulator) {
    ApproximateSteps own = new ApproximateSteps();
    ProductArithmetic arithmetic =
        ApproximateSteps.with(
            accumulator, own.minifloats(model, a, weights, false, Round.NONE, bias));
    Tensor x = own.first(arithmetic, 2, 3, 9, 9);
    Tensor w = own.second(arithmetic, 1, 20, 3, 3, 3);
    Op.Conv conv = new Op.Conv(window(3, 1, 1, 1), 1);
    Shape shape = Shape.of(2, 20, 9, 9);
    check(r -> r.withConstants(1).withArithmetic(arithmetic), conv, shape, x, w, null);
    StepRunner reference = StepRunner.of(ReferenceKernels.set()).withConstants(1);
    return StepRunner.bits(reference.withArithmetic(arithmetic).run(conv, shape, x, w, null));
  }

  private void allPairsOfCodes(String model, String format, String weights) {
    for (int bias : new int[] {4, 9}) {
      FloatGrid a = ApproximateSteps.grid(format, bias, false);
      allPairs(products.minifloats(model, a, weights, false, Round.NONE, 5));
      allPairs(products.minifloats(model, a, weights, false, Round.NEAREST, 5));
      allPairs(products.minifloats(model, a, weights, false, Round.NEAREST, -3));
    }
  }

  private static byte[] bytes(int[] values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(Integer.BYTES * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asIntBuffer().put(values);
    return bytes.array();
  }

  private static Path write(Path file, byte[] content) {
    try {
      return Files.write(file, content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
