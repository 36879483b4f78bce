package fp8sim.kernel.simd.sequential;

import fp8sim.format.BlockQuantizer;
import fp8sim.graph.Op;
import fp8sim.graph.Window;
import fp8sim.kernel.Binding;
import fp8sim.kernel.InPhase;
import fp8sim.kernel.Parallel;
import fp8sim.kernel.Phase;
import fp8sim.kernel.simd.coded.CodeEncoder;
import fp8sim.kernel.simd.coded.SplitOperand;
import fp8sim.kernel.simd.epilogue.TileEpilogue;
import fp8sim.kernel.simd.epilogue.TileStage;
import fp8sim.kernel.simd.epilogue.TileWriter;
import fp8sim.kernel.simd.product.ProductTask;
import fp8sim.kernel.simd.vector.Memory;
import fp8sim.kernel.simd.vector.StepOperands;
import fp8sim.plan.DistinctTables;
import fp8sim.plan.Operand;
import fp8sim.plan.ProductArithmetic;
import fp8sim.plan.Step;
import fp8sim.plan.WindowAxis;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Conv and ConvTranspose with any number of spatial axes; terms in the order of the reference. */
@InPhase(Phase.QUANTIZATION)
final class SequentialConv implements SequentialOperands {
  private static final long MOST_BYTES = Integer.MAX_VALUE;
  private static final int MOST_PARTS = 8;

  private final Tensor x;
  private final Tensor y;
  private final Sizes sizes;
  private final WindowPlane plane;
  private final CodeEncoder encoder;
  private final EncodedTensor codes;
  private final EncodedTensor weights;
  private final UsedEntries used;
  private final @Nullable SplitOperand split;

  /** For each group. */
  private final List<TermParts> parts;

  private final Map<TermParts, ElementOrder> positions = new HashMap<>();
  private final List<ElementOrder> channels = new ArrayList<>();

  /**
   * Sizes of a convolution.
   *
   * @param channels input channels of a group
   * @param filters output channels of a group
   * @param taps elements of the kernel
   */
  private record Sizes(
      boolean transposed, int batch, int groups, int channels, int filters, int taps) {
    static Sizes of(Step step) {
      Shape x = step.input(0).shape();
      Shape w = step.input(1).shape();
      int taps = w.elements(2, w.rank());
      return switch (step.op()) {
        case Op.Conv op ->
            new Sizes(false, x.dim(0), op.group(), w.dim(1), w.dim(0) / op.group(), taps);
        case Op.ConvTranspose op ->
            new Sizes(true, x.dim(0), op.group(), x.dim(1) / op.group(), w.dim(1), taps);
        default -> throw new IllegalStateException(step.describe());
      };
    }

    int inputChannels() {
      return groups * channels;
    }

    /** The output channel of a weight. */
    int channelOf(int weight) {
      return transposed
          ? weight / taps / filters / channels * filters + weight / taps % filters
          : weight / taps / channels;
    }
  }

  SequentialConv(ProductTask task, SumPlan plan, Arrangement arrangement, Binding binding) {
    Step step = task.step();
    ProductArithmetic arithmetic = task.arithmetic();
    x = StepOperands.tensor(step.input(0), binding);
    y = binding.tensor(step.output());
    sizes = Sizes.of(step);
    plane = WindowPlane.of(axes(step), sizes.transposed(), isPadded(step, plan));
    encoder = new CodeEncoder(arithmetic.a(), 1);
    used = new UsedEntries((1 << arithmetic.a().grid().codeBits()) + 1);
    long bytes = (long) sizes.batch() * sizes.inputChannels() * plane.size() * Short.BYTES;
    BlockQuantizer blocks = arithmetic.a().blocks();
    split = blocks == null ? null : new SplitOperand(x, blocks, binding);
    codes =
        new EncodedTensor(
            binding.allocate(bytes).asSlice(0, bytes),
            split == null ? null : binding.allocate(2 * bytes));
    Tensor weight = ((Operand.Constant) step.input(1)).tensor();
    UsedEntries usedW = new UsedEntries((1 << arithmetic.channel(0).w().grid().codeBits()) + 1);
    weights = EncodedWeights.of(weight, arithmetic, sizes::channelOf, usedW, binding);
    parts = parts(arithmetic, sizes);
    for (TermParts different : Set.copyOf(parts)) {
      positions.put(different, positions(arrangement, different));
    }
    boolean sorted = arrangement.sortsChannels() && task.tables().distinct().size() > 1;
    int orders = sorted || positions.size() > 1 ? sizes.groups() : 1;
    for (int group = 0; group < orders; group++) {
      channels.add(channels(arrangement, task.tables(), group));
    }
  }

