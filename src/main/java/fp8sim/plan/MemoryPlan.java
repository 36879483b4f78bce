package fp8sim.plan;

import fp8sim.graph.Graph;
import fp8sim.graph.GraphInput;
import fp8sim.graph.Node;
import fp8sim.graph.Op;
import fp8sim.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Places values in one arena. Values that only rename others (Reshape and the like) share their
 * memory, element-wise operators overwrite an input that nobody reads later, and all others get
 * what {@link BlockPlacement} finds.
 */
final class MemoryPlan {
  private final ValueTypes types;
  private final Set<String> constants;
  private final Map<String, MemoryBlock> blocks = new HashMap<>();
  private final List<MemoryBlock> all = new ArrayList<>();
  private long arenaBytes;

  private MemoryPlan(ValueTypes types, Set<String> constants) {
    this.types = types;
    this.constants = constants;
  }

  static MemoryPlan of(Graph graph, ValueTypes types, List<FusedNodes> groups) {
    MemoryPlan plan = new MemoryPlan(types, graph.initializers().keySet());
    plan.live(graph, groups);
    plan.place();
    return plan;
  }

  long arenaBytes() {
    return arenaBytes;
  }

  /** Offset of a computed value or an input. */
  long offset(String name) {
    MemoryBlock block = blocks.get(name);
    if (block == null) {
      throw new IllegalStateException("value " + name + " has no memory");
    }
    return block.offset;
  }

  /** Whether a group only gives its input another shape, so that no step is needed. */
  boolean isView(FusedNodes group) {
    return switch (group.head().op()) {
      case Op.Reshape op -> isComputed(group.head());
      case Op.Flatten op -> isComputed(group.head());
      case Op.Squeeze op -> isComputed(group.head());
      case Op.Unsqueeze op -> isComputed(group.head());
      case Op.Identity op -> isComputed(group.head());
      default -> false;
    };
  }

  private boolean isComputed(Node node) {
    return !constants.contains(node.input(0));
  }

  private void live(Graph graph, List<FusedNodes> groups) {
    int end = groups.size();
    Map<String, Integer> lastUse = new HashMap<>();
    for (int i = 0; i < end; i++) {
      for (String name : groups.get(i).reads()) {
        lastUse.put(name, i);
      }
    }
    graph.outputs().forEach(name -> lastUse.put(name, end));
    for (GraphInput input : graph.inputs()) {
      extend(input.name(), allocate(input.name(), -1), lastUse);
    }
    extendThroughViews(groups, lastUse);
    for (int i = 0; i < end; i++) {
      FusedNodes group = groups.get(i);
      boolean first = true;
      for (String name : group.writes()) {
        MemoryBlock block = first ? reusable(group, i) : null;
        first = false;
        extend(name, block == null ? allocate(name, i) : share(name, block), lastUse);
      }
    }
  }

  /** A view is a read of its source at each of the view's own reads. */
  private void extendThroughViews(List<FusedNodes> groups, Map<String, Integer> lastUse) {
    for (int i = groups.size() - 1; i >= 0; i--) {
      FusedNodes group = groups.get(i);
      if (isView(group)) {
        int viewLast = lastUse.getOrDefault(group.output(), i);
        lastUse.merge(group.head().input(0), viewLast, Math::max);
      }
    }
  }

  private MemoryBlock allocate(String name, int step) {
    MemoryBlock block = new MemoryBlock(step, align(types.of(name).bytes()));
    blocks.put(name, block);
    all.add(block);
    return block;
  }

  private MemoryBlock share(String name, MemoryBlock block) {
    blocks.put(name, block);
    return block;
  }

  private void extend(String name, MemoryBlock block, Map<String, Integer> lastUse) {
    block.last = Math.max(block.last, lastUse.getOrDefault(name, block.first));
  }

  /** The block of an input that the group's first output can take over, or null. */
  private @Nullable MemoryBlock reusable(FusedNodes group, int step) {
    Node head = group.head();
    if (isView(group)) {
      return blocks.get(head.input(0));
    }
    boolean elementwise =
        switch (head.op()) {
          case Op.Unary _, Op.Binary _, Op.Softmax _, Op.FakeQuantize _ -> true;
          default -> false;
        };
    if (!elementwise) {
      return null;
    }
    Set<MemoryBlock> others = new HashSet<>();
    group.tail().forEach(fused -> others.add(blocks.get(fused.reads())));
    for (String input : head.inputs()) {
      MemoryBlock block = blocks.get(input);
      if (block != null
          && block.last == step
          && !others.contains(block)
          && types.of(input).equals(types.of(group.output()))) {
        return block;
      }
    }
    return null;
  }

  private void place() {
    arenaBytes = BlockPlacement.place(all);
  }

  /** Up to the next cache line; empty values get one too, so that no two share an address. */
  private static long align(long bytes) {
    return Math.max(Tensor.ALIGNMENT, (bytes + Tensor.ALIGNMENT - 1) & -Tensor.ALIGNMENT);
  }
}
