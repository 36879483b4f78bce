/**
 * ONNX's backend test cases: a model with inputs and expected outputs. Read {@link
 * fp8sim.conformance.BackendTestCase} first. Imports engine, onnx and tensor.
 */
@NullMarked
package fp8sim.conformance;

import org.jspecify.annotations.NullMarked;
