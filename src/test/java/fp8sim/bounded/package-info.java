/**
 * Runs kernels with checks of every access to memory by address: {@code
 * -Djava.system.class.loader=fp8sim.bounded.BoundedLoader}.
 */
@NullMarked
package fp8sim.bounded;

import org.jspecify.annotations.NullMarked;
