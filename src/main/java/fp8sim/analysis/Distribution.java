package fp8sim.analysis;

import java.util.function.DoubleUnaryOperator;

/** Symmetric distributions whose quantization error is known in the literature. */
public enum Distribution {
  UNIFORM("uniform on [-1, 1]", 1, x -> 0.5),
  GAUSSIAN(
      "Gaussian, sigma 1, clipped at 10", 10, x -> Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI)),
  /** Eight degrees of freedom: {@code Gamma(4.5) / (sqrt(8 pi) Gamma(4)) = 0.38669902}. */
  STUDENT_T(
      "Student's t, 8 degrees of freedom, clipped at 100",
      100,
      x -> 0.38669902096139465 * Math.pow(1 + x * x / 8, -4.5));

  private final String description;
  private final double limit;
  private final DoubleUnaryOperator density;

  Distribution(String description, double limit, DoubleUnaryOperator density) {
    this.description = description;
    this.limit = limit;
    this.density = density;
  }

  /** For tables. */
  public String description() {
    return description;
  }

  /** Largest magnitude. */
  public double limit() {
    return limit;
  }

  double density(double x) {
    return density.applyAsDouble(x);
  }
}
