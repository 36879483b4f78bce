package fp8sim.fuzz;

import com.google.protobuf.InvalidProtocolBufferException;
import fp8sim.oracle.OperatorModel;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;

/** Operators that ONNX Runtime's optimizer writes for transformers. */
final class TransformerSeeds extends Seeds {
  @Override
  void addAll() throws InvalidProtocolBufferException {
    addActivations();
    addNormalizations();
    addAttention();
    addDecoders();
  }

  /** Two sequences of three tokens, and a vector b. */
  private OperatorModel tokens(int width) {
    return new OperatorModel(17).input("x", floats(2, 3, width)).constant("b", floats(width));
  }

  private void addActivations() throws InvalidProtocolBufferException {
    addMicrosoft("Gelu", tokens(8).node("Gelu", "x", "y"));
    addMicrosoft("QuickGelu", tokens(8).node("QuickGelu", "x", "y", "alpha", 0.5f));
    addMicrosoft("BiasGelu", tokens(8).node("BiasGelu", "x b", "y"));
    addMicrosoft("FastGelu", tokens(8).node("FastGelu", "x b", "y"));
    addMicrosoft("BiasSplitGelu", tokens(8).node("BiasSplitGelu", "x b", "y"));
    addMicrosoft("BiasAdd", tokens(8).input("s", floats(2, 3, 8)).node("BiasAdd", "x b s", "y"));
  }

  private void addNormalizations() throws InvalidProtocolBufferException {
    add(
        "SimplifiedLayerNormalization",
        tokens(8).node("SimplifiedLayerNormalization", "x b", "y", "epsilon", 1e-3f));
    addMicrosoft(
        "SkipLayerNormalization",
        tokens(8).input("s", floats(3, 8)).node("SkipLayerNormalization", "x s b b b", "y"));
    addMicrosoft(
        "SkipSimplifiedLayerNormalization",
        tokens(8)
            .input("s", floats(2, 3, 8))
            .node("SkipSimplifiedLayerNormalization", "x s b", "y"));
    Shape ids = Shape.of(2, 3);
    addMicrosoft(
        "EmbedLayerNormalization",
        new OperatorModel(17)
            .input("ids", ints(ids, 1, 6, 0, 3, 2, 2))
            .input("segments", ints(ids, 0, 0, 1, 0, 1, 1))
            .input("mask", ints(ids, 1, 1, 0, 1, 1, 1))
            .constant("words", floats(7, 4))
            .constant("places", floats(7, 4))
            .constant("parts", floats(2, 4))
            .constant("g", floats(4))
            .node("EmbedLayerNormalization", "ids segments words places parts g g mask", "y n"));
  }

  private void addAttention() throws InvalidProtocolBufferException {
    for (String inputs : new String[] {"x w b", "x w b mask", "x w b - past"}) {
      OperatorModel model =
          new OperatorModel(17)
              .input("x", floats(2, 3, 5))
              .constant("w", floats(5, 24))
              .constant("b", floats(24));
      if (inputs.contains("mask")) {
        model.input("mask", ints(Shape.of(2, 3), 1, 1, 0, 1, 1, 1));
      }
      boolean cached = inputs.contains("past");
      if (cached) {
        model.input("past", floats(2, 2, 2, 4, 4));
      }
      addMicrosoft(
          "Attention of " + inputs,
          model.node(
              "Attention",
              inputs,
              cached ? "y present" : "y",
              "num_heads",
              2,
              "unidirectional",
              1));
    }
    addMicrosoft(
        "MultiHeadAttention",
        new OperatorModel(17)
            .input("q", floats(2, 3, 8))
            .input("k", floats(2, 5, 8))
            .input("v", floats(2, 5, 6))
            .constant("b", floats(22))
            .input("mask", ints(Shape.of(2), 4, 5))
            .node("MultiHeadAttention", "q k v b mask", "y", "num_heads", 2, "scale", 0.3f));
    addMicrosoft(
        "MultiHeadAttention with a cache",
        new OperatorModel(17)
            .input("q", floats(2, 3, 8))
            .input("k", floats(2, 3, 8))
            .input("v", floats(2, 3, 8))
            .input("pk", floats(2, 2, 4, 4))
            .input("pv", floats(2, 2, 4, 4))
            .node("MultiHeadAttention", "q k v - - - pk pv", "y ck cv", "num_heads", 2));
  }

  private void addDecoders() throws InvalidProtocolBufferException {
    addMicrosoft(
        "RotaryEmbedding",
        new OperatorModel(17)
            .input("x", floats(2, 3, 16))
            .input("p", Tensor.ofLongs(Shape.of(2, 3), 0, 1, 2, 5, 3, 1))
            .constant("cos", floats(16, 4))
            .constant("sin", floats(16, 4))
            .node("RotaryEmbedding", "x p cos sin", "y", "interleaved", 1));
    for (int rotary = 0; rotary < 2; rotary++) {
      addMicrosoft(
          "GroupQueryAttention " + rotary,
          new OperatorModel(17)
              .input("q", floats(2, 1, 64))
              .input("k", floats(2, 1, 32))
              .input("v", floats(2, 1, 32))
              .input("pk", floats(2, 2, 6, 16))
              .input("pv", floats(2, 2, 6, 16))
              .input("n", ints(Shape.of(2), 6, 3))
              .constant("total", ints(Shape.of(1), 7))
              .constant("cos", floats(16, 8))
              .constant("sin", floats(16, 8))
              .node(
                  "GroupQueryAttention",
                  "q k v pk pv n total cos sin",
                  "y ck cv",
                  "num_heads",
                  4,
                  "kv_num_heads",
                  2,
                  "do_rotary",
                  rotary,
                  "local_window_size",
                  rotary == 0 ? -1 : 3));
    }
  }
}
