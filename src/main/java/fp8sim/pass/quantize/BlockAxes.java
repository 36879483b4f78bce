package fp8sim.pass.quantize;

import fp8sim.format.BlockFormat;
import fp8sim.format.Format;
import fp8sim.graph.Graph;
import fp8sim.graph.Node;
import fp8sim.graph.Op;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Along which axis the blocks of a block format lie (docs/semantics.md section 4): along the axis
 * that a product sums over. Axes are counted from the last where ranks differ.
 */
final class BlockAxes {
  private static final int CHANNELS = 1;
  private static final int LAST = -1;
  private static final int LAST_BUT_ONE = -2;
  private static final int SPATIAL_RANK = 4;
  private static final int VALUES = 2;

  private final Graph graph;
  private final GraphIndex index;

  BlockAxes(Graph graph, GraphIndex index) {
    this.graph = graph;
    this.index = index;
  }

  /**
   * Of what a node reads; of operands of products the axis that is summed over.
   *
   * @param format of the quantizer; any axis does for one without blocks
   */
  int ofInput(Format format, Node node, int input) {
    if (!(format instanceof BlockFormat)) {
      return LAST;
    }
    int rank = graph.typeOf(node.input(input)).shape().rank();
    boolean isLeft = input == 0;
    return switch (node.op()) {
      // Weights are [M, C/g, ..], inputs [N, C, ..].
      case Op.Conv _ -> CHANNELS;
      case Op.ConvTranspose _ -> isLeft ? CHANNELS : 0;
      case Op.Gemm op -> isLeft ? (op.transA() ? 0 : 1) : (op.transB() ? 1 : 0);
      case Op.MatMul op -> isLeft || op.transB() || rank == 1 ? LAST : LAST_BUT_ONE;
      case Op.Attention _ -> input == VALUES ? LAST_BUT_ONE : LAST;
      case Op.LayerNormalization _, Op.RmsNormalization _, Op.Softmax _ -> LAST;
      default -> ofValue(node.input(input));
    };
  }

  /**
   * Of a value for all its readers: channels where convolutions or poolings read it, the last axis
   * where matrix products or normalizations do; if neither, as it was made; else by its rank.
   *
   * @param format of the quantizer; any axis does for one without blocks
   */
  int ofValue(Format format, String value) {
    return format instanceof BlockFormat ? ofValue(value) : LAST;
  }

  private int ofValue(String value) {
    Integer reader = ofReaders(value);
    Integer known = reader != null ? reader : ofProducer(value);
    if (known != null) {
      return known;
    }
    return graph.typeOf(value).shape().rank() >= SPATIAL_RANK ? CHANNELS : LAST;
  }

  /** Follows elementwise operators, depth first in the order of readers. */
  private @Nullable Integer ofReaders(String value) {
    Set<String> seen = new HashSet<>();
    Deque<Node> pending = new ArrayDeque<>(index.readers(value));
    while (!pending.isEmpty()) {
      Node reader = pending.pop();
      Integer axis = of(reader);
      if (axis != null) {
        return axis;
      }
      boolean sameRank = rank(reader.output()) == rank(value);
      if (isElementwise(reader) && sameRank && seen.add(reader.output())) {
        index.readers(reader.output()).reversed().forEach(pending::push);
      }
    }
    return null;
  }

  private @Nullable Integer ofProducer(String value) {
    Node producer = index.producer(value);
    while (producer != null && isElementwise(producer)) {
      String source = producer.input(0);
      producer = rank(source) == rank(value) ? index.producer(source) : null;
    }
    return producer == null ? null : of(producer);
  }

  /** Behind a broadcast to more axes they are other ones. */
  private int rank(String value) {
    return graph.typeOf(value).shape().rank();
  }

  private static @Nullable Integer of(Node node) {
    return switch (node.op()) {
      case Op.Conv _, Op.ConvTranspose _, Op.BatchNormalization _ -> CHANNELS;
      case Op.AveragePool _, Op.GlobalPool _, Op.MaxPool _ -> CHANNELS;
      case Op.Gemm _, Op.MatMul _, Op.Attention _ -> LAST;
      case Op.LayerNormalization _, Op.RmsNormalization _, Op.Softmax _ -> LAST;
      default -> null;
    };
  }

  private static boolean isElementwise(Node node) {
    return node.op() instanceof Op.Unary
        || node.op() instanceof Op.Binary
        || node.op() instanceof Op.Clip
        || node.op() instanceof Op.Cast;
  }
}
