/**
 * A network as a graph of operators, named as in ONNX. Read {@link fp8sim.graph.Graph} first, then
 * {@link fp8sim.graph.Op}. Imports quant and tensor.
 */
@NullMarked
package fp8sim.graph;

import org.jspecify.annotations.NullMarked;
