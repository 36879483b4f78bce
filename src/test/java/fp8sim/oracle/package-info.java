/** Small ONNX models built in tests, and ONNX Runtime, which says what they compute. */
@NullMarked
package fp8sim.oracle;

import org.jspecify.annotations.NullMarked;
