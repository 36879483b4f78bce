/**
 * Types and shapes of all values for concrete inputs, and the values of those that shapes depend
 * on. Read {@link fp8sim.pass.infer.ShapeInference} first, then {@link
 * fp8sim.pass.infer.TypeRules}. Imports graph and tensor.
 */
@NullMarked
package fp8sim.pass.infer;

import org.jspecify.annotations.NullMarked;
