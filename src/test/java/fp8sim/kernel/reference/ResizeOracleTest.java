package fp8sim.kernel.reference;

import fp8sim.oracle.OperatorModel;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class ResizeOracleTest extends OracleTest {
  @TestFactory
  Stream<DynamicTest> resize() {
    Tensor x = floats(1, 2, 6, 9);
    String[] coordinates = {
      "half_pixel", "half_pixel_symmetric", "pytorch_half_pixel", "align_corners", "asymmetric"
    };
    for (String coordinate : coordinates) {
      for (String mode : new String[] {"nearest", "linear", "cubic"}) {
        for (int[] size : new int[][] {{3, 4}, {13, 20}, {6, 5}}) {
          add(
              "Resize %s %s to %dx%d".formatted(mode, coordinate, size[0], size[1]),
              new OperatorModel(19)
                  .input("x", x)
                  .constant("sizes", Tensor.ofLongs(Shape.of(4), 1, 2, size[0], size[1]))
                  .node(
                      "Resize",
                      "x - - sizes",
                      "y",
                      "mode",
                      mode,
                      "coordinate_transformation_mode",
                      coordinate));
        }
      }
    }
    return tests.stream();
  }

  @TestFactory
  Stream<DynamicTest> resizeWithAntialias() {
    Tensor x = floats(1, 2, 11, 9);
    for (String mode : new String[] {"linear", "cubic"}) {
      for (int exclude : new int[] {0, 1}) {
        for (int[] size : new int[][] {{3, 4}, {13, 20}, {6, 12}, {11, 5}}) {
          add(
              "Resize antialias %s exclude %d to %dx%d".formatted(mode, exclude, size[0], size[1]),
              new OperatorModel(18)
                  .input("x", x)
                  .constant("sizes", Tensor.ofLongs(Shape.of(2), size[0], size[1]))
                  .node(
                      "Resize",
                      "x - - sizes",
                      "y",
                      "mode",
                      mode,
                      "antialias",
                      1,
                      "exclude_outside",
                      exclude,
                      "axes",
                      new int[] {2, 3}));
        }
      }
    }
    return tests.stream();
  }

  @TestFactory
  Stream<DynamicTest> resizeKeepingTheAspectRatio() {
    Tensor x = floats(1, 2, 6, 9);
    for (String policy : new String[] {"not_larger", "not_smaller"}) {
      for (String mode : new String[] {"nearest", "linear"}) {
        add(
            "Resize %s %s".formatted(mode, policy),
            new OperatorModel(18)
                .input("x", x)
                .constant("sizes", Tensor.ofLongs(Shape.of(2), 8, 7))
                .node(
                    "Resize",
                    "x - - sizes",
                    "y",
                    "mode",
                    mode,
                    "keep_aspect_ratio_policy",
                    policy,
                    "axes",
                    new int[] {2, 3}));
      }
    }
    return tests.stream();
  }
}
