/**
 * A model, the user's numerics and a backend become something that runs. Read {@link
 * fp8sim.engine.Blueprint} first, then {@link fp8sim.engine.Compiler}. Imports model, onnx, pass,
 * plan, kernel and what they import, but no backend: those are found when the program runs.
 */
@NullMarked
package fp8sim.engine;

import org.jspecify.annotations.NullMarked;
