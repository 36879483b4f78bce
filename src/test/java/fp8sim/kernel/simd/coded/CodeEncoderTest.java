package fp8sim.kernel.simd.coded;

import static org.assertj.core.api.Assertions.assertThat;

import fp8sim.format.FloatFormat;
import fp8sim.format.Format;
import fp8sim.format.Formats;
import fp8sim.format.IntegerFormat;
import fp8sim.format.TableFormats;
import fp8sim.kernel.simd.vector.LookupVectors;
import fp8sim.multiplier.FloatGrid;
import fp8sim.multiplier.Grid;
import fp8sim.multiplier.IntegerGrid;
import fp8sim.multiplier.TableGrid;
import fp8sim.plan.ProductOperand;
import fp8sim.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every code of every grid, with scales that are powers of two and others. */
class CodeEncoderTest {
  private static final float[] SCALES = {
    1, 0.5f, 0.0123f, 3.3e-5f, 77.7f, Float.MIN_NORMAL, 1e-37f, 0x1.fffffep-3f, 0x1.000002p4f
  };

  static Stream<ProductOperand> operands() {
    List<Grid> grids = new ArrayList<>();
    for (String name :
        new String[] {
          "e3m4",
          "e4m3",
          "e5m2",
          "e2m1",
          "e0m7",
          "e4m5",
          "e1m10",
          "e4m3:normal-only",
          "fp8-e4m3",
          "fp8-e5m2",
          "e4m3fnuz",
          "e5m2fnuz",
          "binary8p3se",
          "binary8p1se",
          "binary8p1uf",
          "binary8p5ue",
          "binary3p2sf",
          "fp16",
          "bf16"
        }) {
      FloatFormat format = (FloatFormat) Formats.parse(name);
      for (FloatFormat each : new FloatFormat[] {format, format.unsigned(), format.extended()}) {
        for (int bias : new int[] {format.standardBias(), -3, 20, 130, -100}) {
          grids.add(new FloatGrid(each, bias));
        }
      }
    }
    for (int bits = 2; bits <= 8; bits++) {
      Format format = Formats.parse("int" + bits);
      grids.add(new IntegerGrid((IntegerFormat) format, true));
      grids.add(new IntegerGrid((IntegerFormat) format, false));
    }
    TableFormats.named().forEach(format -> grids.add(new TableGrid(format)));
    return grids.stream().flatMap(CodeEncoderTest::operands);
  }

  private static Stream<ProductOperand> operands(Grid grid) {
    List<ProductOperand> result = new ArrayList<>();
    for (float scale : SCALES) {
      result.add(new ProductOperand(grid, scale, 0));
      if (grid instanceof IntegerGrid) {
        result.add(new ProductOperand(grid, scale, 1 << (grid.codeBits() - 2)));
      }
    }
    return result.stream();
  }

  @ParameterizedTest
  @MethodSource("operands")
  void allCodes(ProductOperand operand) {
    Grid grid = operand.grid();
    CodeEncoder encoder = new CodeEncoder(operand, 1);
    List<Float> values = new ArrayList<>();
    for (int code = 0; code < 1 << grid.codeBits(); code++) {
      double steps = grid.isFinite(code) ? grid.value(code) - operand.zeroPoint() : 0;
      float value = (float) (steps * operand.scale());
      values.add(Float.isFinite(value) ? value : 0);
    }
    // Other lengths than whole vectors too.
    for (int count : new int[] {values.size(), values.size() - 1, 3}) {
      float[] some = new float[count];
      for (int i = 0; i < count; i++) {
        some[i] = values.get(values.size() - count + i);
      }
      int[] entries = encode(encoder, some);
      for (int i = 0; i < count; i++) {
        int expected = operand.code(some[i]);
        assertThat(entries[i]).as("%s of %s", some[i], operand).isEqualTo(expected + 1 & 0xFFFF);
        assertThat(encoder.code(some[i])).as("%s of %s", some[i], operand).isEqualTo(expected);
      }
    }
  }

  private static int[] encode(CodeEncoder encoder, float[] values) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment from = arena.allocateFrom(ValueLayout.JAVA_FLOAT, values);
      MemorySegment to = arena.allocate((long) values.length * Short.BYTES, Tensor.ALIGNMENT);
      assertThat(encoder.encode(from.address(), values.length, to.address())).isTrue();
      int[] entries = new int[values.length];
      for (int i = 0; i < entries.length; i++) {
        entries[i] = LookupVectors.getShort(to.address() + (long) i * Short.BYTES) & 0xFFFF;
      }
      return entries;
    }
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
  void notFinite(float value) {
    FloatGrid grid = new FloatGrid((FloatFormat) Formats.parse("e4m3"), 8);
    CodeEncoder encoder = new CodeEncoder(new ProductOperand(grid, 0.3f, 0), 1);
    assertThat(encoder.code(value)).isEqualTo(ProductOperand.NOT_FINITE);
    for (int length : new int[] {1, 16, 19}) {
      for (int at = 0; at < length; at++) {
        float[] values = new float[length];
        values[at] = value;
        try (Arena arena = Arena.ofConfined()) {
          MemorySegment from = arena.allocateFrom(ValueLayout.JAVA_FLOAT, values);
          MemorySegment to = arena.allocate((long) length * Short.BYTES);
          assertThat(encoder.encode(from.address(), length, to.address())).isFalse();
        }
      }
    }
  }
}
