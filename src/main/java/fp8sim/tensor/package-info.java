/**
 * Shapes, strides and tensors: a shape, an element type and a memory segment. No arithmetic. Read
 * {@link fp8sim.tensor.Tensor} first. Imports common only.
 */
@NullMarked
package fp8sim.tensor;

import org.jspecify.annotations.NullMarked;
