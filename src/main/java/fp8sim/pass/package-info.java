/**
 * Graph to graph: infers types and shapes for concrete inputs, folds constants, cleans up, and
 * recognises the operators that exporters write as patterns. Read {@link
 * fp8sim.pass.infer.ShapeInference} first, then {@link fp8sim.pass.rewrite.Passes}. Imports graph,
 * numerics, quant, format and tensor.
 */
@NullMarked
package fp8sim.pass;

import org.jspecify.annotations.NullMarked;
