/**
 * How ranges of tensors are found, and the file that keeps them. Read {@link
 * fp8sim.quant.RangeMethod} first, then {@link fp8sim.quant.RangeEstimator}. Imports format and
 * tensor.
 */
@NullMarked
package fp8sim.quant;

import org.jspecify.annotations.NullMarked;
