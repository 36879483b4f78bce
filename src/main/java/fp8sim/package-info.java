/**
 * fp8sim, a simulator of low-precision neural networks. The root package holds only what every
 * layer may use: how a user-visible failure is reported.
 */
@NullMarked
package fp8sim;

import org.jspecify.annotations.NullMarked;
