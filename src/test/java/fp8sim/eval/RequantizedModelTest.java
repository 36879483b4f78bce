package fp8sim.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnxruntime.OrtException;
import com.google.protobuf.ByteString;
import fp8sim.common.Progress;
import fp8sim.conformance.Closeness;
import fp8sim.data.Batch;
import fp8sim.data.Dataset;
import fp8sim.data.DatasetDescription;
import fp8sim.engine.Backends;
import fp8sim.engine.Blueprint;
import fp8sim.engine.Models;
import fp8sim.engine.Network;
import fp8sim.model.Model;
import fp8sim.numerics.Numerics;
import fp8sim.numerics.NumericsParser;
import fp8sim.onnx.OnnxModel;
import fp8sim.oracle.OnnxRuntime;
import fp8sim.quant.Ranges;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * A bundled network quantized as ONNX Runtime does it: a pair of QuantizeLinear and
 * DequantizeLinear behind each value that layers read, and no Relu where the pair's lower limit is
 * zero. Hits are counted among the first 500 test images.
 */
class RequantizedModelTest {
  private static final String NAME = "fashion-resnet";
  private static final int IMAGES = 500;
  private static final int BATCH = 50;
  private static final int THREADS = 2;

  private static byte[] quantized = {};

  @BeforeAll
  static void quantize() throws IOException {
    ModelProto model = ModelProto.parseFrom(Files.readAllBytes(Path.of("models", NAME + ".onnx")));
    quantized = new Exporter(model, images(false, BATCH)).quantized();
  }

  @Test
  void itsOwnQuantizersGiveOnnxRuntimesLogits() throws OrtException {
    Tensor images = images(true, BATCH);
    String input = OnnxModel.read(NAME, quantized).inputs().getFirst().name();
    Tensor expected = OnnxRuntime.run(quantized, Map.of(input, images)).values().iterator().next();
    try (Network network = blueprint(quantized, Map.of()).open()) {
      Tensor logits = network.run(Map.of(input, images)).values().iterator().next();
      assertThat(Closeness.relativeL2(logits, expected)).isLessThan(0.05);
    }
  }

  /** Without the limits there are 50 hits. */
  @Test
  void quantizingAnewKeepsTheLimits() throws IOException {
    byte[] floating = Files.readAllBytes(Path.of("models", NAME + ".onnx"));
    for (String format : List.of("e4m3", "e3m4", "int8")) {
      for (String at : List.of("input", "output")) {
        Map<String, List<String>> options =
            Map.of(
                "format", List.of(format), "bias-policy", List.of("real"), "quantize", List.of(at));
        assertThat(hits(quantized, options))
            .as(format + " at the " + at)
            .isCloseTo(hits(floating, options), within(8L));
      }
    }
  }

  private static long hits(byte[] model, Map<String, List<String>> options) {
    Model card = Models.open(NAME, null);
    Dataset dataset = DatasetDescription.load("fashion-mnist", null).open(card.card());
    Blueprint bare = blueprint(model, options);
    Calibration.Found<Ranges> found =
        new Calibration(BATCH, 1, THREADS)
            .run(
                bare,
                DatasetDescription.load("fashion-mnist", null).openCalibration(card.card()),
                Progress.NONE);
    try (Network network = bare.withRanges(found.value()).open()) {
      Scoring scoring = Scoring.of(bare, dataset, card.card(), null, BATCH);
      return new Evaluation(network, null, scoring, THREADS)
          .run(dataset.limit(IMAGES), Evaluation.Listener.NONE, Progress.NONE.start(NAME, IMAGES))
          .scores()
          .top1Hits();
    }
  }

  private static Blueprint blueprint(byte[] model, Map<String, List<String>> options) {
    return Blueprint.of(
        OnnxModel.read(NAME, model),
        NumericsParser.parse(options),
        Backends.choose("cpu"),
        THREADS);
  }

  private static Tensor images(boolean test, int count) {
    Model card = Models.open(NAME, null);
    DatasetDescription data = DatasetDescription.load("fashion-mnist", null);
    Dataset all = test ? data.open(card.card()) : data.openCalibration(card.card());
    try (var loader = all.limit(count).loader(count, 1)) {
      Batch batch = loader.next();
      return batch.input();
    }
  }

