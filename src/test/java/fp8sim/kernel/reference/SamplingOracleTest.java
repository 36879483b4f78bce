package fp8sim.kernel.reference;

import fp8sim.oracle.OperatorModel;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Operators that read or write at computed positions, and norms of windows. */
class SamplingOracleTest extends OracleTest {
  /** Normal numbers with a given deviation. */
  private Tensor numbers(double deviation, int... dims) {
    Tensor tensor = floats(dims);
    float[] values = tensor.toFloats();
    for (int i = 0; i < values.length; i++) {
      values[i] *= (float) deviation / 3;
    }
    return Tensor.ofFloats(tensor.shape(), values);
  }

  @TestFactory
  Stream<DynamicTest> gridSampleOfImages() {
    for (String mode : List.of("linear", "nearest", "cubic")) {
      for (String padding : List.of("zeros", "border", "reflection")) {
        for (int corners : new int[] {0, 1}) {
          add(
              "%s %s %d".formatted(mode, padding, corners),
              new OperatorModel(20)
                  .input("x", floats(2, 3, 5, 4))
                  .input("grid", numbers(1.2, 2, 6, 7, 2))
                  .node(
                      "GridSample",
                      "x grid",
                      "y",
                      "mode",
                      mode,
                      "padding_mode",
                      padding,
                      "align_corners",
                      corners));
          String old = mode.equals("nearest") ? mode : "bi" + mode;
          add(
              "%s %s %d of opset 16".formatted(old, padding, corners),
              new OperatorModel(16)
                  .input("x", floats(1, 2, 3, 1))
                  .input("grid", numbers(2, 1, 2, 3, 2))
                  .node(
                      "GridSample",
                      "x grid",
                      "y",
                      "mode",
                      old,
                      "padding_mode",
                      padding,
                      "align_corners",
                      corners));
        }
      }
    }
    return tests.stream();
  }

  @TestFactory
  Stream<DynamicTest> gridSampleOfVolumes() {
    for (String mode : List.of("linear", "nearest")) {
      for (String padding : List.of("zeros", "border", "reflection")) {
        for (int corners : new int[] {0, 1}) {
          add(
              "%s %s %d".formatted(mode, padding, corners),
              new OperatorModel(20)
                  .input("x", floats(1, 2, 3, 4, 5))
                  .input("grid", numbers(1.2, 1, 2, 3, 4, 3))
                  .node(
                      "GridSample",
                      "x grid",
                      "y",
                      "mode",
                      mode,
                      "padding_mode",
                      padding,
                      "align_corners",
                      corners));
        }
      }
    }
    return tests.stream();
  }

  @TestFactory
  Stream<DynamicTest> affineGrids() {
    for (int corners : new int[] {0, 1}) {
      add(
          "image " + corners,
          new OperatorModel(20)
              .input("theta", floats(2, 2, 3))
              .constant("size", Tensor.ofLongs(Shape.of(4), 2, 3, 5, 6))
              .node("AffineGrid", "theta size", "y", "align_corners", corners));
      add(
          "volume " + corners,
          new OperatorModel(20)
              .input("theta", floats(2, 3, 4))
              .constant("size", Tensor.ofLongs(Shape.of(5), 2, 1, 2, 3, 4))
              .node("AffineGrid", "theta size", "y", "align_corners", corners));
    }
    return tests.stream();
  }

  @TestFactory
  Stream<DynamicTest> deformableConvolutions() {
    add(
        "two offset groups, mask, bias",
        new OperatorModel(19)
            .input("x", floats(2, 4, 6, 5))
            .constant("w", floats(6, 2, 3, 2))
            .input("offset", numbers(1, 2, 2 * 6 * 2, 3, 6))
            .constant("b", floats(6))
            .input("mask", floats(2, 2 * 6, 3, 6))
            .node(
                "DeformConv",
                "x w offset b mask",
                "y",
                "group",
                2,
                "offset_group",
                2,
                "strides",
                new int[] {2, 1},
                "pads",
                new int[] {1, 1, 1, 1},
                "kernel_shape",
                new int[] {3, 2}));
    add(
        "dilated, no mask",
        new OperatorModel(19)
            .input("x", floats(1, 2, 7, 7))
            .constant("w", floats(3, 2, 2, 2))
            .input("offset", numbers(2, 1, 8, 5, 5))
            .node("DeformConv", "x w offset", "y", "dilations", new int[] {2, 2}));
    return tests.stream();
  }

