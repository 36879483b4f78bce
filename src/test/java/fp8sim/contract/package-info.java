/**
 * What every implementation of a kernel must do: one abstract contract per member of {@link
 * fp8sim.kernel.KernelSet}, one small class per implementation. The expected bits are the reference
 * kernels'.
 */
@NullMarked
package fp8sim.contract;

import org.jspecify.annotations.NullMarked;
