package fp8sim.bench;

import com.google.gson.JsonObject;

/** What {@code bench} measures: one matrix product, or one network with one batch size. */
public interface Workload {
  /** The unit of figures, as a column's title. */
  String unit();

  /** The name of figures in the machine-readable result. */
  String key();

  /** What is measured, in the order of a table's columns. */
  JsonObject subject();

  /** A time in nanoseconds in the unit of figures. */
  double figure(double nanos);

  /** A figure for people. */
  String text(double figure);

  /** Measures in float32 first, then with other numerics. */
  Measurement measure(BenchSetup setup);
}
