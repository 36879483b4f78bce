package fp8sim.multiplier;

import fp8sim.common.Fp8simException;

/** Result codes that come from a user's table or program. */
public final class ResultCodes {
  private ResultCodes() {}

  /** The value of a result code; anything that is no code of a finite number is an error. */
  public static double value(String model, Grid result, double entry) {
    int code = (int) entry;
    boolean isCode = code == entry && code >= 0 && code < 1 << result.codeBits();
    if (!isCode || !result.isFinite(code)) {
      throw Fp8simException.input(
          "multiplier "
              + model
              + " gives the result "
              + (code == entry ? Integer.toString(code) : Double.toString(entry))
              + ", which is no finite code of "
              + result.name());
    }
    return result.value(code);
  }
}
