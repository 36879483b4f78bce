package fp8sim.graph;

/** {@code x, scale, bias -> y}; scale and bias per group (opset 18) or per channel (opset 21). */
public record GroupNormalization(float epsilon, int groups, boolean perGroup) implements Op {}
