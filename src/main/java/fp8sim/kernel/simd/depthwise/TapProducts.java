package fp8sim.kernel.simd.depthwise;

import fp8sim.kernel.InPhase;
import fp8sim.kernel.Phase;
import fp8sim.kernel.simd.product.ProductTask;
import fp8sim.multiplier.ProductTable;
import fp8sim.plan.DistinctTables;
import fp8sim.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The products of a depthwise step's weights with all codes of the input: a row for each weight
 * that occurs. Products are integers in units of the output channel's own table, which are narrower
 * than units of all channels.
 *
 * @param rowOf the row of each output channel's taps, channel after channel
 * @param rows by the input's code
 * @param exponents of each output channel's unit
 */
@InPhase(Phase.TABLES)
record TapProducts(int[] rowOf, List<double[]> rows, int[] exponents) {
  /** A weight and the table that it is multiplied by. */
  private record Key(int table, int code) {}

  /** The products of a step with finite, constant weights whose products fit tables. */
  static TapProducts of(ProductTask task, Tensor weight) {
    DistinctTables tables = task.tables();
    float[] values = weight.toFloats();
    int[] rowOf = new int[values.length];
    int[] exponents = new int[weight.shape().dim(0)];
    int terms = values.length / exponents.length;
    Map<Key, Integer> numbers = new HashMap<>();
    List<double[]> rows = new ArrayList<>();
    for (int i = 0; i < values.length; i++) {
      int channel = i / terms;
      int number = tables.number(channel);
      ProductTable table = tables.distinct().get(number);
      exponents[channel] = table.units().exponent();
      int code = task.arithmetic().channel(channel).w().code(values[i]);
      rowOf[i] =
          numbers.computeIfAbsent(
              new Key(number, code),
              key -> {
                rows.add(row(table, code));
                return rows.size() - 1;
              });
    }
    return new TapProducts(rowOf, List.copyOf(rows), exponents);
  }

  private static double[] row(ProductTable table, int weight) {
    double[] row = new double[1 << table.bitsA()];
    for (int code = 0; code < row.length; code++) {
      row[code] = Math.scalb(table.of(code, weight), -table.units().exponent());
    }
    return row;
  }

  /** What an output channel's integers are multiples of. */
  double unit(int channel) {
    return Math.scalb(1.0, exponents[channel]);
  }
}