  /** Puts pairs into a model. */
  private static final class Exporter {
    private final ModelProto model;
    private final Tensor images;
    private final Map<String, NodeProto> readers = new HashMap<>();
    private final GraphProto.Builder graph;

    Exporter(ModelProto model, Tensor images) {
      this.model = model;
      this.images = images;
      graph = model.getGraph().toBuilder().clearNode();
      for (NodeProto node : model.getGraph().getNodeList()) {
        node.getInputList().forEach(name -> readers.put(name, node));
      }
    }

    byte[] quantized() {
      List<String> values = new ArrayList<>(List.of(model.getGraph().getInput(0).getName()));
      for (NodeProto node : model.getGraph().getNodeList()) {
        if (!isInside(node)) {
          values.add(node.getOutput(0));
        }
      }
      Map<String, float[]> ranges = ranges(values);
      Map<String, String> current = new HashMap<>();
      pair(values.getFirst(), ranges, current);
      for (NodeProto node : model.getGraph().getNodeList()) {
        String output = node.getOutput(0);
        NodeProto.Builder copy = node.toBuilder().clearInput();
        node.getInputList().forEach(name -> copy.addInput(current.getOrDefault(name, name)));
        if (node.getOpType().equals("Relu")) {
          current.put(output, copy.getInput(0));
        } else {
          graph.addNode(copy);
        }
        if (!isInside(node)) {
          pair(output, ranges, current);
        }
      }
      return model.toBuilder().setGraph(graph).build().toByteArray();
    }

    /** Whether a value is read by the BatchNormalization or the Relu of the same group only. */
    private boolean isInside(NodeProto node) {
      NodeProto next = readers.get(node.getOutput(0));
      return next == null || List.of("BatchNormalization", "Relu").contains(next.getOpType());
    }

    private Map<String, float[]> ranges(List<String> values) {
      Map<String, float[]> ranges = new LinkedHashMap<>();
      byte[] bytes = model.toByteArray();
      Blueprint bare =
          Blueprint.of(
              OnnxModel.read(NAME, bytes), Numerics.FLOAT32, Backends.choose("cpu"), THREADS);
      try (Network network = bare.withTaps(values.subList(1, values.size())).open()) {
        Map<String, Tensor> all = new HashMap<>(network.run(Map.of(values.getFirst(), images)));
        all.put(values.getFirst(), images);
        for (String value : values) {
          float[] range = {0, 0};
          for (float x : all.get(value).toFloats()) {
            range[0] = Math.min(range[0], x);
            range[1] = Math.max(range[1], x);
          }
          ranges.put(value, range);
        }
      }
      return ranges;
    }

    private void pair(String value, Map<String, float[]> ranges, Map<String, String> current) {
      float[] range = ranges.get(value);
      float scale = (range[1] - range[0]) / 255;
      int zero = Math.round(-range[0] / scale);
      String name = value.replace('/', '_');
      graph.addInitializer(
          TensorProto.newBuilder()
              .setName(name + "_scale")
              .setDataType(DataType.FLOAT.onnxCode())
              .addFloatData(scale));
      graph.addInitializer(
          TensorProto.newBuilder()
              .setName(name + "_zero")
              .setDataType(DataType.UINT8.onnxCode())
              .setRawData(ByteString.copyFrom(new byte[] {(byte) zero})));
      String source = current.getOrDefault(value, value);
      graph.addNode(node("QuantizeLinear", source, name + "_scale", name + "_zero", name + "_q"));
      graph.addNode(
          node("DequantizeLinear", name + "_q", name + "_scale", name + "_zero", name + "_d"));
      current.put(value, name + "_d");
    }

    private static NodeProto node(String operator, String a, String b, String c, String output) {
      return NodeProto.newBuilder()
          .setOpType(operator)
          .setName(output + "_node")
          .addInput(a)
          .addInput(b)
          .addInput(c)
          .addOutput(output)
          .build();
    }
  }
}
