package fp8sim.bench;

import fp8sim.numerics.Numerics;
import fp8sim.tensor.Tensor;
import java.util.Map;

/**
 * Numerics whose speed is measured.
 *
 * @param name for reports
 * @param inputs by name; ranges are found on them
 */
record Variant(String name, Numerics numerics, Map<String, Tensor> inputs) {}
