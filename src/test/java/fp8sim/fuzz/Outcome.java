package fp8sim.fuzz;

import fp8sim.common.Fp8simException;
import java.util.Arrays;

/**
 * What became of a mutant.
 *
 * @param kind a class of outcomes: for a fault, where it lies
 * @param detail more words on a fault, on one line
 */
record Outcome(Verdict verdict, String kind, String detail) {
  /** Whether an outcome is right. */
  enum Verdict {
    /** Ran on both backends with the same bits. */
    AGREED,
    /** Refused in one line. */
    REFUSED,
    /** Not run, as it is too large for a trial. */
    LARGE,
    /** Anything else. */
    FAULT
  }

  static final Outcome AGREED = new Outcome(Verdict.AGREED, "agree", "");

  static final Outcome LARGE = new Outcome(Verdict.LARGE, "too large to run", "");

  /** What the command line says of memory that the heap does not have: one line too. */
  static final Outcome NO_MEMORY = new Outcome(Verdict.REFUSED, "exit 4, no heap left", "");

  /** Whether it was refused for want of memory. */
  boolean isForMemory() {
    return verdict == Verdict.REFUSED && kind.startsWith("exit 4");
  }

  static Outcome fault(String kind, String detail) {
    return new Outcome(Verdict.FAULT, kind, detail.replaceAll("\\p{Cntrl}+", " | "));
  }

  /** A fault that is an exception, named by its first frame in the program. */
  static Outcome thrown(Throwable thrown) {
    if (Boolean.getBoolean("fp8sim.fuzz.stack")) {
      thrown.printStackTrace();
    }
    String name = thrown.getClass().getSimpleName();
    return fault(
        name + " in " + frame(thrown.getStackTrace()), String.valueOf(thrown.getMessage()));
  }

  /** The first method of the program in a stack. */
  static String frame(StackTraceElement[] stack) {
    return Arrays.stream(stack)
        .filter(element -> element.getClassName().startsWith("fp8sim."))
        .findFirst()
        .map(e -> e.getClassName().replaceFirst(".*\\.", "") + "." + e.getMethodName())
        .orElse("unknown");
  }

  /** A refusal, which must be one line of a decent length that names the model. */
  static Outcome refused(Fp8simException refusal) {
    String message = String.valueOf(refusal.getMessage());
    boolean named =
        switch (refusal.exitCode()) {
          case INPUT, BACKEND -> message.startsWith(Trial.MODEL + ": ");
          case USAGE -> true;
          default -> false;
        };
    boolean clear = message.length() <= 2000 && message.chars().noneMatch(Character::isISOControl);
    return named && clear
        ? new Outcome(Verdict.REFUSED, "exit " + refusal.exitCode().code(), message)
        : fault("unclear line", refusal.exitCode() + " " + message);
  }
}
