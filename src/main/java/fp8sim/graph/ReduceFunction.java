package fp8sim.graph;

/** Reductions, named as in ONNX. */
public enum ReduceFunction {
  L1("ReduceL1"),
  L2("ReduceL2"),
  LOG_SUM("ReduceLogSum"),
  LOG_SUM_EXP("ReduceLogSumExp"),
  MAX("ReduceMax"),
  MEAN("ReduceMean"),
  MIN("ReduceMin"),
  PROD("ReduceProd"),
  SUM("ReduceSum"),
  SUM_SQUARE("ReduceSumSquare");

  private final String onnxName;

  ReduceFunction(String onnxName) {
    this.onnxName = onnxName;
  }

  public String onnxName() {
    return onnxName;
  }
}
