package fp8sim.fuzz;

import com.google.protobuf.InvalidProtocolBufferException;
import fp8sim.onnx.TestModel;
import fp8sim.oracle.OperatorModel;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.List;

/** Small models of operators that the conformance cases at hand do not have. */
final class OperatorSeeds extends Seeds {
  @Override
  void addAll() throws InvalidProtocolBufferException {
    addSampling();
    addRegions();
    addShapes();
    addOldForms();
    addDataDependent();
    addBranches();
  }

  /** Shapes and iterations that depend on data. */
  private void addDataDependent() throws InvalidProtocolBufferException {
    add("NonZero", new OperatorModel(13).input("x", floats(3, 4)).node("NonZero", "x", "y"));
    add(
        "Compress",
        new OperatorModel(11)
            .input("x", floats(3, 4))
            .input("v", floats(4))
            .constant("zero", floats(1))
            .node("Greater", "v zero", "c")
            .node("Compress", "x c", "y", "axis", 1));
    TestModel body =
        new TestModel(16)
            .input("i", DataType.INT64)
            .input("go", DataType.BOOL)
            .input("h", 2, 3)
            .scalar("limit", 100)
            .node("Add", "h h", "next")
            .node("ReduceL1", "next", "sum", TestModel.integer("keepdims", 0))
            .node("Less", "sum limit", "goes")
            .output("goes", DataType.BOOL)
            .output("next");
    TestModel loop =
        new TestModel(16)
            .input("x", 2, 3)
            .node("Loop", "- - x", "y", TestModel.graph("body", body))
            .output("y");
    add("Loop", loop, floats(2, 3));
    TestModel step =
        new TestModel(16)
            .input("s", 3)
            .input("p", 3)
            .node("Add", "s p", "t")
            .node("Tanh", "t", "u")
            .output("t")
            .output("u");
    TestModel scan =
        new TestModel(16)
            .input("s0", 3)
            .input("x", 5, 3)
            .node(
                "Scan",
                "s0 x",
                "y rows",
                TestModel.integer("num_scan_inputs", 1),
                TestModel.graph("body", step))
            .output("y")
            .output("rows");
    add("Scan", scan, floats(3), floats(5, 3));
  }

  private void addBranches() throws InvalidProtocolBufferException {
    TestModel then = new TestModel(16).node("Neg", "x", "negated").output("negated");
    TestModel other = new TestModel(16).node("Relu", "x", "positive").output("positive");
    TestModel branches =
        new TestModel(16)
            .input("x", 2, 3)
            .scalar("zero", 0)
            .node("ReduceMax", "x", "most", TestModel.integer("keepdims", 0))
            .node("Less", "most zero", "c")
            .node(
                "If",
                "c",
                "y",
                TestModel.graph("then_branch", then),
                TestModel.graph("else_branch", other))
            .output("y");
    add("If", branches, floats(2, 3));
    TestModel body =
        new TestModel(16)
            .input("i", DataType.INT64)
            .input("go", DataType.BOOL)
            .input("h", 2, 3)
            .node("Identity", "go", "goes")
            .node("Sin", "h", "next")
            .node("Cos", "next", "row")
            .output("goes", DataType.BOOL)
            .output("next")
            .output("row");
    TestModel loop =
        new TestModel(16)
            .input("x", 2, 3)
            .initializer("trips", Tensor.ofLongs(Shape.SCALAR, 3))
            .node("Loop", "trips - x", "y rows", TestModel.graph("body", body))
            .output("y")
            .output("rows");
    add("Loop of three iterations", loop, floats(2, 3));
  }

