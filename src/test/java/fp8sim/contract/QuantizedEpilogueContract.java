package fp8sim.contract;

import static org.assertj.core.api.Assertions.assertThat;

import fp8sim.format.BiasPolicy;
import fp8sim.format.ConversionMode;
import fp8sim.format.Formats;
import fp8sim.format.ScaleMode;
import fp8sim.graph.Op;
import fp8sim.graph.UnaryFunction;
import fp8sim.graph.Window;
import fp8sim.kernel.KernelSet;
import fp8sim.kernel.StepRunner;
import fp8sim.kernel.reference.ReferenceKernels;
import fp8sim.numerics.ActivationSign;
import fp8sim.numerics.FloatMath;
import fp8sim.numerics.IntegerActivations;
import fp8sim.numerics.QuantizerOptions;
import fp8sim.numerics.QuantizerSpec;
import fp8sim.plan.Epilogue;
import fp8sim.plan.Operand;
import fp8sim.quant.Channels;
import fp8sim.quant.QuantizerId;
import fp8sim.quant.QuantizerKind;
import fp8sim.quant.QuantizerState;
import fp8sim.quant.QuantizerTable;
import fp8sim.quant.RangeMethod;
import fp8sim.quant.ValueRange;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Quantizers behind a product give the reference's bits and count the same special numbers. */
abstract class QuantizedEpilogueContract {
  private static final int CHANNELS = 24;

  private final RandomTensors random = new RandomTensors(5);

  abstract KernelSet kernels();

  /** How sums are added. */
  FloatMath floatMath() {
    return FloatMath.FUSED;
  }

  @ParameterizedTest
  @CsvSource({
    "e4m3, SATURATE, -3, 3",
    "e4m3, STUDY, -3, 3",
    "e5m2, REAL, -0.7, 0.7",
    "e3m4, SATURATE, 0, 5",
    "e2m5, SATURATE, -0.001, 0.001",
    "e4m3:normal-only, SATURATE, -3, 3",
    "ofp8-e4m3, SATURATE, -3, 3",
    "int8, SATURATE, -1.7, 2.9",
    "int8, SATURATE, 0, 6",
    "int3, SATURATE, -4, 0"
  })
  void products(String format, BiasPolicy policy, float min, float max) {
    QuantizerOptions options =
        new QuantizerOptions(
            policy,
            ScaleMode.REAL,
            ConversionMode.DEFAULT,
            ActivationSign.AUTO,
            IntegerActivations.ASYMMETRIC);
    QuantizerSpec spec =
        new QuantizerSpec(
            QuantizerId.alone("q"),
            QuantizerKind.ACTIVATION,
            Formats.parse(format),
            Channels.TENSOR,
            RangeMethod.MINMAX,
            options);
    for (List<Epilogue> chain : chains()) {
      for (boolean finite : new boolean[] {true, false}) {
        Run run = new Run(spec, ValueRange.of(min, max), chain, finite);
        run.conv(1, 1, 9, 11);
        run.conv(1, 3, 7, 7);
        run.conv(CHANNELS, 3, 7, 7);
        run.conv(CHANNELS, 3, 20, 33);
        run.gemm(13, 30);
      }
    }
  }

  private List<List<Epilogue>> chains() {
    Epilogue quantize = new Epilogue.FakeQuantize(QuantizerId.alone("q"));
    Epilogue relu = new Epilogue.Activation(new Op.Unary(UnaryFunction.RELU));
    Operand.Constant alpha = new Operand.Constant(random.normal(CHANNELS));
    Operand.Constant beta = new Operand.Constant(random.normal(CHANNELS));
    Epilogue affine = new Epilogue.Affine(1, alpha, beta, floatMath() == FloatMath.FUSED);
    return List.of(
        List.of(quantize),
        List.of(affine, relu, quantize),
        List.of(clamp(0, 1.3f), quantize),
        List.of(clamp(-0.4f, 1.3f), quantize, quantize),
        List.of(clamp(0.2f, 0.3f), quantize, relu),
        List.of(new Epilogue.Activation(new Op.Unary(UnaryFunction.HARD_SWISH)), quantize),
        List.of(quantize, affine, relu, quantize));
  }

  private static Epilogue clamp(float low, float high) {
    return new Epilogue.Activation(new Op.Unary(UnaryFunction.CLAMP, low, high));
  }

  private final class Run {
    private final QuantizerSpec spec;
    private final ValueRange range;
    private final List<Epilogue> chain;
    private final boolean finite;

    Run(QuantizerSpec spec, ValueRange range, List<Epilogue> chain, boolean finite) {
      this.spec = spec;
      this.range = range;
      this.chain = chain;
      this.finite = finite;
    }

    void conv(int groups, int kernel, int height, int width) {
      int pad = kernel / 2;
      List<Integer> ones = List.of(1, 1);
      Window window =
          new Window(
              List.of(kernel, kernel),
              ones,
              ones,
              List.of(pad, pad, pad, pad),
              Window.AutoPad.NOTSET);
      Tensor x = random.normal(2, CHANNELS, height, width);
      Tensor weight = random.normal(CHANNELS, CHANNELS / groups, kernel, kernel);
      check(
          new Op.Conv(window, groups),
          Shape.of(2, CHANNELS, height, width),
          x,
          weight,
          random.normal(CHANNELS));
    }

    void gemm(int rows, int terms) {
      check(
          new Op.Gemm(1, 1, false, false),
          Shape.of(rows, CHANNELS),
          random.normal(rows, terms),
          random.normal(terms, CHANNELS),
          random.normal(CHANNELS));
    }

    private void check(Op op, Shape shape, Tensor x, Tensor weight, Tensor bias) {
      if (!finite) {
        x.data().setAtIndex(Tensor.FLOAT, 5, Float.NaN);
        x.data().setAtIndex(Tensor.FLOAT, x.shape().elements() - 2, Float.NEGATIVE_INFINITY);
      }
      List<Object> expected = run(ReferenceKernels.set(), op, shape, x, weight, bias);
      assertThat(run(kernels(), op, shape, x, weight, bias))
          .as("%s of %s, %s, %s, finite %s", op, x.shape(), spec.describe(), chain, finite)
          .isEqualTo(expected);
    }

    /** Bits of the result, NaN count, infinity count. */
    private List<Object> run(KernelSet set, Op op, Shape shape, Tensor... inputs) {
      QuantizerState live = new QuantizerState(spec.id(), spec::quantizer);
      live.fix(range);
      QuantizerTable table = new QuantizerTable(0);
      table.add(live);
      Tensor y =
          StepRunner.of(set)
              .with(floatMath())
              .withConstants(1, 2)
              .withEpilogue(chain.toArray(Epilogue[]::new))
              .withQuantizers(table)
              .withWorkers(2)
              .run(op, DataType.FLOAT, shape, inputs);
      List<Object> results = new ArrayList<>();
      for (int bits : StepRunner.bits(y)) {
        results.add(bits);
      }
      results.add(live.nans());
      results.add(live.infinities());
      return results;
    }
  }
}
