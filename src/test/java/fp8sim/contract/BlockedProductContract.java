package fp8sim.contract;

import static org.assertj.core.api.Assertions.assertThat;

import fp8sim.format.BiasPolicy;
import fp8sim.format.BlockFormat;
import fp8sim.format.BlockQuantizer;
import fp8sim.format.ConversionMode;
import fp8sim.format.FloatFormat;
import fp8sim.format.Format;
import fp8sim.format.Formats;
import fp8sim.format.IntegerFormat;
import fp8sim.format.Quantizer;
import fp8sim.format.Quantizers;
import fp8sim.format.ScalarQuantizer;
import fp8sim.format.ScaleMode;
import fp8sim.graph.Op;
import fp8sim.graph.TensorType;
import fp8sim.graph.Window;
import fp8sim.kernel.Device;
import fp8sim.kernel.KernelSet;
import fp8sim.kernel.PreparedConstants;
import fp8sim.kernel.Session;
import fp8sim.kernel.SessionOptions;
import fp8sim.kernel.StepSession;
import fp8sim.multiplier.BoundProduct;
import fp8sim.multiplier.FloatGrid;
import fp8sim.multiplier.ProductRounding;
import fp8sim.multiplier.ProductTables;
import fp8sim.multiplier.model.Multipliers;
import fp8sim.multiplier.sum.Accumulator;
import fp8sim.multiplier.sum.RunningSum;
import fp8sim.numerics.FloatMath;
import fp8sim.plan.Operand;
import fp8sim.plan.Plan;
import fp8sim.plan.ProductArithmetic;
import fp8sim.plan.ProductOperand;
import fp8sim.plan.Step;
import fp8sim.quant.BlockLayout;
import fp8sim.quant.QuantizerTable;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Products of codes in blocks, from the formula of docs/semantics.md section 5.4. */
abstract class BlockedProductContract {
  private static final Device DEVICE = new Device("test", 0, "", -1);
  private static final FloatGrid RESULT = new FloatGrid((FloatFormat) Formats.parse("e3m4"), 4);

  private final Random random = new Random(5);

  /** Share of numbers of the first operand that are NaN. */
  private double nans;

  abstract KernelSet kernels();

  /** Whether kernels take a first operand that is stored transposed. */
  boolean takesTransposed() {
    return true;
  }

  @ParameterizedTest
  @CsvSource({
    "exact,exact,mxfp4,mxfp4",
    "mitchell,exact,mxfp8-e4m3,mxfp8-e4m3",
    "mitchell,exact,mxint8,mxint8",
    "adder,exact,mxfp6-e3m2,mxfp6-e3m2",
    "drum:k=3,exact,nvfp4,nvfp4",
    "exact,fp32,mxfp8-e5m2,mxfp8-e5m2",
    "lmul,fp16,mxfp6-e2m3,mxfp6-e2m3",
    "mitchell,exact,mxfp8-e4m3,nvfp4",
    "mitchell,exact,e4m3,mxfp4",
    "mitchell,exact,mxfp4,e4m3",
    "truncated:k=2,exact,int8,mxint8",
    "exact,fp32,'e2m1:block=5,scale=fp16','e2m3:block=7,scale=e4m3'",
    "exact,exact,mxfp8-e5m2,mxfp8-e5m2",
    "mitchell,fp32,mxfp8-e4m3,mxfp8-e4m3",
    "mitchell,fp16:12,mxfp8-e4m3,mxfp8-e4m3",
    "mitchell,fp16:64,mxfp6-e3m2,e3m2",
    "mitchell,bf16,e4m3,mxfp6-e3m2",
    "exact,e5m6,mxfp6-e3m2,nvfp4",
    "mitchell,q9.6,mxfp4,mxfp4",
    "mitchell,q8.4:wrap,mxint8,mxint8",
    "mitchell,q30.20,mxfp8-e4m3,nvfp4",
    "mitchell,exact,'e3m2:block=64,scale=fp32','e2m3:block=16,scale=bf16'",
    "exact,exact,mxint8,mxint8"
  })
  void followsTheFormula(String model, String accumulator, String a, String w) {
    for (double share : new double[] {0, 0.002}) {
      nans = share;
      shapes(model, accumulator, a, w);
    }
  }