  private void addSampling() throws InvalidProtocolBufferException {
    add(
        "DeformConv",
        new OperatorModel(19)
            .input("x", floats(1, 4, 5, 5))
            .constant("w", floats(2, 2, 2, 2))
            .input("offset", floats(1, 16, 4, 4))
            .input("mask", floats(1, 8, 4, 4))
            .node("DeformConv", "x w offset - mask", "y", "group", 2, "offset_group", 2));
    add(
        "GridSample of a volume",
        new OperatorModel(20)
            .input("x", floats(1, 2, 3, 4, 5))
            .input("grid", floats(1, 2, 3, 4, 3))
            .node("GridSample", "x grid", "y", "padding_mode", "reflection"));
    add(
        "AffineGrid",
        new OperatorModel(20)
            .input("theta", floats(1, 2, 3))
            .constant("size", longs(1, 2, 4, 5))
            .node("AffineGrid", "theta size", "y", "align_corners", 1));
    add(
        "Col2Im",
        new OperatorModel(18)
            .input("x", floats(1, 8, 9))
            .constant("image", longs(4, 4))
            .constant("block", longs(2, 2))
            .node("Col2Im", "x image block", "y", "strides", new int[] {1, 1}));
  }

  private void addRegions() throws InvalidProtocolBufferException {
    for (String mode : List.of("avg", "max")) {
      add(
          "RoiAlign " + mode,
          new OperatorModel(16)
              .input("x", floats(2, 2, 6, 6))
              .input("r", Tensor.ofFloats(Shape.of(2, 4), 0, 0, 5, 5, 1, 2, 3, 6))
              .input("i", longs(0, 1))
              .node("RoiAlign", "x r i", "y", "mode", mode, "output_height", 2));
    }
    add(
        "MaxRoiPool",
        new OperatorModel(16)
            .input("x", floats(1, 2, 6, 6))
            .input("r", Tensor.ofFloats(Shape.of(1, 5), 0, 1, 1, 4, 5))
            .node("MaxRoiPool", "x r", "y", "pooled_shape", new int[] {2, 2}));
    add(
        "MaxUnpool",
        new OperatorModel(11)
            .input("x", floats(1, 1, 2, 2))
            .input("i", Tensor.ofLongs(Shape.of(1, 1, 2, 2), 0, 3, 9, 11))
            .node(
                "MaxUnpool",
                "x i",
                "y",
                "kernel_shape",
                new int[] {2, 2},
                "strides",
                new int[] {2, 2}));
  }

  private void addShapes() throws InvalidProtocolBufferException {
    add(
        "CenterCropPad",
        new OperatorModel(18)
            .input("x", floats(4, 5))
            .constant("shape", longs(6, 2))
            .node("CenterCropPad", "x shape", "y"));
    add(
        "ReverseSequence",
        new OperatorModel(10)
            .input("x", floats(3, 2))
            .input("n", longs(1, 3))
            .node("ReverseSequence", "x n", "y"));
    add("Det", new OperatorModel(11).input("x", floats(2, 3, 3)).node("Det", "x", "y"));
    add(
        "BitShift",
        new OperatorModel(11)
            .input("a", Tensor.zeros(DataType.UINT8, Shape.of(3)))
            .input("b", Tensor.zeros(DataType.UINT8, Shape.of(3)))
            .node("BitShift", "a b", "y", "direction", "LEFT"));
    add("EyeLike", new OperatorModel(9).input("x", floats(3, 4)).node("EyeLike", "x", "y", "k", 1));
  }

  private void addOldForms() throws InvalidProtocolBufferException {
    add(
        "Add along an axis",
        new OperatorModel(6)
            .input("x", floats(2, 3, 4))
            .input("b", floats(3))
            .node("Add", "x b", "y", "broadcast", 1, "axis", 1));
    add(
        "Crop",
        new OperatorModel(6)
            .input("x", floats(1, 2, 5, 5))
            .node("Crop", "x", "y", "border", new int[] {1, 1, 1, 1}, "scale", new int[] {2, 2}));
    add(
        "ImageScaler",
        new OperatorModel(6)
            .input("x", floats(1, 2, 3, 3))
            .node("ImageScaler", "x", "y", "scale", 2f, "bias", new float[] {1, 2}));
    add(
        "BatchNormalization in training mode",
        new OperatorModel(15)
            .input("x", floats(2, 3, 4))
            .constant("s", floats(3))
            .node("BatchNormalization", "x s s s s", "y m v", "training_mode", 1));
  }
}
