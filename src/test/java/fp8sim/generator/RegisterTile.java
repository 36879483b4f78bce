package fp8sim.generator;

import static fp8sim.generator.Expressions.sum;
import static fp8sim.generator.Expressions.times;

import java.util.function.IntFunction;

/**
 * The accumulators of a tile of outputs: local variables {@code c} with the numbers of their row
 * and vector of columns, or of their row alone where that has one vector.
 */
record RegisterTile(int rows, int vectors) {
  /** Accumulators that go on from the sums in {@code from[fromAt ..]}. */
  String load() {
    return each(
        (row, vector) ->
            "FloatVector %s = FloatVector.fromArray(SPECIES, from, %s);"
                .formatted(accumulator(row, vector), element("fromAt", row, vector)));
  }

  /** Accumulators that start at +0. */
  String zero() {
    return each(
        (row, vector) ->
            "FloatVector %s = FloatVector.zero(SPECIES);".formatted(accumulator(row, vector)));
  }

  /**
   * Writes the accumulators to an array.
   *
   * @param at the first element; nothing for the array's first
   */
  String store(String at) {
    return each(
        (row, vector) ->
            "%s.intoArray(to, %s);".formatted(accumulator(row, vector), element(at, row, vector)));
  }

  /**
   * A line for each accumulator, with its name and its element of an array.
   *
   * @param line of which {@link String#formatted} fills the holes
   * @param at the first element
   * @param parts elements of a row for each of its columns
   */
  String lines(String line, String at, int parts) {
    return each(
        (row, vector) ->
            line.formatted(accumulator(row, vector), element(at, row * parts, vector)));
  }

  /** Adds a product to each accumulator of a row; its factors follow from the vector's number. */
  String add(int row, IntFunction<String> x, IntFunction<String> weight) {
    return Template.each(
        vectors,
        vector -> {
          String sum = accumulator(row, vector);
          String result = Expressions.multiplyAdd(x.apply(vector), weight.apply(vector), sum);
          return sum + " =` " + result + ";";
        });
  }

  /** Loads a row of a panel, in as many vectors {@code w0}, {@code w1}, or one {@code w}. */
  String loadWeights() {
    return Template.each(
        vectors,
        vector ->
            "FloatVector %s = FloatVector.fromMemorySegment(SPECIES, ALL, %s, ORDER);"
                .formatted(weight(vector), sum("row", times(vector, "VECTOR"))));
  }

  /** The name of a vector of {@link #loadWeights}. */
  String weight(int vector) {
    return vectors == 1 ? "w" : "w" + vector;
  }

  /** The name of an accumulator. */
  String accumulator(int row, int vector) {
    return vectors == 1 ? "c" + row : "c" + row + vector;
  }

  private static String element(String at, int row, int vector) {
    return sum(at, times(row, "COLUMNS"), times(vector, "LANES"));
  }

  private interface Place {
    String line(int row, int vector);
  }

  private String each(Place lines) {
    return Template.each(rows, row -> Template.each(vectors, vector -> lines.line(row, vector)));
  }
}
