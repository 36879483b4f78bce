package fp8sim.kernel.simd.sequential;

import static fp8sim.kernel.simd.vector.Memory.LANES;

import fp8sim.kernel.simd.product.Machine;
import fp8sim.kernel.simd.product.ProductTask;
import fp8sim.kernel.simd.sequential.SequentialWay.Lanes;
import java.util.Optional;

/** What arrangements cost for a step, by a count of vectors. */
final class SequentialCost {
  /** Nanoseconds to look a product up and store it beside others. */
  private static final double LOOK_UP = 0.7;

  /** Nanoseconds to lay an entry of a table out, for one lane. */
  private static final double LAY_OUT = 0.2;

  private static final int MOST_ELEMENTS = 4096;
  private static final int FEWEST_ELEMENTS = 512;

  private final ProductTask task;
  private final SumPlan plan;
  private final double addition;

  SequentialCost(ProductTask task, SumPlan plan, Machine machine) {
    this.task = task;
    this.plan = plan;
    addition = addition(plan.rule().kind()) * plan.digits() * 256 / machine.vectorBits();
  }

  /** Nanoseconds to add a term to a sum, with vectors of 256 bits. */
  private static double addition(SumRule.Kind kind) {
    return switch (kind) {
      case PLAIN -> 0.11;
      case FIXED -> 0.13;
      case CARRY, WRAP -> 0.17;
      case COARSE, ROUND -> 0.29;
      case OVERFLOW -> 0.37;
      case PLAIN_WIDE -> 0.3;
      case FIXED_WIDE, WRAP_WIDE -> 0.5;
      case OVERFLOW_WIDE -> 0.8;
    };
  }

  private double tables(long elements, long lanes, int entries) {
    double width = SequentialTables.WIDTH;
    double blocks = Math.ceil(lanes / width) * width;
    double laidOut = LAY_OUT * plan.digits() * entries;
    return blocks * task.terms() * task.products() * (laidOut + elements * addition);
  }

  private double single(long elements, long lanes) {
    double padded = Math.ceil(lanes / (double) LANES) * LANES;
    return padded * elements * task.terms() * task.products() * (LOOK_UP + addition);
  }

  /** Whether positions can be lanes of tables: they must have the same terms. */
  private boolean isUniform() {
    return task.kind() == ProductTask.Kind.MATMUL
        || (task.kind() != ProductTask.Kind.CONV_TRANSPOSE && plan.rule().chunk() == 0);
  }

  private double channelLanes() {
    int entries = 1 << task.tables().distinct().getFirst().bitsA();
    return tables(task.positions(), task.channels(), entries);
  }

  private double positionLanes() {
    int entries =
        task.tables().distinct().size() * (1 << task.tables().distinct().getFirst().bitsW());
    return isUniform()
        ? tables(task.channels(), task.positions(), entries)
        : Double.POSITIVE_INFINITY;
  }

  private double cost(Lanes lanes) {
    return switch (lanes) {
      case CHANNELS -> channelLanes();
      case POSITIONS -> positionLanes();
      case SINGLE_CHANNELS -> single(task.positions(), task.channels());
      case SINGLE_POSITIONS -> single(task.channels(), task.positions());
    };
  }

  private Lanes cheapest() {
    Lanes best = Lanes.CHANNELS;
    for (Lanes lanes : Lanes.values()) {
      if (cost(lanes) < cost(best)) {
        best = lanes;
      }
    }
    return best;
  }

  double nanoseconds() {
    return cost(cheapest());
  }

  /** For example {@code fp16 term by term, channels as lanes}. */
  String reason() {
    String how =
        switch (cheapest()) {
          case CHANNELS -> "channels as lanes";
          case POSITIONS -> "positions as lanes";
          case SINGLE_CHANNELS, SINGLE_POSITIONS -> "products one by one";
        };
    return "%s term by term, %s".formatted(task.arithmetic().accumulator().name(), how);
  }

  /** What vectors are made of: as wanted where that is possible, else the cheapest. */
  Arrangement arrangement(Optional<Lanes> wanted, int workers) {
    Lanes lanes = wanted.filter(want -> cost(want) < Double.POSITIVE_INFINITY).orElse(cheapest());
    return switch (lanes) {
      case CHANNELS ->
          new Arrangement(true, false, range(task.positions(), task.channels(), workers));
      case POSITIONS ->
          new Arrangement(false, false, range(task.channels(), task.positions(), workers));
      case SINGLE_CHANNELS -> new Arrangement(true, true, FEWEST_ELEMENTS);
      case SINGLE_POSITIONS -> new Arrangement(false, true, FEWEST_ELEMENTS);
    };
  }

  /** As many elements as give every worker parts, but not so few that tables do not pay. */
  private int range(long elements, long lanes, int workers) {
    long blocks = Math.ceilDiv(lanes, SequentialTables.WIDTH) * task.products();
    long wanted = Math.ceilDiv(2L * workers, Math.max(1, blocks));
    long share = Math.ceilDiv(Math.ceilDiv(elements, wanted), 16) * 16;
    return Math.clamp(share, FEWEST_ELEMENTS, MOST_ELEMENTS);
  }
}
