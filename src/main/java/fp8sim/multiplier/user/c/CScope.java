package fp8sim.multiplier.user.c;

import fp8sim.multiplier.user.syntax.SourceText;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What names mean where a program is read, and the variables and arrays that it has. */
final class CScope {
  private static final int MAX_VARIABLES = 1 << 14;

  /** Elements of all arrays that are not constant: each has a value for every pair. */
  private static final int MAX_ELEMENTS = 1 << 12;

  /** What a name can stand for. */
  sealed interface Meaning {}

  record OfVariable(Expression.Variable variable) implements Meaning {}

  record OfConstant(Expression.Constant constant) implements Meaning {}

  /**
   * An array.
   *
   * @param lengths of each dimension
   */
  record OfArray(CArray array, List<Integer> lengths) implements Meaning {}

  /** As {@link OfArray}, of an array that nothing is assigned to. */
  record OfConstantArray(ConstantArray array, List<Integer> lengths) implements Meaning {}

  private final SourceText source;
  private final List<Map<String, Meaning>> levels = new ArrayList<>();
  private int slots;
  private int arrays;
  private int elements;

  CScope(SourceText source) {
    this.source = source;
    enter();
  }

  void enter() {
    levels.add(new HashMap<>());
  }

  void leave() {
    levels.removeLast();
  }

  /** Whether nothing but the file is around. */
  boolean isOutside() {
    return levels.size() == 1;
  }

  @Nullable Meaning find(String name) {
    for (Map<String, Meaning> level : levels.reversed()) {
      Meaning meaning = level.get(name);
      if (meaning != null) {
        return meaning;
      }
    }
    return null;
  }

  void name(String name, Meaning meaning, int line) {
    if (levels.getLast().putIfAbsent(name, meaning) != null) {
      throw source.error(line, "\"" + name + "\" is declared twice");
    }
  }

  Expression.Variable variable(String name, CType type, int line) {
    return new Expression.Variable(name, slot(line), type, line);
  }

  int slot(int line) {
    if (slots == MAX_VARIABLES) {
      throw source.error(line, "more than " + MAX_VARIABLES + " variables");
    }
    return slots++;
  }

  CArray array(String name, CType type, int length, int line) {
    elements += length;
    if (elements > MAX_ELEMENTS) {
      throw source.error(
          line, "arrays that are not constant have more than " + MAX_ELEMENTS + " elements");
    }
    return new CArray(name, arrays++, length, type);
  }

  int slots() {
    return slots;
  }
}
