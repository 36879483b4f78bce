/**
 * What every room may use: how a user-visible failure is reported ({@link
 * fp8sim.common.Fp8simException}, {@link fp8sim.common.ExitCode}), progress, files, JSON, hashing
 * and the spelling of options. Read {@link fp8sim.common.Fp8simException} first. Imports nothing of
 * fp8sim.
 */
@NullMarked
package fp8sim.common;

import org.jspecify.annotations.NullMarked;