  private static List<TermParts> parts(ProductArithmetic arithmetic, Sizes s) {
    List<TermParts> result = new ArrayList<>();
    Map<TermParts, TermParts> known = new HashMap<>();
    for (int group = 0; group < s.groups(); group++) {
      TermParts own = TermParts.of(arithmetic, s.channels(), group * s.channels(), s.taps());
      result.add(known.computeIfAbsent(own, parts -> parts));
    }
    return result;
  }

  /** Whether groups of channels are cut into blocks in few ways: each has positions of its own. */
  private static boolean areAlike(ProductArithmetic arithmetic, Sizes s) {
    return !arithmetic.isBlocked() || Set.copyOf(parts(arithmetic, s)).size() <= MOST_PARTS;
  }

  /** Whether the kernel can do a step. */
  static boolean fits(Step step, ProductArithmetic arithmetic, SumPlan plan) {
    Sizes s = Sizes.of(step);
    if (!areAlike(arithmetic, s)) {
      return false;
    }
    boolean padded = isPadded(step, plan);
    List<WindowAxis> axes = axes(step);
    if (!WindowPlane.fits(axes, s.transposed(), padded)) {
      return false;
    }
    WindowPlane plane = WindowPlane.of(axes, s.transposed(), padded);
    long entries = (long) s.batch() * s.inputChannels() * plane.size();
    return entries * Short.BYTES <= MOST_BYTES
        && step.input(1).shape().elements() * (long) Short.BYTES <= MOST_BYTES;
  }

  /**
   * Whether the input is encoded with its padding around it. Chunks count terms, and padding is
   * none; transposed convolutions have other terms for each phase of the stride.
   */
  private static boolean isPadded(Step step, SumPlan plan) {
    return step.op() instanceof Op.Conv && plan.rule().chunk() == 0;
  }

  private static List<WindowAxis> axes(Step step) {
    Shape x = step.input(0).shape();
    Shape y = step.output().shape();
    boolean transposed = step.op() instanceof Op.ConvTranspose;
    Window window =
        step.op() instanceof Op.Conv conv ? conv.window() : ((Op.ConvTranspose) step.op()).window();
    List<WindowAxis> axes = new ArrayList<>();
    for (int axis = 0; axis < x.rank() - 2; axis++) {
      axes.add(WindowAxis.of(window, axis, transposed ? y : x, transposed ? x : y));
    }
    return axes;
  }

  private ElementOrder positions(Arrangement arrangement, TermParts order) {
    List<ElementOrder.Group> groups = new ArrayList<>();
    for (int[] taps : plane.taps()) {
      int[] terms = new int[sizes.channels() * sizes.taps()];
      Arrays.setAll(
          terms,
          place -> {
            int k = order.term(place);
            int tap = taps[k % sizes.taps()];
            return tap < 0 ? -1 : (k / sizes.taps() * plane.size() + tap) * Short.BYTES;
          });
      groups.add(new ElementOrder.Group(terms, 0));
    }
    int outputs = plane.outputs();
    int image = sizes.inputChannels() * plane.size();
    int[] index = new int[sizes.batch() * outputs];
    Arrays.setAll(index, i -> (i / outputs * image + plane.base()[i % outputs]) * Short.BYTES);
    return ElementOrder.of(
        index, groups, i -> plane.groupOf()[i % outputs], arrangement.positionRange());
  }

