package fp8sim.contract;

import fp8sim.format.FloatFormat;
import fp8sim.format.FloatQuantizer;
import fp8sim.format.Formats;
import fp8sim.multiplier.FloatGrid;
import fp8sim.multiplier.Grid;
import fp8sim.multiplier.ProductRounding;
import fp8sim.multiplier.ProductSettingFactory;
import fp8sim.multiplier.ProductTables;
import fp8sim.multiplier.model.Multipliers;
import fp8sim.multiplier.sum.Accumulator;
import fp8sim.plan.ProductArithmetic;
import fp8sim.plan.ProductOperand;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Makes arithmetics and operands on their grids. */
final class ApproximateSteps {
  /** Every kind of model. */
  static final List<String> MODELS =
      List.of(
          "exact",
          "study",
          "study:compensation=3,normalize-subnormals=false",
          "adder",
          "adder:compensation=3,overflow=wrap,underflow=wrap,zero=raw",
          "adder:compensation=2,underflow=keep-fraction,normalize-subnormals=true",
          "lmul",
          "mitchell",
          "mbm",
          "truncated:k=3",
          "drum:k=3");

  private final ProductTables tables = new ProductTables();
  private final SplittableRandom random = new SplittableRandom(11);

  /** How products are rounded. */
  enum Round {
    NONE,
    NEAREST,
    EXTENDING
  }

  static FloatGrid grid(String format, int bias, boolean extended) {
    FloatFormat layout = (FloatFormat) Formats.parse(format);
    return new FloatGrid(extended ? layout.extended() : layout, bias);
  }

  /** One bias of the second operand per channel, or one for all. */
  ProductArithmetic minifloats(
      String model, FloatGrid a, String weights, boolean extended, Round round, int... biases) {
    FloatGrid result = new FloatGrid((FloatFormat) Formats.parse("e3m4"), 4);
    return arithmetic(model, new ProductOperand(a, 1, 0), weights, extended, round, result, biases);
  }

  /** Exact products of two formats whose values are fixed. */
  ProductArithmetic ofFormats(String a, String w, float scale, Accumulator accumulator) {
    ProductOperand first = new ProductOperand(plainGrid(a), scale, 0);
    ProductOperand second = new ProductOperand(plainGrid(w), 0.37f * scale, 0);
    ProductArithmetic.Channel channel =
        new ProductArithmetic.Channel(second, null, new ProductRounding.None());
    return with(accumulator, of("exact", first, List.of(channel), null));
  }

  private static Grid plainGrid(String format) {
    return ProductSettingFactory.plainOperand(Formats.parse(format), true).orElseThrow();
  }

  ProductArithmetic arithmetic(
      String model,
      ProductOperand a,
      String weights,
      boolean extended,
      Round round,
      FloatGrid result,
      int... biases) {
    ProductRounding rounding =
        switch (round) {
          case NONE -> new ProductRounding.None();
          case NEAREST -> new ProductRounding.Nearest(result);
          case EXTENDING -> new ProductRounding.Extending(result);
        };
    List<ProductArithmetic.Channel> channels = new ArrayList<>();
    for (int bias : biases) {
      ProductOperand w = new ProductOperand(grid(weights, bias, extended), a.scale(), 0);
      channels.add(new ProductArithmetic.Channel(w, result, rounding));
    }
    return of(model, a, channels, null);
  }

  ProductArithmetic of(
      String model,
      ProductOperand a,
      List<ProductArithmetic.Channel> channels,
      @Nullable FloatQuantizer sum) {
    return new ProductArithmetic(
        Multipliers.parse(model), a, channels, Accumulator.EXACT, sum, tables);
  }

  /** The same with another accumulator. */
  static ProductArithmetic with(Accumulator accumulator, ProductArithmetic of) {
    return new ProductArithmetic(
        of.model(), of.a(), of.channels(), accumulator, of.sumQuantizer(), of.tables());
  }

  /** The same with as many of the output channels. */
  static ProductArithmetic of(ProductArithmetic arithmetic, int channels) {
    return new ProductArithmetic(
        arithmetic.model(),
        arithmetic.a(),
        arithmetic.channels().subList(0, channels),
        arithmetic.accumulator(),
        arithmetic.sumQuantizer(),
        arithmetic.tables());
  }

  /** All values of an operand, in the order of their codes. */
  static Tensor all(ProductOperand operand, int... dims) {
    float[] values = new float[1 << operand.grid().codeBits()];
    for (int code = 0; code < values.length; code++) {
      values[code] = value(operand, code);
    }
    return Tensor.ofFloats(Shape.of(dims), values);
  }

  /** Random values of the first operand. */
  Tensor first(ProductArithmetic arithmetic, int... dims) {
    Shape shape = Shape.of(dims);
    float[] values = new float[shape.elements()];
    for (int i = 0; i < values.length; i++) {
      values[i] = value(arithmetic.a());
    }
    return Tensor.ofFloats(shape, values);
  }

  /** Random values of the second operand; elements of a channel are {@code run} apart. */
  Tensor second(ProductArithmetic arithmetic, int run, int... dims) {
    Shape shape = Shape.of(dims);
    float[] values = new float[shape.elements()];
    for (int i = 0; i < values.length; i++) {
      int channel = i / run % arithmetic.channels().size();
      values[i] = value(arithmetic.channel(channel).w());
    }
    return Tensor.ofFloats(shape, values);
  }

  private float value(ProductOperand operand) {
    int code = random.nextInt(1 << operand.grid().codeBits());
    return operand.grid().isFinite(code) ? value(operand, code) : value(operand);
  }

  private static float value(ProductOperand operand, int code) {
    return (float) (operand.grid().value(code) - operand.zeroPoint()) * operand.scale();
  }
}
