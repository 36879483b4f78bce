package fp8sim.engine;

import fp8sim.pass.quantize.QuantizedGraph;
import fp8sim.plan.Plan;

/**
 * A network for given inputs, ready for a backend. Immutable.
 *
 * @param quantized the graph with its quantizers
 * @param statistics the batch statistics that the plan measures too; none unless BatchNormalization
 *     is re-estimated
 * @param plan what runs, products included
 */
public record Compiled(QuantizedGraph quantized, BatchStatistics statistics, Plan plan) {}