  private void shapes(String model, String accumulator, String a, String w) {
    for (int k : new int[] {1, 31, 32, 33, 70, 340}) {
      matMul(model, accumulator, a, w, 3, k, 5);
      gemm(model, accumulator, a, w, k, false);
      if (takesTransposed()) {
        gemm(model, accumulator, a, w, k, true);
      }
    }
    matMul(model, accumulator, a, w, 40, 96, 37);
    attention(model, accumulator, a, w, 70);
    conv(model, accumulator, a, w, 2, 40, 1);
    conv(model, accumulator, a, w, 1, 66, 2);
    conv(model, accumulator, a, w, 1, 35, 35);
    conv(model, accumulator, a, w, 1, 60, 3);
  }

  private ProductArithmetic arithmetic(String model, String accumulator, Quantizer a, Quantizer w) {
    ProductArithmetic.Channel channel =
        new ProductArithmetic.Channel(ProductOperand.of(w), RESULT, new ProductRounding.None());
    return new ProductArithmetic(
        Multipliers.parse(model),
        ProductOperand.of(a),
        List.of(channel),
        Accumulator.parse(accumulator),
        null,
        new ProductTables());
  }

  private static Quantizer quantizer(String format, int axis) {
    return switch (Formats.parse(format)) {
      case BlockFormat blocks -> BlockQuantizer.of(blocks, axis, 9, ConversionMode.DEFAULT);
      case IntegerFormat integer -> Quantizers.asymmetric(integer, -3, 5);
      case Format other ->
          Quantizers.minifloat(
              (FloatFormat) other, 5, BiasPolicy.REAL, ScaleMode.REAL, ConversionMode.DEFAULT);
    };
  }

  private void matMul(
      String model, String accumulator, String formatA, String formatW, int m, int k, int n) {
    Values a = first(quantizer(formatA, -1), Shape.of(2, m, k));
    Values w = values(quantizer(formatW, -2), Shape.of(k, n));
    ProductArithmetic arithmetic = arithmetic(model, accumulator, a.quantizer(), w.quantizer());
    Sum sum = new Sum(arithmetic, a, w);
    float[] expected = new float[2 * m * n];
    for (int o = 0; o < expected.length; o++) {
      int row = o / n;
      int column = o % n;
      for (int l = 0; l < k; l++) {
        sum.add(row * k + l, l * n + column, l == 0 || sum.isNewBlock(l, l));
      }
      expected[o] = sum.end();
    }
    check(new Op.MatMul(false), a, w, constant(w), null, arithmetic, Shape.of(2, m, n), expected);
  }

  /** A product of two operands that are computed. */
  private void attention(String model, String accumulator, String formatA, String formatW, int k) {
    int m = 5;
    int n = 4;
    Values a = first(quantizer(formatA, -1), Shape.of(2, m, k));
    Values w = values(quantizer(formatW, -2), Shape.of(2, k, n));
    ProductArithmetic arithmetic = arithmetic(model, accumulator, a.quantizer(), w.quantizer());
    Sum sum = new Sum(arithmetic, a, w);
    float[] expected = new float[2 * m * n];
    for (int o = 0; o < expected.length; o++) {
      int matrix = o / n / m;
      for (int l = 0; l < k; l++) {
        int column = (matrix * k + l) * n + o % n;
        sum.add(o / n * k + l, column, l == 0 || sum.isNewBlock(l, l));
      }
      expected[o] = sum.end();
    }
    Operand.Slot right = slot(offset(a.tensor()), w.tensor());
    check(new Op.MatMul(false), a, w, right, null, arithmetic, Shape.of(2, m, n), expected);
  }

