package fp8sim.graph;

/** Functions of two arguments. Max, Min, Sum and Mean of more arguments are imported as chains. */
public enum BinaryFunction {
  ADD("Add"),
  AND("And"),
  DIV("Div"),
  EQUAL("Equal"),
  GREATER("Greater"),
  GREATER_OR_EQUAL("GreaterOrEqual"),
  LESS("Less"),
  LESS_OR_EQUAL("LessOrEqual"),
  MAX("Max"),
  MIN("Min"),
  /** Integers: the sign of the divisor, as in Python; floating point: C fmod. */
  MOD("Mod"),
  MUL("Mul"),
  OR("Or"),
  POW("Pow"),
  /** {@code a >= 0 ? a : b * a}. */
  PRELU("PRelu"),
  SUB("Sub"),
  XOR("Xor");

  private final String onnxName;

  BinaryFunction(String onnxName) {
    this.onnxName = onnxName;
  }

  public String onnxName() {
    return onnxName;
  }
}