  private ElementOrder channels(Arrangement arrangement, DistinctTables tables, int group) {
    int kernels = sizes.transposed() ? sizes.filters() * sizes.taps() : sizes.taps();
    int[] places = new int[sizes.channels() * sizes.taps()];
    TermParts order = parts.get(group);
    Arrays.setAll(
        places,
        place -> {
          int k = order.term(place);
          return (k / sizes.taps() * kernels + k % sizes.taps()) * Short.BYTES;
        });
    int apart = sizes.transposed() ? sizes.taps() : places.length;
    int[] index = new int[sizes.filters()];
    Arrays.setAll(index, i -> i * apart * Short.BYTES);
    List<ElementOrder.Group> groups = new ArrayList<>();
    for (int t = 0; t < tables.distinct().size(); t++) {
      groups.add(new ElementOrder.Group(places, t));
    }
    return ElementOrder.of(
        index,
        groups,
        i -> arrangement.sortsChannels() ? tables.number(group * sizes.filters() + i) : 0,
        arrangement.channelRange());
  }

  /** Stores channels of the output. */
  static TileWriter writer(Step step, Binding binding) {
    Shape shape = step.output().shape();
    int channels = shape.dim(1);
    TileEpilogue epilogue = TileEpilogue.ofConv(step, binding, TileStage.Channels.ROWS, channels);
    int outputs = shape.elements(2, shape.rank());
    long bytes = (long) outputs * Float.BYTES;
    return new TileWriter(epilogue, outputs, channels * bytes, bytes);
  }

  @Override
  public int products() {
    return sizes.groups();
  }

  @Override
  public void encode(Parallel parallel) {
    codes.clear();
    if (split != null) {
      split.split(parallel);
    }
    parallel.run(sizes.batch() * sizes.inputChannels(), (index, worker) -> encodePlane(index));
    codes.findUsed(used, parallel);
  }

  /** Copies rows along the last axis into the plane. */
  private void encodePlane(int index) {
    Shape shape = x.shape();
    int size = shape.elements(2, shape.rank());
    int last = plane.sizes().length - 1;
    boolean dense = Arrays.stream(plane.starts()).allMatch(start -> start == 0);
    int row = shape.dim(-1);
    long start = (long) index * size;
    long to = (long) index * plane.size();
    if (dense && plane.size() == size) {
      encode(start, size, to);
      return;
    }
    for (int r = 0; r < size / row; r++) {
      int place = 0;
      int rest = r;
      int stride = plane.sizes()[last];
      for (int axis = last - 1; axis >= 0; axis--) {
        int along = shape.dim(2 + axis);
        place += (rest % along + plane.starts()[axis]) * stride;
        rest /= along;
        stride *= plane.sizes()[axis];
      }
      long at = to + place + plane.starts()[last];
      encode(start + (long) r * row, row, at);
    }
  }

  /** Encodes numbers from one on as entries from one on. */
  private void encode(long first, int count, long firstEntry) {
    long shift = first * Float.BYTES;
    Tensor values = split == null ? x : split.elements();
    codes.encode(encoder, values.data().address() + shift, count, firstEntry);
    if (split != null) {
      long scales = split.scales().data().address() + shift;
      Memory.copy(scales, codes.scale(firstEntry), (long) count * Float.BYTES);
    }
  }

  @Override
  public TermParts parts(int product) {
    return parts.get(product);
  }

  @Override
  public ElementOrder positions(int product) {
    return Objects.requireNonNull(positions.get(parts.get(product)));
  }

  @Override
  public ElementOrder channels(int product) {
    return channels.get(channels.size() == 1 ? 0 : product);
  }

  @Override
  public long positionsAt(int product) {
    return codes.address() + (long) product * sizes.channels() * plane.size() * Short.BYTES;
  }

  @Override
  public long channelsAt(int product) {
    long weightsOfGroup = (long) sizes.channels() * sizes.filters() * sizes.taps();
    return weights.address() + product * weightsOfGroup * Short.BYTES;
  }

  @Override
  public EncodedTensor first() {
    return codes;
  }

  @Override
  public EncodedTensor second() {
    return weights;
  }

  @Override
  public OutputOrder output(int product) {
    int first = product * sizes.filters();
    return new OutputOrder(false, first, y.data().address(), first);
  }
}
