package fp8sim.graph;

/**
 * Matrix product as in NumPy: {@code a [..,M,K], b [..,K,N] -> y [..,M,N]}, batch axes broadcast.
 * With {@code transB} the last two axes of b are exchanged (made by the pattern pass only).
 */
public record MatMul(boolean transB) implements Op {}
