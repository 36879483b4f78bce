package fp8sim.multiplier.model;

import java.util.HashMap;
import java.util.Map;

/**
 * Reads multipliers for one run: each specification once, and so each file that one names. Not for
 * several threads.
 */
public final class MultiplierReader {
  private final Map<String, ChosenMultiplier> read = new HashMap<>();

  /**
   * The multiplier of a specification. Files that it names are read at the first call; code of
   * users runs only later.
   *
   * @throws fp8sim.common.Fp8simException one line that says what is wrong and what is allowed
   */
  public ChosenMultiplier read(String specification) {
    return read.computeIfAbsent(
        specification, text -> new ChosenMultiplier(text, Multipliers.parse(text)));
  }
}