  private void gemm(
      String model, String accumulator, String formatA, String formatW, int k, boolean transA) {
    int m = 2;
    int n = 3;
    Values a =
        transA
            ? first(quantizer(formatA, 0), Shape.of(k, m))
            : first(quantizer(formatA, 1), Shape.of(m, k));
    Values w = values(quantizer(formatW, 1), Shape.of(n, k));
    ProductArithmetic arithmetic = arithmetic(model, accumulator, a.quantizer(), w.quantizer());
    Sum sum = new Sum(arithmetic, a, w);
    Tensor bias = Tensor.ofFloats(Shape.of(n), 0.5f, -1, 2);
    float[] expected = new float[m * n];
    for (int o = 0; o < expected.length; o++) {
      for (int l = 0; l < k; l++) {
        sum.add(
            transA ? l * m + o / n : o / n * k + l, o % n * k + l, l == 0 || sum.isNewBlock(l, l));
      }
      expected[o] = 2f * sum.end() + 3f * bias.toFloats()[o % n];
    }
    Op.Gemm op = new Op.Gemm(2, 3, transA, true);
    check(op, a, w, constant(w), bias, arithmetic, Shape.of(m, n), expected);
  }

  /** Kernel 3 x 2, stride 2, a row of padding on top, with bias. */
  private void conv(
      String model, String accumulator, String formatA, String formatW, int n, int c, int groups) {
    int filters = 2 * groups;
    int per = c / groups;
    int size = 5;
    Values a = first(quantizer(formatA, 1), Shape.of(n, c, size, size));
    Values w = values(quantizer(formatW, 1), Shape.of(filters, per, 3, 2));
    ProductArithmetic arithmetic = arithmetic(model, accumulator, a.quantizer(), w.quantizer());
    Sum sum = new Sum(arithmetic, a, w);
    float[] biases = new float[filters];
    for (int i = 0; i < filters; i++) {
      biases[i] = i - 1.5f;
    }
    float[] expected = new float[n * filters * 2 * 2];
    for (int o = 0; o < expected.length; o++) {
      int image = o / 4 / filters;
      int filter = o / 4 % filters;
      int first = filter / 2 * per;
      int end;
      for (int from = 0; from < per; from = end) {
        end = from + 1;
        while (end < per && !sum.isNewBlock(first + end, end)) {
          end++;
        }
        for (int q = 0; q < 6; q++) {
          int y = o / 2 % 2 * 2 - 1 + q / 2;
          int x = o % 2 * 2 + q % 2;
          for (int l = from; y >= 0 && y < size && x < size && l < end; l++) {
            int at = ((image * c + first + l) * size + y) * size + x;
            sum.add(at, (filter * per + l) * 6 + q, l == from);
          }
        }
      }
      expected[o] = sum.end() + biases[filter];
    }
    Window window =
        new Window(
            List.of(3, 2),
            List.of(2, 2),
            List.of(1, 1),
            List.of(1, 0, 0, 0),
            Window.AutoPad.NOTSET);
    Tensor bias = Tensor.ofFloats(Shape.of(filters), biases);
    Shape shape = Shape.of(n, filters, 2, 2);
    check(new Op.Conv(window, groups), a, w, constant(w), bias, arithmetic, shape, expected);
  }

  /** Quantized values with the code and the scale of each. */
  private record Values(Quantizer quantizer, Tensor tensor, int[] codes, float[] scales) {
    int size() {
      return quantizer instanceof BlockQuantizer blocks ? blocks.format().size() : 1 << 30;
    }
  }

  private static Operand constant(Values values) {
    return new Operand.Constant(values.tensor());
  }

  private Values first(Quantizer quantizer, Shape shape) {
    return values(quantizer, shape, nans);
  }

  private Values values(Quantizer quantizer, Shape shape) {
    return values(quantizer, shape, 0);
  }

