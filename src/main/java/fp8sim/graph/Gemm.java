package fp8sim.graph;

/** {@code alpha * A' * B' + beta * C}: {@code a, b, c? -> y [M,N]}. */
public record Gemm(float alpha, float beta, boolean transA, boolean transB) implements Op {}
