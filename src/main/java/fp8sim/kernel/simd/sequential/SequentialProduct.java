package fp8sim.kernel.simd.sequential;

import static fp8sim.kernel.simd.vector.Memory.VECTOR;
import static fp8sim.kernel.simd.vector.TileShape.COLUMNS;

import fp8sim.kernel.Executable;
import fp8sim.kernel.InPhase;
import fp8sim.kernel.Parallel;
import fp8sim.kernel.Phase;
import fp8sim.kernel.simd.product.ProductTask;
import fp8sim.kernel.simd.sequential.SequentialOutputs.Lanes;
import fp8sim.kernel.simd.vector.Memory;
import fp8sim.kernel.simd.vector.Scratch;
import fp8sim.kernel.simd.vector.TileShape;
import fp8sim.plan.DistinctTables;
import fp8sim.plan.ProductArithmetic;
import java.util.Arrays;

/** A product of codes whose sums are computed term by term: operands are encoded, then summed. */
@InPhase(Phase.PRODUCTS)
final class SequentialProduct implements Executable {
  private final SumPlan plan;
  private final SequentialRows[] rows;
  private final SequentialOperands operands;
  private final Arrangement arrangement;
  private final SequentialOutputs outputs;
  private final ProductArithmetic arithmetic;
  private final DistinctTables tables;

  SequentialProduct(
      SumPlan plan,
      SequentialRows[] rows,
      SequentialOperands operands,
      Arrangement arrangement,
      SequentialOutputs outputs,
      ProductTask task) {
    this.plan = plan;
    this.rows = rows;
    this.operands = operands;
    this.arrangement = arrangement;
    this.outputs = outputs;
    arithmetic = task.arithmetic();
    tables = task.tables();
  }

  @Override
  public void run(Parallel parallel) {
    operands.encode(parallel);
    NotFinite[] notFinite = new NotFinite[operands.products()];
    for (int product = 0; product < notFinite.length; product++) {
      notFinite[product] = notFinite(product);
    }
    int parts = arrangement.single() ? singleParts() : tableParts();
    parallel.run(
        operands.products() * parts,
        (index, worker) -> {
          int product = index / parts;
          if (arrangement.single()) {
            single(product, index % parts, notFinite[product]);
          } else {
            table(product, index % parts, notFinite[product]);
          }
        });
  }

  private NotFinite notFinite(int product) {
    if (operands.first().bad().isEmpty() && operands.second().bad().isEmpty()) {
      return NotFinite.none();
    }
    long first = operands.positionsAt(product) - operands.first().address();
    long second = operands.channelsAt(product) - operands.second().address();
    return new NotFinite(
        NotFinite.outputs(operands.positions(product), operands.first().bad(), first),
        NotFinite.outputs(operands.channels(product), operands.second().bad(), second));
  }

  private ElementOrder elements(int product) {
    return arrangement.elementsArePositions()
        ? operands.positions(product)
        : operands.channels(product);
  }

  private ElementOrder lanes(int product) {
    return arrangement.elementsArePositions()
        ? operands.channels(product)
        : operands.positions(product);
  }

  private EncodedTerms codes(ElementOrder order, boolean positions, int product) {
    long address = positions ? operands.positionsAt(product) : operands.channelsAt(product);
    int[] terms = order.ranges().getFirst().segments().getFirst().terms();
    return new EncodedTerms(address, terms, order.index());
  }

  /** Numbers of the tables of a product's channels. */
  private int[] tables(int product) {
    int first = operands.output(product).firstChannel();
    int[] numbers = new int[operands.channels(product).count()];
    Arrays.setAll(numbers, c -> tables.number(first + c));
    return numbers;
  }

  private int tableParts() {
    return laneBlocks() * elements(0).ranges().size();
  }

  private int laneBlocks() {
    return Math.ceilDiv(lanes(0).count(), SequentialTables.WIDTH);
  }

  private void table(int product, int part, NotFinite notFinite) {
    boolean positions = arrangement.elementsArePositions();
    ElementOrder order = elements(product);
    ElementOrder.Range range = order.ranges().get(part / laneBlocks());
    ElementOrder laneOrder = lanes(product);
    int lane = part % laneBlocks() * SequentialTables.WIDTH;
    int count = Math.min(SequentialTables.WIDTH, laneOrder.count() - lane);
    long tile = (long) COLUMNS * TileShape.ROW;
    long memory = Scratch.current().panel(tile + SelectedSums.bytes(plan, range.count()));
    int used = (positions ? operands.first() : operands.second()).used();
    SelectedSums sums = new SelectedSums(plan, rows, range.count(), used, memory + tile);
    int[] laneTables = positions ? tables(product) : new int[0];
    sums.select(codes(laneOrder, !positions, product), lane, count, laneTables);
    long at = positions ? operands.positionsAt(product) : operands.channelsAt(product);
    if (arithmetic.isBlocked()) {
      sums.run(order, range, at, scales(product));
    } else {
      sums.run(order, range, at);
    }
    Lanes lanes = new Lanes(positions, lane, count);
    outputs.write(
        sums, range, order.elementOf(), lanes, operands.output(product), notFinite, memory);
  }

