/**
 * Networks on their way to other programs: quantizers as pairs of ONNX operators, operators of
 * fp8sim's own as those of ONNX, and shapes that stay dynamic. Read {@link
 * fp8sim.exchange.NetworkExport} first. Imports engine and what it imports.
 */
@NullMarked
package fp8sim.exchange;

import org.jspecify.annotations.NullMarked;
