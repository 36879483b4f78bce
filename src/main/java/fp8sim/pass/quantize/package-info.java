/**
 * Puts quantizers into a graph (docs/semantics.md section 4) and reads those that a model brings.
 * Read {@link fp8sim.pass.quantize.QuantizerPlacement} first. Imports graph, numerics, quant,
 * format, tensor, pass.infer and pass.rewrite.
 */
@NullMarked
package fp8sim.pass.quantize;

import org.jspecify.annotations.NullMarked;
