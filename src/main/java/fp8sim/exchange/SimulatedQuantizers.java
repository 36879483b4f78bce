package fp8sim.exchange;

import fp8sim.common.Fp8simException;
import fp8sim.format.BlockQuantizer;
import fp8sim.format.ConversionMode;
import fp8sim.format.FloatFormat;
import fp8sim.format.FloatQuantizer;
import fp8sim.format.IntegerQuantizer;
import fp8sim.format.Overflow;
import fp8sim.format.Quantizer;
import fp8sim.format.ScalarQuantizer;
import fp8sim.format.Subnormals;
import fp8sim.format.TableQuantizer;
import fp8sim.graph.Op;
import fp8sim.graph.QuantRounding;
import fp8sim.graph.UnaryFunction;
import fp8sim.quant.Channels;
import fp8sim.quant.QuantizerId;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Quantizers as QONNX's Quant and FloatQuant on float32 numbers. Integers with a zero point, which
 * Quant adds before it rounds, are pairs of QuantizeLinear and DequantizeLinear.
 */
final class SimulatedQuantizers implements QuantizerWriter {
  /** A number of each quantizer. */
  @FunctionalInterface
  private interface Parameter {
    float of(Quantizer quantizer);
  }

  private final ExportedNodes out;
  private final PairedQuantizers pairs;

  SimulatedQuantizers(ExportedNodes out, int opset) {
    this.out = out;
    this.pairs = new PairedQuantizers(out, opset);
  }

  @Override
  public void activation(QuantizerId id, Quantizer quantizer, String x, String y) {
    QuantRounding rounding = rounding(quantizer);
    if (quantizer instanceof BlockQuantizer blocks) {
      ComputedBlocks.write(
          out,
          blocks,
          x,
          y,
          (quotient, quantized) -> activation(id, blocks.element(), quotient, quantized));
    } else if (quantizer instanceof IntegerQuantizer q && q.zeroPoint() != 0) {
      pairs.activation(id, quantizer, x, y);
    } else if (rounding == null) {
      throw unwritable(id, quantizer);
    } else {
      String positive = x;
      if (quantizer instanceof FloatQuantizer q && !q.format().signed()) {
        Op.Unary relu = new Op.Unary(UnaryFunction.RELU);
        positive = out.add(y + "/positive", relu, out.type(x), x);
      }
      write(id, Shape.SCALAR, new Quantizer[] {quantizer}, rounding, positive, y);
    }
  }

  @Override
  public void weight(
      QuantizerId id, Channels channels, Quantizer[] quantizers, Tensor values, String name) {
    boolean sameForm = Arrays.stream(quantizers).map(this::form).distinct().count() == 1;
    if (!sameForm || quantizers[0] instanceof BlockQuantizer) {
      pairs.weight(id, channels, quantizers, values, name);
      return;
    }
    out.forget(name);
    String numbers = out.constant(name + "/numbers", values);
    Shape shape = parameters(channels, quantizers.length, values.shape());
    Quantizer[] repeated = new Quantizer[shape.elements()];
    boolean inGroups = channels.groups() > 1 && quantizers.length > 1;
    Arrays.setAll(repeated, i -> quantizers[inGroups ? channels.of(shape, i) : i]);
    write(id, shape, repeated, QuantRounding.ROUND, numbers, name);
  }

  /** What a Quant has as attributes, so that all channels have to have the same. */
  private boolean form(Quantizer quantizer) {
    return quantizer instanceof IntegerQuantizer q && q.min() < 0;
  }

  /** The shape of parameters that broadcasts to a weight. */
  private static Shape parameters(Channels channels, int count, Shape weight) {
    if (count == 1) {
      return Shape.SCALAR;
    }
    int[] dims = new int[weight.rank()];
    Arrays.fill(dims, 1);
    dims[channels.axis()] = weight.dim(channels.axis());
    if (channels.groups() > 1) {
      return weight;
    }
    return Shape.of(dims);
  }

  private void write(
      QuantizerId id,
      Shape shape,
      Quantizer[] quantizers,
      QuantRounding rounding,
      String x,
      String y) {
    if (!(quantizers[0] instanceof ScalarQuantizer first)) {
      throw unwritable(id, quantizers[0]);
    }
    String scale = parameter(y, "scale", shape, quantizers, q -> ((ScalarQuantizer) q).scale());
    switch (first) {
      case IntegerQuantizer q -> {
        boolean signed = q.min() < 0;
        boolean narrow = signed && q.min() == 1 - (1 << (q.format().bits() - 1));
        String zero = out.constant(y + "/zero_point", Tensor.ofFloats(Shape.SCALAR, 0));
        out.make(y, new Op.Quant(signed, narrow, q.format().bits(), rounding), x, scale, zero);
      }
      case FloatQuantizer q -> {
        FloatFormat format = q.codeFormat();
        if (format.normalOnly()) {
          throw unwritable(id, q);
        }
        String bias =
            parameter(y, "exponent_bias", shape, quantizers, p -> ((FloatQuantizer) p).bias());
        String top = parameter(y, "max_value", shape, quantizers, SimulatedQuantizers::top);
        Op.FloatQuant op =
            new Op.FloatQuant(format.exponentBits(), format.mantissaBits(), rounding);
        out.make(y, op, x, scale, bias, top);
      }
      case TableQuantizer q -> throw unwritable(id, q);
    }
  }

  private String parameter(
      String y, String role, Shape shape, Quantizer[] quantizers, Parameter parameter) {
    float[] values = new float[quantizers.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = parameter.of(quantizers[i]);
    }
    return out.constant(y + "/" + role, Tensor.ofFloats(shape, values));
  }

  /** The largest number on the grid that a quantizer gives. */
  private static float top(Quantizer quantizer) {
    FloatQuantizer q = (FloatQuantizer) quantizer;
    return (float) q.gridValue(q.encode(Float.MAX_VALUE));
  }

  /** How QONNX rounds as a quantizer does; null if it cannot. */
  private static @Nullable QuantRounding rounding(Quantizer quantizer) {
    if (!(quantizer instanceof FloatQuantizer q)) {
      return QuantRounding.ROUND;
    }
    ConversionMode mode = q.conversion();
    if (mode.overflow() == Overflow.IEEE || mode.subnormals() != Subnormals.KEEP) {
      return null;
    }
    return switch (mode.rounding()) {
      case NEAREST_EVEN -> QuantRounding.ROUND;
      case NEAREST_AWAY -> QuantRounding.HALF_UP;
      case TOWARD_ZERO -> QuantRounding.DOWN;
      case STOCHASTIC -> null;
    };
  }

  private static Fp8simException unwritable(QuantizerId id, Quantizer quantizer) {
    return Fp8simException.usage(
        ("quantizer %s: QONNX's FloatQuant has subnormal numbers, saturates and rounds to"
             + " nearest-even, nearest-away or toward-zero, which %s with these options does not")
            .formatted(id, quantizer.format().name()));
  }
}
