package fp8sim.graph;

/** Functions of two arguments. Max, Min, Sum and Mean of more arguments are imported as chains. */
public enum BinaryFunction {
  ADD("Add"),
  AND("And"),
  BITWISE_AND("BitwiseAnd"),
  BITWISE_OR("BitwiseOr"),
  BITWISE_XOR("BitwiseXor"),
  /** Of unsigned integers; shifts by the width of the type and more give 0. */
  BIT_SHIFT_LEFT("BitShift"),
  BIT_SHIFT_RIGHT("BitShift"),
  DIV("Div"),
  EQUAL("Equal"),
  /** ONNX's Mod with {@code fmod}: the remainder with the sign of the dividend, as C's fmod. */
  FMOD("Mod"),
  GREATER("Greater"),
  GREATER_OR_EQUAL("GreaterOrEqual"),
  LESS("Less"),
  LESS_OR_EQUAL("LessOrEqual"),
  MAX("Max"),
  MIN("Min"),
  /** The remainder with the sign of the divisor, as in Python. */
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
