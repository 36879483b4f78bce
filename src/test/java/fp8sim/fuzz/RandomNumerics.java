package fp8sim.fuzz;

import fp8sim.numerics.FloatMath;
import fp8sim.numerics.Numerics;
import fp8sim.numerics.NumericsParser;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Numerics that mutants run with: float32 for half of them. */
final class RandomNumerics {
  private static final List<String> QUANTIZED =
      List.of(
          "format=e4m3",
          "format=e4m3 bias-policy=study quantize=output",
          "format=e3m4 bias-policy=real",
          "format=e5m2 result-quantizer=true",
          "format=ofp8-e4m3 activation-sign=auto",
          "format=int8",
          "weights=int4 activations=int8 activation-range=mse",
          "format=int8 weight-scope=tensor activation-range=percentile:99",
          "format=e4m3 quantize-extra=attention,layernorm,softmax,gelu",
          "format=e4m3 quantize-extra=kv-cache",
          "format=e4m3 batch-norm=fold preset=fc4",
          "format=e4m3 rounding=stochastic seed=3",
          "format=e4m3 accumulator=fp16",
          "format=e3m4 multiplier=adder:compensation=3",
          "format=e4m3 multiplier=adder bias-policy=study",
          "format=e3m3 multiplier=study:compensation=1 round-products=true",
          "format=e4m3 multiplier=lmul accumulator=fp32",
          "format=e4m3 multiplier=mitchell quantize=output",
          "format=e4m3 multiplier=drum:k=3 accumulator=q12.10",
          "format=e4m3 round-product-and-sum=true result-quantizer=true",
          "format=mxfp4",
          "format=nvfp4 batch-norm=fold",
          "format=mxint8 quantize-extra=attention,kv-cache",
          "weights=e2m1:block=7,scale=e8m0 activations=mxfp8-e4m3",
          "weights=int3:block=16,scale=fp16 activations=fp16",
          "format=posit8 multiplier=exact",
          "weights=nf4 activations=bf16 quantize=output",
          "format=hif8 overflow=saturate",
          "format=e4m3 overflow=extend subnormals=flush",
          "format=lns8 activation-range=running",
          "format=binary8p3sf rounding=toward-zero",
          "format=e5m2 accumulator=e5m10:4 multiplier=exact");

  private RandomNumerics() {}

  /** The options as one line, for messages; empty for float32. */
  static String pick(Random random) {
    return random.nextBoolean() ? "" : QUANTIZED.get(random.nextInt(QUANTIZED.size()));
  }

  /** Float32 layers multiply, then add: so both backends give the same bits. */
  static Numerics parse(String options) {
    if (options.isEmpty()) {
      return Numerics.float32(FloatMath.SEPARATE);
    }
    Map<String, List<String>> map = new LinkedHashMap<>();
    for (String option : options.split(" ", -1)) {
      String[] parts = option.split("=", 2);
      map.put(parts[0], List.of(parts[1]));
    }
    map.put("float-math", List.of("separate"));
    return NumericsParser.parse(map);
  }
}
