package fp8sim.bench;

import java.util.List;

/**
 * What one workload took on one number of threads.
 *
 * @param backend the name of the backend that ran
 * @param device the name of its device
 * @param timings one for each variant, float32 first
 */
public record Measurement(String backend, String device, List<Timing> timings) {
  public Measurement {
    timings = List.copyOf(timings);
  }
}
