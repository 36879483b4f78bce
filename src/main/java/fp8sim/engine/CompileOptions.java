package fp8sim.engine;

import fp8sim.quant.Ranges;
import fp8sim.tensor.Tensor;
import java.util.List;
import java.util.Map;

/**
 * What a compilation depends on besides model, numerics and inputs; nothing of it concerns a
 * backend.
 *
 * @param ranges of quantizers, as far as they are known
 * @param constants values that replace those of the model, by name
 * @param taps values that runs return too, by name; they keep their bits, but are not fused with
 *     what comes behind them
 */
record CompileOptions(
    Ranges ranges, Map<String, Tensor> constants, List<String> taps, Purpose purpose) {
  CompileOptions {
    constants = Map.copyOf(constants);
    taps = List.copyOf(taps);
  }

  /** The same without taps, on which the quantized graph does not depend. */
  CompileOptions untapped() {
    return new CompileOptions(ranges, constants, List.of(), purpose);
  }

  /** The same for another purpose. */
  CompileOptions withPurpose(Purpose other) {
    return new CompileOptions(ranges, constants, taps, other);
  }
}
