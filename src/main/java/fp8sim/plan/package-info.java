/**
 * A network ready to run: steps in order, where each operand lies, how much memory they need. Data
 * without arithmetic. Read {@link fp8sim.plan.Plan} first, then {@link fp8sim.plan.Planner}, which
 * makes it. Imports graph, numerics, quant, multiplier, format and tensor.
 */
@NullMarked
package fp8sim.plan;

import org.jspecify.annotations.NullMarked;
