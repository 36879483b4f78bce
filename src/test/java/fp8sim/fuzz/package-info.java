/**
 * Damaged models that are loaded, planned and run: a mutant follows from its seed alone. Each must
 * either run on {@code cpu} and {@code reference} with the same bits, or be refused in one line;
 * some are also exported and read again. Read {@link fp8sim.fuzz.Trial} first; {@link
 * fp8sim.fuzz.RunFuzz} is the program for millions.
 */
@NullMarked
package fp8sim.fuzz;

import org.jspecify.annotations.NullMarked;
