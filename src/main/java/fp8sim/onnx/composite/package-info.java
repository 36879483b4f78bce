/**
 * Operators that are written out as smaller ones once the types of their inputs are known:
 * attention and what transformers have around it. Read {@link
 * fp8sim.onnx.composite.AttentionProducts} first. Imports graph and tensor.
 */
@NullMarked
package fp8sim.onnx.composite;

import org.jspecify.annotations.NullMarked;
