package fp8sim.fuzz;

import fp8sim.common.Fp8simException;
import fp8sim.engine.Backends;
import fp8sim.engine.Blueprint;
import fp8sim.engine.Network;
import fp8sim.exchange.Dialect;
import fp8sim.exchange.ExportTarget;
import fp8sim.exchange.NetworkExport;
import fp8sim.graph.Graph;
import fp8sim.graph.GraphInput;
import fp8sim.numerics.FloatMath;
import fp8sim.numerics.Numerics;
import fp8sim.onnx.OnnxModel;
import fp8sim.onnx.OnnxWriter;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/** A network that runs is written as a file and read again, which gives the same bits. */
final class ExportTrial {
  private ExportTrial() {}

  /**
   * Tries it.
   *
   * @param network with the ranges of its quantizers
   * @param outputs what it gives for the inputs
   */
  static Outcome run(
      Blueprint network, Dialect dialect, Map<String, Tensor> inputs, Map<String, Tensor> outputs) {
    byte[] file;
    try {
      ExportTarget target = new ExportTarget(dialect, OnnxWriter.NEWEST_OPSET);
      NetworkExport export = new NetworkExport(network, target, shapes(network, inputs), Map.of());
      file = OnnxWriter.bytes(export.content());
    } catch (Fp8simException refusal) {
      return Outcome.refused(refusal);
    }
    try {
      Graph graph = OnnxModel.read(Trial.MODEL, file);
      Numerics plain = Numerics.float32(FloatMath.SEPARATE);
      try (Network again = Blueprint.of(graph, plain, Backends.choose("cpu"), 1).open()) {
        return Bits.compare(outputs, again.run(inputs));
      }
    } catch (Fp8simException refusal) {
      return Outcome.fault("what was exported is refused", String.valueOf(refusal.getMessage()));
    }
  }

  /** Of inputs with dynamic dimensions: without them, these become 1 where they cannot stay. */
  private static Map<String, Shape> shapes(Blueprint network, Map<String, Tensor> inputs) {
    Map<String, Shape> shapes = new LinkedHashMap<>();
    for (GraphInput input : network.inputs()) {
      if (input.dims().stream().anyMatch(GraphInput.Dimension::isDynamic)) {
        shapes.put(input.name(), Objects.requireNonNull(inputs.get(input.name())).shape());
      }
    }
    return shapes;
  }
}
