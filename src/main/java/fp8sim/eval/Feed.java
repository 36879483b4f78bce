package fp8sim.eval;

import fp8sim.Fp8simException;
import fp8sim.engine.Network;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Tensor;
import java.util.Map;

/** Feeds networks that have one input, and takes their first output. */
final class Feed {
  private Feed() {}

  static void compile(Network network, Tensor input) {
    network.compile(inputs(network, input));
  }

  /** The first output; its memory holds until the next run. */
  static Tensor run(Network network, Tensor input) {
    String name = network.outputs().getFirst();
    Tensor output = network.run(inputs(network, input)).get(name);
    if (output == null || output.type() != DataType.FLOAT || output.shape().rank() < 1) {
      throw Fp8simException.input(
          "%s: output \"%s\" is no float32 array of classes".formatted(network.name(), name));
    }
    return output;
  }

  private static Map<String, Tensor> inputs(Network network, Tensor input) {
    if (network.inputNames().size() != 1) {
      throw Fp8simException.input(
          "%s: has %d inputs, and the data feeds one"
              .formatted(network.name(), network.inputNames().size()));
    }
    return Map.of(network.inputNames().getFirst(), input);
  }
}
