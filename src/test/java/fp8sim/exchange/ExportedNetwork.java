package fp8sim.exchange;

import fp8sim.engine.Backends;
import fp8sim.engine.Blueprint;
import fp8sim.engine.Calibrator;
import fp8sim.engine.Network;
import fp8sim.graph.Graph;
import fp8sim.numerics.NumericsParser;
import fp8sim.onnx.OnnxModel;
import fp8sim.onnx.OnnxWriter;
import fp8sim.tensor.Tensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A network with its inputs, exported. */
final class ExportedNetwork {
  private final Blueprint network;
  private final byte[] file;

  /**
   * Exports a network, calibrated on the inputs.
   *
   * @param options such as {@code format=int8 quantize=output}
   */
  ExportedNetwork(Graph model, String options, Map<String, Tensor> inputs) {
    this(model, options, inputs, new ExportTarget(Dialect.ONNX, OnnxWriter.NEWEST_OPSET));
  }

  ExportedNetwork(Graph model, String options, Map<String, Tensor> inputs, ExportTarget target) {
    Blueprint bare = blueprint(model, options);
    network =
        bare.numerics().quantizesActivations()
            ? Calibrator.calibrated(bare, List.of(inputs))
            : bare;
    file = OnnxWriter.bytes(new NetworkExport(network, target, Map.of(), Map.of()).content());
  }

  private static Blueprint blueprint(Graph model, String options) {
    Map<String, List<String>> parsed = new LinkedHashMap<>();
    Arrays.stream(options.split(" "))
        .filter(option -> !option.isEmpty())
        .map(option -> option.split("=", 2))
        .forEach(option -> parsed.put(option[0], List.of(option[1])));
    return Blueprint.of(model, NumericsParser.parse(parsed), Backends.choose("cpu"), 2);
  }

  byte[] file() {
    return file;
  }

  /** What the network gives. */
  Map<String, Tensor> run(Map<String, Tensor> inputs) {
    return run(network, inputs);
  }

  /** What the file gives, read again, in float32. */
  Map<String, Tensor> runFile(Map<String, Tensor> inputs) {
    return run(blueprint(OnnxModel.read("exported", file), ""), inputs);
  }

  private static Map<String, Tensor> run(Blueprint blueprint, Map<String, Tensor> inputs) {
    try (Network open = blueprint.open()) {
      Map<String, Tensor> copies = new LinkedHashMap<>();
      open.run(inputs)
          .forEach(
              (name, tensor) -> {
                Tensor copy = Tensor.zeros(tensor.type(), tensor.shape());
                copy.data().copyFrom(tensor.data());
                copies.put(name, copy);
              });
      return copies;
    }
  }
}
