package fp8sim.multiplier.user.c;

import fp8sim.multiplier.user.syntax.SourceText;
import java.util.List;

/**
 * The functions of a file, ready to run.
 *
 * @param functions with a body, in the order of the file
 * @param uncalled those of them that no other one calls
 * @param slots number of variables
 */
record Program(SourceText source, List<CFunction> functions, List<CFunction> uncalled, int slots) {
  Program {
    functions = List.copyOf(functions);
    uncalled = List.copyOf(uncalled);
  }
}