  private PartScales scales(int product) {
    long first =
        operands.first().scale((operands.positionsAt(product) - operands.first().address()) / 2);
    long second =
        operands.second().scale((operands.channelsAt(product) - operands.second().address()) / 2);
    boolean positions = arrangement.elementsArePositions();
    return new PartScales(
        arithmetic,
        operands.parts(product),
        positions,
        positions ? first : second,
        positions ? second : first,
        operands.output(product).firstChannel(),
        positions ? new float[0] : formats(product));
  }

  /** Scales of the formats of channels, in the order of their elements. */
  private float[] formats(int product) {
    int first = operands.output(product).firstChannel();
    int[] elementOf = operands.channels(product).elementOf();
    float[] formats = new float[elementOf.length];
    for (int channel = 0; channel < formats.length; channel++) {
      formats[elementOf[channel]] = arithmetic.scale(first + channel);
    }
    return formats;
  }

  private int singleParts() {
    return lanes(0).ranges().size();
  }

  /** A row of finished sums for each of some elements, of all lanes of a range. */
  private record Buffer(
      long address, long rowBytes, int offset, int[] elementOf, ElementOrder.Range range)
      implements OrderedSums {
    @Override
    public void row(int element, int vectors, long to) {
      long from = address + element * rowBytes;
      int lanes = Math.min(vectors * Memory.LANES, range.end() - offset);
      for (int lane = 0; lane < lanes; lane++) {
        long at = from + (long) (elementOf[offset + lane] - range.first()) * Float.BYTES;
        Memory.set(to + (long) lane * Float.BYTES, Memory.get(at));
      }
    }
  }

  private void single(int product, int part, NotFinite notFinite) {
    boolean positions = arrangement.elementsArePositions();
    ElementOrder laneOrder = lanes(product);
    ElementOrder.Range range = laneOrder.ranges().get(part);
    long tile = (long) COLUMNS * TileShape.ROW;
    long rowBytes = (long) range.count() * Float.BYTES + VECTOR;
    long need = tile + COLUMNS * rowBytes;
    long memory = Scratch.current().panel(need + SingleSums.bytes(plan, range.count()));
    SingleSums sums = new SingleSums(plan, rows, range.count(), memory + need);
    ElementOrder order = elements(product);
    int[] channelTables = tables(product);
    PartScales scales = scales(product);
    int[] inOrder = new int[order.count()];
    Arrays.setAll(inOrder, i -> i);
    for (int first = 0; first < order.count(); first += COLUMNS) {
      int end = Math.min(first + COLUMNS, order.count());
      for (int output = first; output < end; output++) {
        int element = order.elementOf()[output];
        long to = memory + tile + (output - first) * rowBytes;
        int[] terms = segment(order, element).terms();
        long at = positions ? operands.positionsAt(product) : operands.channelsAt(product);
        EncodedTerms codes = new EncodedTerms(at, terms, order.index());
        SingleSums.Element own =
            new SingleSums.Element(codes, element, positions ? -1 : channelTables[element]);
        for (TermSegment segment : range.segments()) {
          long lanesAt = positions ? operands.channelsAt(product) : operands.positionsAt(product);
          EncodedTerms lanes = new EncodedTerms(lanesAt, segment.terms(), laneOrder.index());
          long out = to + (long) (segment.first() - range.first()) * Float.BYTES;
          if (arithmetic.isBlocked()) {
            sums.run(own, lanes, segment, channelTables, scales, out);
          } else {
            sums.run(own, lanes, segment, channelTables, out);
          }
        }
      }
      ElementOrder.Range some = order.between(first, end);
      for (int lane = range.first(); lane < range.end(); lane += COLUMNS) {
        int count = Math.min(COLUMNS, range.end() - lane);
        OrderedSums buffer =
            new Buffer(memory + tile, rowBytes, lane, laneOrder.elementOf(), range);
        Lanes block = new Lanes(positions, lane, count);
        outputs.write(buffer, some, inOrder, block, operands.output(product), notFinite, memory);
      }
    }
  }

  private static TermSegment segment(ElementOrder order, int element) {
    for (ElementOrder.Range range : order.ranges()) {
      for (TermSegment segment : range.segments()) {
        if (element >= segment.first() && element < segment.end()) {
          return segment;
        }
      }
    }
    throw new IllegalStateException("no segment has element " + element);
  }
}
