package fp8sim.exchange;

/** How quantizers are written. */
public enum Dialect {
  /** QuantizeLinear and DequantizeLinear on element types of ONNX. */
  ONNX,
  /** Quant and FloatQuant of QONNX, which have parameters for any format. */
  QONNX
}
