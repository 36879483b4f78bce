/** The specification kernels against cases worked out by hand and against other implementations. */
@NullMarked
package fp8sim.kernel.reference;

import org.jspecify.annotations.NullMarked;