  private Values values(Quantizer quantizer, Shape shape, double share) {
    float[] values = new float[shape.elements()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) Math.scalb(random.nextGaussian(), random.nextInt(6) - 4);
      values[i] = random.nextDouble() < share ? Float.NaN : values[i];
    }
    int[] codes = new int[values.length];
    float[] scales = new float[values.length];
    if (quantizer instanceof BlockQuantizer blocks) {
      BlockLayout layout = BlockLayout.of(blocks, shape);
      for (int line = 0; line < layout.lines(); line++) {
        layout.forEach(
            line,
            (first, count) -> {
              float scale = blocks.scale(values, first, layout.stride(), count);
              for (int i = 0; i < count; i++) {
                int at = first + i * layout.stride();
                scales[at] = scale;
                if (Float.isNaN(values[at])) {
                  codes[at] = ProductOperand.NOT_FINITE;
                  continue;
                }
                codes[at] = blocks.element().encode(values[at] / scale);
                values[at] = blocks.element().decode(codes[at]) * scale;
              }
            });
      }
    } else if (quantizer instanceof ScalarQuantizer scalar) {
      for (int i = 0; i < values.length; i++) {
        scales[i] = 1;
        if (Float.isNaN(values[i])) {
          codes[i] = ProductOperand.NOT_FINITE;
          continue;
        }
        codes[i] = scalar.encode(values[i]);
        values[i] = scalar.decode(codes[i]);
      }
    }
    return new Values(quantizer, Tensor.ofFloats(shape, values), codes, scales);
  }

  /** Sums block by block. */
  private static final class Sum {
    private final ProductArithmetic arithmetic;
    private final BoundProduct product;
    private final RunningSum block;
    private final Values a;
    private final Values w;
    private float total;
    private float scaleA = 1;
    private float scaleW = 1;

    Sum(ProductArithmetic arithmetic, Values a, Values w) {
      this.arithmetic = arithmetic;
      product = arithmetic.product(0);
      block = arithmetic.accumulator().start(product.units());
      this.a = a;
      this.w = w;
    }

    /** Whether a block starts at index i of the first or index j of the second operand. */
    boolean isNewBlock(int i, int j) {
      return i % a.size() == 0 || j % w.size() == 0;
    }

    void add(int atA, int atW, boolean newBlock) {
      if (newBlock) {
        endBlock();
        scaleA = a.scales()[atA];
        scaleW = w.scales()[atW];
      }
      if (a.codes()[atA] == ProductOperand.NOT_FINITE) {
        total = Float.NaN;
      } else {
        block.add(product.of(a.codes()[atA], w.codes()[atW]));
      }
    }

    private void endBlock() {
      total += block.result() * arithmetic.scale(0) * scaleA * scaleW;
      block.clear();
    }

    float end() {
      endBlock();
      float result = total;
      total = 0;
      return result;
    }
  }

  private void check(
      Op op,
      Values a,
      Values w,
      Operand second,
      @Nullable Tensor bias,
      ProductArithmetic arithmetic,
      Shape shape,
      float[] expected) {
    Operand.Slot in = slot(0, a.tensor());
    long offset = offset(a.tensor()) + offset(w.tensor());
    Operand.Slot out = new Operand.Slot(offset, new TensorType(DataType.FLOAT, shape));
    List<@Nullable Operand> inputs =
        bias == null ? List.of(in, second) : List.of(in, second, new Operand.Constant(bias));
    Step step = new Step("y", op, inputs, List.of(out), List.of(), arithmetic);
    long bytes = offset + offset(Tensor.zeros(DataType.FLOAT, shape));
    Map<String, Operand.Slot> slots =
        second instanceof Operand.Slot right ? Map.of("x", in, "w", right) : Map.of("x", in);
    Plan plan = new Plan("test", List.of(step), slots, Map.of("y", out), bytes, FloatMath.FUSED);
    SessionOptions options =
        new SessionOptions(2, "", new PreparedConstants(), new QuantizerTable(0));
    try (Session session = new StepSession(plan, kernels(), options, DEVICE)) {
      Map<String, Tensor> inputsByName =
          slots.size() == 1 ? Map.of("x", a.tensor()) : Map.of("x", a.tensor(), "w", w.tensor());
      assertThat(session.run(inputsByName).get("y").toFloats())
          .as("%s %s %s", op, arithmetic.a(), shape)
          .containsExactly(expected);
    }
  }

  private static Operand.Slot slot(long offset, Tensor tensor) {
    return new Operand.Slot(offset, new TensorType(DataType.FLOAT, tensor.shape()));
  }

  /** Bytes of a tensor with room for the next one. */
  private static long offset(Tensor tensor) {
    return Math.ceilDiv(tensor.data().byteSize(), Tensor.ALIGNMENT) * (long) Tensor.ALIGNMENT;
  }
}
