package fp8sim.graph;

/** The recurrent cells of ONNX. */
public enum RecurrentCell {
  /** Gates i, o, f, c; functions f, g, h. */
  LSTM(4, 3),

  /** Gates z, r, h; functions f, g. */
  GRU(3, 2),

  /** {@code f(x W' + h R' + b)}. */
  RNN(1, 1);

  private final int gates;
  private final int functions;

  RecurrentCell(int gates, int functions) {
    this.gates = gates;
    this.functions = functions;
  }

  /** Blocks of {@code hidden} rows that W, R and each half of the bias have. */
  public int gates() {
    return gates;
  }

  /** Activation functions of one direction. */
  public int functions() {
    return functions;
  }
}
