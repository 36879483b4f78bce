package fp8sim.exchange;

import fp8sim.common.Fp8simException;
import fp8sim.common.UserOption;
import fp8sim.format.BlockQuantizer;
import fp8sim.format.FloatFormat;
import fp8sim.format.FloatQuantizer;
import fp8sim.format.Formats;
import fp8sim.format.Overflow;
import fp8sim.format.Quantizer;
import fp8sim.format.Rounding;
import fp8sim.format.ScalarQuantizer;
import fp8sim.graph.BinaryFunction;
import fp8sim.graph.Op;
import fp8sim.graph.TensorType;
import fp8sim.graph.UnaryFunction;
import fp8sim.quant.Channels;
import fp8sim.quant.QuantizerId;
import fp8sim.tensor.Conversion;
import fp8sim.tensor.DataType;
import fp8sim.tensor.PackedElements;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Quantizers as pairs of QuantizeLinear and DequantizeLinear; of fp16 and bf16 as Casts. */
final class PairedQuantizers implements QuantizerWriter {
  private static final String WRITABLE =
      "int2 to int8, ofp8-e4m3, ofp8-e5m2, e4m3fnuz, e5m2fnuz, e4m3, e5m2, e2m1, fp16 and bf16,"
          + " rounded to nearest-even";

  private final ExportedNodes out;
  private final int opset;

  /** Writes with the element types of an opset and of those before it. */
  PairedQuantizers(ExportedNodes out, int opset) {
    this.out = out;
    this.opset = opset;
  }

  @Override
  public void activation(QuantizerId id, Quantizer quantizer, String x, String y) {
    if (quantizer instanceof BlockQuantizer blocks) {
      ComputedBlocks.write(
          out, blocks, x, y, (quotient, quantized) -> elements(id, blocks, quotient, quantized));
      return;
    }
    DataType cast = castType(quantizer);
    if (cast != null) {
      cast((ScalarQuantizer) quantizer, cast, x, y);
      return;
    }
    CodeGrid grid = required(id, quantizer, CodeGrid.of(quantizer, opset));
    TensorType type = out.type(x);
    String limited = grid.clips() ? clip(x, y, grid.low(), grid.high()) : x;
    String scale = out.constant(y + "/scale", Tensor.ofFloats(Shape.SCALAR, grid.scale()));
    String zero = out.constant(y + "/zero_point", zeroPoints(List.of(grid), Shape.SCALAR));
    TensorType codes = new TensorType(grid.type(), type.shape());
    Op.QuantizeLinear quantize = new Op.QuantizeLinear(1, 0, true, grid.type());
    String code = out.add(y + "/codes", quantize, codes, limited, scale, zero);
    out.make(y, new Op.DequantizeLinear(1, 0, DataType.FLOAT), code, scale, zero);
  }

  /** Elements that no type has are rounded by arithmetic. */
  private void elements(QuantizerId id, BlockQuantizer blocks, String x, String y) {
    ScalarQuantizer element = blocks.element();
    if (CodeGrid.of(element, opset) != null
        || !(element instanceof FloatQuantizer q)
        || !CodeGrid.isRoundedByArithmetic(q)) {
      activation(id, element, x, y);
      return;
    }
    NodeFormula formula = new NodeFormula(out, y + "/");
    float top = q.apply(Float.MAX_VALUE);
    String limited = formula.limited("limited", x, -top, top);
    int mantissaBits = q.codeFormat().mantissaBits();
    String rounded = formula.rounded("rounded", limited, mantissaBits, q.bias());
    addZero(rounded, y);
  }

  /** Makes +0 of -0. */
  private void addZero(String x, String y) {
    String zero = out.constant(y + "/zero", Tensor.ofFloats(Shape.SCALAR, 0));
    out.make(y, new Op.Binary(BinaryFunction.ADD), x, zero);
  }

  /** Rounds to 16 bits and back; the sum with zero makes +0 of -0. */
  private void cast(ScalarQuantizer quantizer, DataType narrow, String x, String y) {
    TensorType type = out.type(x);
    float top = quantizer.apply(Float.MAX_VALUE);
    String limited = Float.isInfinite(top) ? x : clip(x, y, -top, top);
    Op.Cast down = new Op.Cast(narrow, true);
    String rounded = out.add(y + "/" + narrow, down, new TensorType(narrow, type.shape()), limited);
    String back = out.add(y + "/float", new Op.Cast(DataType.FLOAT, true), type, rounded);
    addZero(back, y);
  }

  private String clip(String x, String y, float low, float high) {
    return out.add(y + "/limited", new Op.Unary(UnaryFunction.CLAMP, low, high), out.type(x), x);
  }

