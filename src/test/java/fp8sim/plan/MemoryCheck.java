package fp8sim.plan;

import fp8sim.graph.Graph;
import fp8sim.graph.Node;
import fp8sim.graph.Op;
import fp8sim.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;

/**
 * Says from the steps alone which values must not share memory, and whether they do.
 *
 * <p>A value lives from the step that writes it (inputs: from before the first one) to the last
 * step that reads it as an operand or in its epilogue; outputs of the network live to the end. A
 * view (Reshape and the like, of a computed value) is its source under another name. Two values
 * that live in one step have separate memory, except that the first result of an element-wise step
 * may stand exactly where an operand of the same type stood that nothing reads later, and that the
 * step's epilogue does not read.
 */
final class MemoryCheck {
  private static final int BEFORE = -1;

  private final Graph graph;
  private final ValueTypes types;
  private final List<FusedNodes> groups;
  private final Map<String, String> sources = new HashMap<>();
  private final Map<String, Integer> first = new LinkedHashMap<>();
  private final Map<String, Integer> last = new HashMap<>();

  MemoryCheck(Graph graph, ValueTypes types, List<FusedNodes> groups) {
    this.graph = graph;
    this.types = types;
    this.groups = groups;
    graph.inputs().forEach(input -> write(input.name(), BEFORE));
    for (int i = 0; i < groups.size(); i++) {
      FusedNodes group = groups.get(i);
      for (String name : group.reads()) {
        read(name, i);
      }
      if (isView(group)) {
        sources.put(group.output(), source(group.head().input(0)));
      } else {
        for (String name : group.writes()) {
          write(name, i);
        }
      }
    }
    graph.outputs().forEach(name -> read(name, groups.size()));
  }

  private void write(String name, int step) {
    first.put(name, step);
    last.put(name, step);
  }

  private void read(String name, int step) {
    if (!graph.initializers().containsKey(name)) {
      last.merge(source(name), step, Math::max);
    }
  }

  private String source(String name) {
    return sources.getOrDefault(name, name);
  }

  private boolean isView(FusedNodes group) {
    boolean renames =
        switch (group.head().op()) {
          case Op.Reshape _, Op.Flatten _, Op.Squeeze _, Op.Unsqueeze _, Op.Identity _ -> true;
          default -> false;
        };
    return renames && !graph.initializers().containsKey(group.head().input(0));
  }

  /** Values with memory of their own, in the order in which they are written. */
  List<String> values() {
    return List.copyOf(first.keySet());
  }

  /** Whether two values must have separate memory. */
  boolean areApart(String one, String other) {
    boolean together = first.get(one) <= last.get(other) && first.get(other) <= last.get(one);
    return !one.equals(other) && together && !takesOver(one, other) && !takesOver(other, one);
  }

  /** Whether {@code result} may be written where {@code operand} stands. */
  private boolean takesOver(String result, String operand) {
    int step = first.get(result);
    if (step == BEFORE || last.get(operand) != step) {
      return false;
    }
    FusedNodes group = groups.get(step);
    boolean elementwise =
        switch (group.head().op()) {
          case Op.Unary _, Op.Binary _, Op.Softmax _, Op.FakeQuantize _ -> true;
          default -> false;
        };
    return elementwise
        && result.equals(group.output())
        && group.tail().stream().noneMatch(fused -> source(fused.reads()).equals(operand))
        && readsOnlyUnderItsOwnType(group.head(), operand, result);
  }

  private boolean readsOnlyUnderItsOwnType(Node head, String operand, String result) {
    return head.inputs().stream()
        .filter(input -> source(input).equals(operand))
        .allMatch(input -> types.of(input).equals(types.of(result)));
  }

  /**
   * What is wrong, one line each.
   *
   * @param offsets of values and views, in bytes
   */
  List<String> problems(ToLongFunction<String> offsets, long arenaBytes) {
    List<String> problems = new ArrayList<>();
    List<String> values = values();
    for (int i = 0; i < values.size(); i++) {
      String value = values.get(i);
      long offset = offsets.applyAsLong(value);
      if (offset < 0 || offset % Tensor.ALIGNMENT != 0 || end(value, offsets) > arenaBytes) {
        problems.add("%s lies at %d of %d".formatted(value, offset, arenaBytes));
      }
      for (String other : values.subList(0, i)) {
        boolean overlap =
            offset < end(other, offsets) && offsets.applyAsLong(other) < end(value, offsets);
        boolean same = offset == offsets.applyAsLong(other);
        if (overlap && (areApart(value, other) || (liveTogether(value, other) && !same))) {
          problems.add("%s and %s overlap".formatted(other, value));
        }
      }
    }
    sources.forEach(
        (view, source) -> {
          if (offsets.applyAsLong(view) != offsets.applyAsLong(source)) {
            problems.add("the view %s does not lie where %s does".formatted(view, source));
          }
        });
    return problems;
  }

  private boolean liveTogether(String one, String other) {
    return first.get(one) <= last.get(other) && first.get(other) <= last.get(one);
  }

  /** An empty value has an address of its own, too. */
  private long end(String value, ToLongFunction<String> offsets) {
    return offsets.applyAsLong(value) + Math.max(1, types.of(value).bytes());
  }
}
