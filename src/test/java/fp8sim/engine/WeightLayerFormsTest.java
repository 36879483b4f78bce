package fp8sim.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import fp8sim.common.Fp8simException;
import fp8sim.format.BFloat16;
import fp8sim.numerics.NumericsParser;
import fp8sim.onnx.OnnxModel;
import fp8sim.oracle.OperatorModel;
import fp8sim.quant.ProductSite;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every product with a constant is a weight layer, however it is written and in any floating-point
 * type. Operands are small integers, which E5M10 represents: then a quantized layer gives what the
 * float one does, bit for bit.
 */
class WeightLayerFormsTest {
  private static final String LOSSLESS = "format=e5m10 preset=study";

  private final SplittableRandom random = new SplittableRandom(14);

  @ParameterizedTest
  @CsvSource({
    // shape of the weight, of the input
    "5x7, 7x3",
    "5x7, 2x7x3",
    "2x5x7, 2x7x3",
    "2x5x7, 7x3",
    "4x1x5x7, 2x7x3",
    "7, 7x3",
    "7, 2x7x3",
    "5x7, 7",
    "2x5x7, 7",
    "7, 7",
    "1x7, 7x1",
  })
  void weightsOnTheLeftOfAMatMul(String weight, String input) {
    check(
        model(19, shape(input)).constant("w", integers(shape(weight))).node("MatMul", "w x", "y"));
  }

  @ParameterizedTest
  @CsvSource({"7, 3x7", "7, 2x3x7", "7, 7"})
  void vectorsAsWeightsOfAMatMul(String weight, String input) {
    check(
        model(19, shape(input)).constant("w", integers(shape(weight))).node("MatMul", "x w", "y"));
  }

  @Test
  void aTransposedInputIsReadAsItIs() {
    check(
        model(19, Shape.of(2, 3, 7))
            .constant("w", integers(Shape.of(5, 7)))
            .node("Transpose", "x", "t", "perm", new int[] {0, 2, 1})
            .node("MatMul", "w t", "y"));
  }

  @Test
  void deformableConvolutions() {
    check(
        model(19, Shape.of(1, 4, 5, 5))
            .constant("w", integers(Shape.of(6, 2, 2, 2)))
            .constant("o", integers(Shape.of(1, 8, 4, 4)))
            .node("DeformConv", "x w o", "y", "group", 2));
  }

  static Stream<List<Object>> gemms() {
    List<List<Object>> cases = new ArrayList<>();
    for (int transA = 0; transA < 2; transA++) {
      for (int transB = 0; transB < 2; transB++) {
        for (String addend : List.of("", "1", "3", "1x3", "5x1", "5x3", "computed")) {
          cases.add(List.of(transA, transB, addend));
        }
      }
    }
    return cases.stream();
  }