  @Override
  public void weight(
      QuantizerId id, Channels channels, Quantizer[] quantizers, Tensor values, String name) {
    if (quantizers[0] instanceof BlockQuantizer blocks) {
      ConstantBlocks.write(out, blocks, opset, values, name);
      return;
    }
    out.forget(name);
    DataType cast = castType(quantizers[0]);
    if (cast != null) {
      String narrow = out.constant(name + "/" + cast, narrowed(values, cast));
      out.make(name, new Op.Cast(DataType.FLOAT, true), narrow);
      return;
    }
    List<CodeGrid> grids =
        Arrays.stream(quantizers)
            .map(quantizer -> required(id, quantizer, CodeGrid.ofValues(quantizer, opset)))
            .toList();
    if (grids.stream().map(CodeGrid::type).distinct().count() > 1) {
      grids = grids.stream().map(CodeGrid::unsigned).toList();
    }
    Shape shape = parameters(channels, grids.size(), values.shape());
    float[] scales = new float[grids.size()];
    for (int i = 0; i < scales.length; i++) {
      scales[i] = grids.get(i).scale();
    }
    String codes = out.constant(name + "/codes", codes(grids, channels, values));
    String scale =
        out.constant(
            name + "/scale", repeated(Tensor.ofFloats(flat(shape, scales.length), scales), shape));
    String zero =
        out.constant(
            name + "/zero_point", repeated(zeroPoints(grids, flat(shape, scales.length)), shape));
    boolean inGroups = channels.groups() > 1 && grids.size() > 1;
    int axis = grids.size() == 1 ? 1 : inGroups ? 0 : channels.axis();
    int block = inGroups ? values.shape().dim(0) / channels.groups() : 0;
    out.make(name, new Op.DequantizeLinear(axis, block, DataType.FLOAT), codes, scale, zero);
  }

  /**
   * The shape of scales: a scalar, one for each channel, or in blocks along axis 0 where groups of
   * a ConvTranspose have channels of their own.
   */
  private static Shape parameters(Channels channels, int count, Shape weight) {
    if (count == 1) {
      return Shape.SCALAR;
    }
    return channels.groups() == 1 ? Shape.of(count) : weight.with(0, channels.groups());
  }

  private static Shape flat(Shape parameters, int count) {
    return parameters.rank() == 0 ? parameters : Shape.of(count);
  }

  /** One parameter for each channel repeated for all that it is for. */
  private static Tensor repeated(Tensor channels, Shape shape) {
    int count = channels.shape().elements();
    int times = shape.elements() / count;
    if (times == 1) {
      return channels.reshape(shape);
    }
    Tensor all = Tensor.zeros(channels.type(), shape);
    int bytes = channels.type().bytes();
    for (int i = 0; i < shape.elements(); i++) {
      MemorySegment.copy(
          channels.data(), (long) (i / times) * bytes, all.data(), (long) i * bytes, bytes);
    }
    return all;
  }

  private static Tensor codes(List<CodeGrid> grids, Channels channels, Tensor values) {
    Tensor codes = Tensor.zeros(grids.getFirst().type(), values.shape());
    float[] numbers = values.toFloats();
    for (int i = 0; i < numbers.length; i++) {
      int channel = grids.size() == 1 ? 0 : channels.of(values.shape(), i);
      codes.data().set(Tensor.BYTE, i, grids.get(channel).code(numbers[i]));
    }
    return codes;
  }

  private static Tensor zeroPoints(List<CodeGrid> grids, Shape shape) {
    Tensor zeros = Tensor.zeros(grids.getFirst().type(), shape);
    for (int i = 0; i < grids.size(); i++) {
      zeros.data().set(Tensor.BYTE, i, PackedElements.code(zeros.type(), grids.get(i).zeroPoint()));
    }
    return zeros;
  }

  private static Tensor narrowed(Tensor values, DataType type) {
    return Conversion.convert(values, type);
  }

  private static @Nullable DataType castType(Quantizer quantizer) {
    if (!(quantizer instanceof FloatQuantizer q)
        || !q.format().isCast()
        || q.conversion().rounding() != Rounding.NEAREST_EVEN
        || q.conversion().overflow() == Overflow.EXTEND) {
      return null;
    }
    FloatFormat format = q.format();
    if (format.equals(Formats.FLOAT16)) {
      return DataType.FLOAT16;
    }
    return format.equals(Formats.BFLOAT16) ? DataType.BFLOAT16 : null;
  }

  private static CodeGrid required(QuantizerId id, Quantizer quantizer, @Nullable CodeGrid grid) {
    if (grid == null) {
      throw Fp8simException.usage(
          ("quantizer %s: no element type of ONNX has the values of %s with these options; it has"
                  + " those of %s; use %s for others")
              .formatted(
                  id, quantizer.format().name(), WRITABLE, UserOption.DIALECT.with("qonnx")));
    }
    return grid;
  }
}
