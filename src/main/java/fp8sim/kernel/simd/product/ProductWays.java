package fp8sim.kernel.simd.product;

import fp8sim.kernel.Binding;
import fp8sim.kernel.Executable;
import fp8sim.kernel.ProductMethod;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The ways to multiply codes, and the choice among them. */
public final class ProductWays {
  /**
   * The way that was chosen for a step.
   *
   * @param estimate what it costs
   * @param note why a forced way was not taken; empty if none was forced, or it was
   */
  public record Choice(ProductWay way, Estimate estimate, String note) {
    /** For example {@code tables: 576 terms, 16-bit products}. */
    public String describe() {
      String text = way.method().text() + ": " + estimate.reason();
      return note.isEmpty() ? text : text + " (" + note + ")";
    }
  }

  private final List<ProductWay> ways;
  private final Optional<ProductMethod> forced;
  private final Machine machine;

  /**
   * A choice among ways.
   *
   * @param ways one of them can do every step
   * @param forced what is taken wherever it is possible, instead of the cheapest
   */
  public ProductWays(List<ProductWay> ways, Optional<ProductMethod> forced, Machine machine) {
    this.ways = List.copyOf(ways);
    this.forced = forced;
    this.machine = machine;
  }

  /** The forced way if there is one that can do the step, else the cheapest one. */
  public Choice choose(ProductTask task) {
    Choice cheapest = null;
    Choice wanted = null;
    StringBuilder note = new StringBuilder();
    for (ProductWay way : ways) {
      Estimate estimate = estimate(way, task);
      boolean isWanted = forced.isPresent() && forced.get() == way.method();
      if (!estimate.isPossible()) {
        if (isWanted) {
          note.append(note.isEmpty() ? "" : "; ").append("not ").append(way.method().text());
          note.append(": ").append(estimate.reason());
        }
        continue;
      }
      Choice choice = new Choice(way, estimate, "");
      cheapest = cheaper(cheapest, choice);
      if (isWanted) {
        wanted = cheaper(wanted, choice);
      }
    }
    if (wanted != null) {
      return wanted;
    }
    if (cheapest == null) {
      throw new IllegalStateException("no way to multiply in " + task.step().describe());
    }
    return new Choice(cheapest.way(), cheapest.estimate(), note.toString());
  }

  private Estimate estimate(ProductWay way, ProductTask task) {
    return task.arithmetic().isBlocked() && !way.takesBlocks()
        ? Estimate.impossible("block formats")
        : way.estimate(task, machine);
  }

  private static Choice cheaper(@Nullable Choice one, Choice other) {
    return one == null || other.estimate().nanoseconds() < one.estimate().nanoseconds()
        ? other
        : one;
  }

  public Executable bind(ProductTask task, Binding binding) {
    return choose(task).way().bind(task, binding);
  }
}
