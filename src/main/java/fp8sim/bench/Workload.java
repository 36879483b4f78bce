package fp8sim.bench;

import com.google.gson.JsonObject;
import java.util.List;
import org.jspecify.annotations.Nullable;

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

  /**
   * Measures in float32 first, then with other numerics.
   *
   * @param runtime measured too, or null
   */
  List<Timing> measure(int threads, @Nullable OnnxRuntimeBaseline runtime, Stopwatch stopwatch);
}
