package fp8sim.generator;

import static fp8sim.generator.Expressions.masked;
import static fp8sim.generator.Expressions.multiplyAdd;
import static fp8sim.generator.Expressions.sum;
import static fp8sim.generator.Expressions.times;
import static fp8sim.generator.Template.each;
import static fp8sim.generator.Template.fill;

import java.util.Map;

/** Sums of 3 x 3 windows: a method for one row of windows and one for two that share their rows. */
final class FloatWindowRowsSource {
  /** Rows and columns of a window. */
  private static final int SIZE = 3;

  private static final String METHOD =
      """

      @Override
      void {name}(
          long x, long pitch, long left, long right, long weights, int count, float[] to, int toAt) {
        {weights}
        {rowAddresses}
        long l = left & ADDRESS;
        long r = right & ADDRESS;
        for (int i = 0; i < count; i += LANES) {
          long k = (long) i * Float.BYTES & Integer.MAX_VALUE;
          IntVector hasLeft = IntVector.fromMemorySegment(INTS, ALL, l + k, ORDER);
          IntVector hasRight = IntVector.fromMemorySegment(INTS, ALL, r + k, ORDER);
          {zero}
          {elements}
          {store}
        }
      }
      """;

  private FloatWindowRowsSource() {}

  static SourceFile file() {
    String methods = method("single", 1) + method("pair", 2);
    return SpecializedClass.file(Rooms.CONV, "rows", "FloatWindowRows", methods)
        .importMembers(Rooms.VECTOR + ".Memory", "ADDRESS", "ALL", "INTS", "LANES", "ORDER")
        .importMembers(Rooms.VECTOR + ".Memory", "SPECIES", "get")
        .importTypes("jdk.incubator.vector", "IntVector");
  }

  /** A method for so many rows of windows, one below the other. */
  private static String method(String name, int windows) {
    int rows = windows + SIZE - 1;
    return fill(
        METHOD,
        Map.of(
            "name", name,
            "weights", each(SIZE * SIZE, FloatWindowRowsSource::weight),
            "rowAddresses", each(rows, FloatWindowRowsSource::rowAddress),
            "zero", each(windows, window -> zero(accumulator(windows, window))),
            "elements", each(rows * SIZE, i -> element(windows, i / SIZE, i % SIZE)),
            "store", each(windows, window -> store(accumulator(windows, window), window))));
  }

  private static String accumulator(int windows, int window) {
    return windows == 1 ? "c" : "c" + window;
  }

  private static String weight(int index) {
    return "FloatVector w%d = FloatVector.broadcast(SPECIES, get(%s));"
        .formatted(index, sum("weights", times(index, "Float.BYTES")));
  }

  private static String rowAddress(int row) {
    return "long x%d = %s;".formatted(row, masked(sum("x", times(row, "pitch")), "ADDRESS"));
  }

  private static String zero(String accumulator) {
    return "FloatVector %s = FloatVector.zero(SPECIES);".formatted(accumulator);
  }

  /** Loads an element of the input and adds it to each window that it lies in. */
  private static String element(int windows, int row, int column) {
    String declared = row == 0 && column == 0 ? "FloatVector " : "";
    return declared
        + "v =` "
        + load(row, column)
        + ";\n"
        + each(windows, window -> add(accumulator(windows, window), row - window, column));
  }

  /** Outer columns are zero where they are padding; they are masked as ints. */
  private static String load(int row, int column) {
    String address = sum("x" + row + " + k", times(column, "Float.BYTES"));
    if (column == 1) {
      return "FloatVector.fromMemorySegment(SPECIES, ALL, %s, ORDER)".formatted(address);
    }
    return "IntVector.fromMemorySegment(INTS, ALL, %s, ORDER)`.and(%s)`.reinterpretAsFloats()"
        .formatted(address, column == 0 ? "hasLeft" : "hasRight");
  }

  /** Nothing for a row that the window does not have. */
  private static String add(String accumulator, int row, int column) {
    if (row < 0 || row >= SIZE) {
      return "";
    }
    String weight = "w" + (row * SIZE + column);
    return accumulator + " =` " + multiplyAdd("v", weight, accumulator) + ";";
  }

  private static String store(String accumulator, int window) {
    return "%s.intoArray(to, %s);".formatted(accumulator, sum("toAt", times(window, "count"), "i"));
  }
}
