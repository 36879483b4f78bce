package fp8sim.graph;

import fp8sim.tensor.DataType;
import java.util.List;

/**
 * An input that the user feeds.
 *
 * @param dims the declared dimensions: a number, or the name of a dynamic one
 */
public record GraphInput(String name, DataType type, List<Dimension> dims) {

  /**
   * A dimension: {@code size} >= 0 if it is fixed, else -1 and {@code symbol} names it (empty if
   * the model gives no name).
   */
  public record Dimension(int size, String symbol) {
    public boolean isDynamic() {
      return size < 0;
    }
  }
}