  @ParameterizedTest
  @MethodSource("gemms")
  void weightsOnTheLeftOfAGemm(List<Object> parts) {
    boolean transA = parts.get(0).equals(1);
    boolean transB = parts.get(1).equals(1);
    String addend = (String) parts.get(2);
    OperatorModel model =
        model(19, transB ? Shape.of(3, 7) : Shape.of(7, 3))
            .constant("w", integers(transA ? Shape.of(7, 5) : Shape.of(5, 7)));
    String inputs = "w x";
    if (addend.equals("computed")) {
      model.input("c", integers(Shape.of(5, 3)));
      inputs = "w x c";
    } else if (!addend.isEmpty()) {
      model.constant("c", integers(shape(addend)));
      inputs = "w x c";
    }
    check(
        model.node(
            "Gemm",
            inputs,
            "y",
            "transA",
            transA ? 1 : 0,
            "transB",
            transB ? 1 : 0,
            "alpha",
            2f,
            "beta",
            0.5f));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "bi,ij->bj; 3x4; 4x5",
        "bi,ij; 3x4; 4x5",
        "bi,ji->bj; 3x4; 5x4",
        "bi,ji->jb; 3x4; 5x4",
        "abc,cde->abde; 2x3x4; 4x5x2",
        "abc,cde->aebd; 2x3x4; 4x5x2",
        "abcd,cde->abe; 2x3x4x5; 4x5x2",
        "abcd,dce->abe; 2x3x4x5; 5x4x2",
        "...i,ij->...j; 2x3x4; 4x5",
        "...i,ij; 2x3x4; 4x5",
        "bhi,hij->bhj; 2x3x4; 3x4x5",
        "bhi,hji->hbj; 2x3x4; 3x5x4",
        "bhi,ihj->bjh; 2x3x4; 4x3x5",
        "...bi,...ij->...bj; 2x3x4; 2x4x5",
        "...bi,...ij->...bj; 2x3x4; 1x4x5",
        "...bi,...ij->...bj; 1x3x4; 2x4x5",
        "i,ij->j; 4; 4x5",
        "bi,i->b; 3x4; 4",
        "i,i->; 4; 4",
        "abij,ij->ab; 2x3x4x5; 4x5",
      })
  void einsumsWithAWeight(String equation, String input, String weight) {
    String[] sides = equation.split("->", -1);
    String[] terms = sides[0].split(",", -1);
    String right = sides.length > 1 ? "->" + sides[1] : "";
    check(
        model(19, shape(input))
            .constant("w", integers(shape(weight)))
            .node("Einsum", "x w", "y", "equation", equation));
    check(
        model(19, shape(input))
            .constant("w", integers(shape(weight)))
            .node("Einsum", "w x", "y", "equation", terms[1] + "," + terms[0] + right));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "ii,ij->ij; 4x4; 4x5; diagonal",
        "bi,bi->bi; 3x4; 3x4; sums no products",
        "i,j->ij; 3; 4; sums no products",
        "bij,jk->bk; 2x3x4; 4x5; one operand alone",
        "bi,ijk->bj; 2x3; 3x4x5; one operand alone",
      })
  void einsumsThatAreNoMatrixProductAreNamed(
      String equation, String input, String weight, String reason) {
    OperatorModel model =
        model(19, shape(input))
            .constant("w", integers(shape(weight)))
            .constant("v", integers(Shape.of(1)))
            .node("Einsum", "x w", "e", "equation", equation);
    assertThatThrownBy(() -> run(model.node("Neg", "e", "y"), LOSSLESS, "cpu"))
        .isInstanceOf(Fp8simException.class)
        .hasMessageContaining("nothing is quantized")
        .hasMessageContaining("e_node")
        .hasMessageContaining(reason);
  }

  @Test
  void productsThatStayInFloatAreNamedBesideQuantizedOnes() {
    OperatorModel model =
        model(19, Shape.of(3, 4))
            .constant("w", integers(Shape.of(4, 3)))
            .node("MatMul", "x w", "m")
            .node("Einsum", "m m m", "e", "equation", "ij,jk,kl->il")
            .node("MatMul", "e m", "y");
    Blueprint floating = calibrated(model, "format=e4m3", "cpu");
    assertThat(Inspection.of(floating).notes())
        .containsExactly(
            "test: products that stay in float: e_node (Einsum has 3 operands, not two);"
                + " y_node (products of two computed values: --quantize-extra attention)");
    Blueprint quantized = calibrated(model, "format=e4m3 quantize-extra=attention", "cpu");
    assertThat(Inspection.of(quantized).notes())
        .containsExactly(
            "test: products that stay in float: e_node (Einsum has 3 operands, not two)");
    assertThat(quantized.ranges().byName()).containsKeys("y_node/a", "y_node/b");
  }

  @Test
  void einsumsOfTwoComputedOperandsAreAttention() {
    OperatorModel model =
        model(19, Shape.of(2, 3, 4, 5))
            .input("k", integers(Shape.of(2, 6, 4, 5)))
            .node("Einsum", "x k", "y", "equation", "bqhd,bkhd->bhqk");
    assertThatThrownBy(() -> run(model, LOSSLESS, "cpu")).hasMessageContaining("attention");
    float[] expected = run(model, "format=fp32", "reference");
    for (String backend : List.of("cpu", "reference")) {
      assertThat(run(model, LOSSLESS + " quantize-extra=attention", backend)).isEqualTo(expected);
    }
    assertThat(run(model, "format=e3m4 multiplier=adder", "cpu"))
        .isEqualTo(run(model, "format=e3m4 multiplier=adder", "reference"))
        .isNotEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"FLOAT", "FLOAT16", "BFLOAT16", "DOUBLE"})
  void layersOfEveryFloatType(DataType type) {
    check(
        model(22, type, Shape.of(3, 4))
            .constant("w", integers(type, Shape.of(4, 5)))
            .node("MatMul", "x w", "y"));
    check(
        model(22, type, Shape.of(3, 4))
            .constant("w", integers(type, Shape.of(5, 4)))
            .constant("b", integers(type, Shape.of(5)))
            .node("Gemm", "x w b", "y", "transB", 1));
    check(
        model(22, type, Shape.of(4, 3))
            .constant("w", integers(type, Shape.of(5, 4)))
            .node("MatMul", "w x", "y"));
    check(
        model(22, type, Shape.of(3, 4))
            .constant("w", integers(type, Shape.of(4, 5)))
            .node("Einsum", "x w", "y", "equation", "bi,ij->jb"));
    check(
        model(22, type, Shape.of(2, 4, 5, 5))
            .constant("w", integers(type, Shape.of(6, 2, 3, 3)))
            .constant("b", integers(type, Shape.of(6)))
            .node("Conv", "x w b", "y", "group", 2, "pads", new int[] {1, 1, 1, 1}));
    check(
        model(22, type, Shape.of(2, 4, 5, 5))
            .constant("w", integers(type, Shape.of(4, 3, 3, 3)))
            .constant("b", integers(type, Shape.of(6)))
            .node("ConvTranspose", "x w b", "y", "group", 2, "strides", new int[] {2, 2}));
  }

  @ParameterizedTest
  @ValueSource(strings = {"FLOAT", "FLOAT16", "BFLOAT16", "DOUBLE"})
  void groupsResidualsAndPoolingOfEveryFloatType(DataType type) {
    OperatorModel model =
        model(22, type, Shape.of(2, 3, 4, 4))
            .constant("w", integers(type, Shape.of(3, 3, 3, 3)))
            .constant("b", integers(type, Shape.of(1, 3, 1, 1)))
            .constant("v", integers(type, Shape.of(5, 3)))
            .constant("d", integers(type, Shape.of(5, 1)))
            .node("Conv", "x w", "c", "pads", new int[] {1, 1, 1, 1})
            .node("Add", "c b", "s")
            .node("Relu", "s", "r")
            .node("Add", "r x", "a")
            .node("Relu", "a", "p")
            .node("ReduceMax", "p", "g", "keepdims", 0)
            .node("AveragePool", "p", "q", "kernel_shape", new int[] {4, 4})
            .node("Flatten", "q", "f")
            .node("Transpose", "f", "t", "perm", new int[] {1, 0})
            .node("MatMul", "v t", "m")
            .node("Add", "m d", "n")
            .node("Relu", "n", "y");
    String[] names = {"c_node/weight", "m_node/weight"};
    String[] inputs = {"c_node/input", "a_node/output", "m_node/input"};
    String[] outputs = {"c_node/output", "a_node/output", "m_node/output"};
    for (String at : List.of("input", "output")) {
      String options = LOSSLESS + " quantize=" + at;
      assertThat(calibrated(model, options, "cpu").ranges().byName())
          .containsKeys(names)
          .containsKeys(at.equals("input") ? inputs : outputs)
          .hasSize(5);
      float[] expected = run(model, "format=fp32", "reference");
      for (String backend : List.of("cpu", "reference")) {
        assertThat(run(model, options, backend)).as(at).isEqualTo(expected);
      }
      for (String more :
          List.of("format=e2m1", "format=e3m4 multiplier=adder", "format=int8 bias-policy=real")) {
        String each = more + " quantize=" + at;
        assertThat(run(model, each, "cpu")).as(each).isEqualTo(run(model, each, "reference"));
      }
      assertThat(run(model, "format=e2m1 quantize=" + at, "cpu")).isNotEqualTo(expected);
    }
  }

  /** One layer, named y_node. */
  private void check(OperatorModel model) {
    float[] expected = run(model, "format=fp32", "reference");
    for (String backend : List.of("cpu", "reference")) {
      assertThat(run(model, LOSSLESS, backend)).as(backend).isEqualTo(expected);
      assertThat(run(model, LOSSLESS + " quantize=output", backend)).isEqualTo(expected);
    }
    for (String options :
        List.of(
            "format=e3m4 multiplier=adder",
            "format=e3m4 round-product-and-sum=true quantize=output")) {
      assertThat(run(model, options, "cpu"))
          .as(options)
          .isEqualTo(run(model, options, "reference"));
    }
    Blueprint network = calibrated(model, "format=e2m1", "cpu");
    assertThat(network.ranges().byName()).containsOnlyKeys("y_node/weight", "y_node/input");
    Inspection inspection = Inspection.of(network, model.inputs());
    Inspection floating = Inspection.of(calibrated(model, "format=fp32", "cpu"), model.inputs());
    assertThat(inspection.notes()).isEmpty();
    assertThat(macs(inspection)).isEqualTo(macs(floating));
    assertThat(inspection.quantizers()).containsOnlyKeys(ProductSite.of("y_node"));
    assertThat(LayerOutput.of(inspection, floating))
        .extracting(LayerOutput::layer, LayerOutput::reference)
        .containsExactly(tuple("y_node", "y"));
    String override = "weights=e2m1 bias-policy=study layer=y_node:weights=e5m10";
    assertThat(run(model, override, "cpu")).isEqualTo(expected);
  }

  private static Map<String, Long> macs(Inspection inspection) {
    Map<String, Long> macs = new LinkedHashMap<>();
    for (LayerInfo layer : inspection.layers()) {
      if (layer.macs() > 0) {
        macs.put(layer.name(), layer.macs());
      }
    }
    assertThat(macs).containsKey("y_node");
    return macs;
  }

  /** With ranges that are found on the model's own inputs. */
  private static Blueprint calibrated(OperatorModel model, String options, String backend) {
    Map<String, List<String>> parsed = new LinkedHashMap<>();
    for (String option : options.split(" ", 0)) {
      String[] parts = option.split("=", 2);
      parsed.put(parts[0], List.of(parts[1]));
    }
    Blueprint bare =
        Blueprint.of(
            OnnxModel.read("test", model.bytes()),
            NumericsParser.parse(parsed),
            Backends.choose(backend),
            2);
    return bare.numerics().quantizes()
        ? Calibrator.calibrated(bare, List.of(model.inputs()))
        : bare;
  }

  private static float[] run(OperatorModel model, String options, String backend) {
    try (Network network = calibrated(model, options, backend).open()) {
      return floats(network.run(model.inputs()).get("y"));
    }
  }

  private OperatorModel model(int opset, Shape input) {
    return model(opset, DataType.FLOAT, input);
  }

  private OperatorModel model(int opset, DataType type, Shape input) {
    return new OperatorModel(opset).input("x", integers(type, input));
  }

  private Tensor integers(Shape shape) {
    return integers(DataType.FLOAT, shape);
  }

  /** Integers from -4 to 4. */
  private Tensor integers(DataType type, Shape shape) {
    Tensor tensor = Tensor.zeros(type, shape);
    for (int i = 0; i < shape.elements(); i++) {
      int value = random.nextInt(9) - 4;
      switch (type) {
        case FLOAT16 -> tensor.data().set(Tensor.SHORT, 2L * i, Float.floatToFloat16(value));
        case BFLOAT16 -> tensor.data().set(Tensor.SHORT, 2L * i, BFloat16.fromFloat(value));
        case DOUBLE -> tensor.data().set(Tensor.DOUBLE, 8L * i, value);
        default -> tensor.data().set(Tensor.FLOAT, 4L * i, value);
      }
    }
    return tensor;
  }

  private static float[] floats(Tensor tensor) {
    float[] values = new float[tensor.shape().elements()];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          switch (tensor.type()) {
            case FLOAT16 -> Float.float16ToFloat(tensor.data().get(Tensor.SHORT, 2L * i));
            case BFLOAT16 -> BFloat16.toFloat(tensor.data().get(Tensor.SHORT, 2L * i));
            case DOUBLE -> (float) tensor.data().get(Tensor.DOUBLE, 8L * i);
            default -> tensor.data().get(Tensor.FLOAT, 4L * i);
          };
    }
    return values;
  }

  private static Shape shape(String text) {
    return Shape.of(Arrays.stream(text.strip().split("x")).mapToInt(Integer::parseInt).toArray());
  }
}