  @TestFactory
  Stream<DynamicTest> regions() {
    float[] edges = {
      0,
      0,
      9,
      9,
      1.5f,
      2.25f,
      4,
      7.75f,
      -3,
      -2,
      3,
      5,
      8,
      8,
      14,
      12, // inside and across
      4,
      4,
      1,
      1,
      4,
      1,
      1,
      4 // ends before their starts
    };
    long[] images = {0, 1, 1, 0, 1, 0};
    for (String mode : List.of("avg", "max")) {
      for (int ratio : new int[] {0, 1, 2}) {
        for (String coordinates : List.of("half_pixel", "output_half_pixel")) {
          // ONNX Runtime fails where it would choose a negative number of samples.
          int regions = ratio == 0 && coordinates.equals("half_pixel") ? 4 : 6;
          add(
              "RoiAlign %s %d %s".formatted(mode, ratio, coordinates),
              new OperatorModel(16)
                  .input("x", floats(2, 3, 10, 9))
                  .input(
                      "r", Tensor.ofFloats(Shape.of(regions, 4), Arrays.copyOf(edges, regions * 4)))
                  .input("i", Tensor.ofLongs(Shape.of(regions), Arrays.copyOf(images, regions)))
                  .node(
                      "RoiAlign",
                      "x r i",
                      "y",
                      "mode",
                      mode,
                      "sampling_ratio",
                      ratio,
                      "output_height",
                      3,
                      "output_width",
                      2,
                      "spatial_scale",
                      0.9f,
                      "coordinate_transformation_mode",
                      coordinates));
        }
      }
    }
    add(
        "RoiAlign of opset 10",
        new OperatorModel(10)
            .input("x", floats(1, 2, 6, 6))
            .input("r", Tensor.ofFloats(Shape.of(1, 4), 1, 1, 4, 5))
            .input("i", Tensor.ofLongs(Shape.of(1), 0))
            .node("RoiAlign", "x r i", "y", "output_height", 2, "output_width", 2));
    add(
        "MaxRoiPool",
        new OperatorModel(16)
            .input("x", floats(2, 3, 8, 7))
            .input(
                "r",
                Tensor.ofFloats(
                    Shape.of(3, 5), 0, 0, 0, 6, 7, 1, 2, 3, 5.2f, 6.5f, 1, 9, 9, 12, 12))
            .node(
                "MaxRoiPool",
                "x r",
                "y",
                "pooled_shape",
                new int[] {3, 2},
                "spatial_scale",
                0.75f));
    return tests.stream();
  }

  @TestFactory
  Stream<DynamicTest> columnsAndPositions() {
    add(
        "Col2Im with overlaps",
        new OperatorModel(18)
            .input("x", floats(2, 3 * 6, 16))
            .constant("image", Tensor.ofLongs(Shape.of(2), 5, 4))
            .constant("block", Tensor.ofLongs(Shape.of(2), 3, 2))
            .node(
                "Col2Im",
                "x image block",
                "y",
                "pads",
                new int[] {1, 0, 0, 1},
                "strides",
                new int[] {1, 1}));
    add(
        "Col2Im dilated with strides",
        new OperatorModel(18)
            .input("x", floats(1, 2 * 4, 9))
            .constant("image", Tensor.ofLongs(Shape.of(2), 6, 5))
            .constant("block", Tensor.ofLongs(Shape.of(2), 2, 2))
            .node(
                "Col2Im",
                "x image block",
                "y",
                "dilations",
                new int[] {2, 1},
                "strides",
                new int[] {2, 2},
                "pads",
                new int[] {0, 1, 1, 0}));
    for (boolean shaped : new boolean[] {false, true}) {
      OperatorModel model = new OperatorModel(11).input("x", floats(1, 2, 2, 2));
      model.input("i", Tensor.ofLongs(Shape.of(1, 2, 2, 2), 0, 3, 9, 11, 16, 18, 24, 31));
      model.constant("shape", Tensor.ofLongs(Shape.of(4), 1, 2, 5, 5));
      add(
          "MaxUnpool " + shaped,
          model.node(
              "MaxUnpool",
              shaped ? "x i shape" : "x i",
              "y",
              "kernel_shape",
              new int[] {2, 2},
              "strides",
              new int[] {2, 2}));
    }
    return tests.stream();
  }

  @TestFactory
  Stream<DynamicTest> norms() {
    for (int p : new int[] {1, 2, 3}) {
      add(
          "GlobalLpPool " + p,
          new OperatorModel(2 + 5)
              .input("x", floats(2, 3, 4, 5))
              .node("GlobalLpPool", "x", "y", "p", p));
      add(
          "LpPool " + p,
          new OperatorModel(18)
              .input("x", floats(2, 3, 7, 6))
              .node(
                  "LpPool",
                  "x",
                  "y",
                  "p",
                  p,
                  "kernel_shape",
                  new int[] {3, 2},
                  "strides",
                  new int[] {2, 2},
                  "pads",
                  new int[] {1, 0, 1, 1},
                  "ceil_mode",
                  0,
                  "dilations",
                  new int[] {1, 2}));
    }
    add(
        "LpPool along a line",
        new OperatorModel(11)
            .input("x", cast(floats(1, 2, 9), DataType.FLOAT))
            .node("LpPool", "x", "y", "kernel_shape", new int[] {3}));
    return tests.stream();
  }
}
