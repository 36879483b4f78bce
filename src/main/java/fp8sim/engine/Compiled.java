package fp8sim.engine;

import fp8sim.pass.infer.Stage;
import fp8sim.pass.quantize.QuantizedGraph;
import fp8sim.plan.Plan;

/**
 * A network for given inputs, ready for a backend, or as much of it as can be compiled before more
 * is known about the data. Immutable.
 *
 * @param stage what it is of the network, before quantizers were placed
 * @param quantized the graph with its quantizers
 * @param statistics the batch statistics that the plan measures too; none unless BatchNormalization
 *     is re-estimated
 * @param plan what runs, products included
 */
public record Compiled(
    Stage stage, QuantizedGraph quantized, BatchStatistics statistics, Plan plan) {}
